//! How often what happened.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::doctor::{Cause, Diagnosis, Past};
use crate::error::ErrorKind;
#[cfg(feature = "metrics")]
use crate::metrics;
use crate::payload::{Delivery, Mode};

/// What a [`Verifier`](crate::Verifier) and its clones have seen since it was made.
///
/// ```
/// use smartcar_webhook_core::{ErrorKind, ManagementToken, Verifier};
///
/// # fn main() -> Result<(), smartcar_webhook_core::TokenError> {
/// let verifier = Verifier::new(ManagementToken::new("amt")?);
/// assert_eq!(verifier.tally().verified(), 0);
/// assert_eq!(verifier.tally().refused(ErrorKind::SignatureMismatch), 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Tally {
    verified: u64,
    verified_live: u64,
    verified_test: u64,
    challenges_answered: u64,
    refused: Vec<(ErrorKind, u64)>,
    diagnosed: Vec<(Cause, u64)>,
}

impl Tally {
    /// Deliveries that were verified.
    pub fn verified(&self) -> u64 {
        self.verified
    }

    /// Deliveries that were verified, about real cars.
    pub fn verified_live(&self) -> u64 {
        self.verified_live
    }

    /// Deliveries that were verified, of the dashboard's test button.
    pub fn verified_test(&self) -> u64 {
        self.verified_test
    }

    /// Challenges that were answered.
    pub fn challenges_answered(&self) -> u64 {
        self.challenges_answered
    }

    /// Requests that were refused for this reason, before a handler saw them.
    pub fn refused(&self, kind: ErrorKind) -> u64 {
        count(&self.refused, kind)
    }

    /// The reasons for which requests were refused, and how many each.
    pub fn refusals(&self) -> impl Iterator<Item = (ErrorKind, u64)> {
        self.refused.iter().copied()
    }

    /// Refused signatures that were found to have this cause, of those the [`Doctor`](crate::doctor::Doctor) examined.
    pub fn diagnosed(&self, cause: Cause) -> u64 {
        count(&self.diagnosed, cause)
    }

    /// The causes that were found for refused signatures, and how often each.
    pub fn diagnoses(&self) -> impl Iterator<Item = (Cause, u64)> {
        self.diagnosed.iter().copied()
    }
}

fn count<T: Copy + PartialEq>(counts: &[(T, u64)], what: T) -> u64 {
    let found = counts.iter().find(|(it, _)| *it == what);
    found.map_or(0, |(_, count)| *count)
}

impl fmt::Debug for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let refused = self.refused.iter().map(|(it, count)| (it.code(), count));
        let diagnosed = self.diagnosed.iter().map(|(it, count)| (it.code(), count));
        f.debug_struct("Tally")
            .field("verified", &self.verified)
            .field("verified_live", &self.verified_live)
            .field("verified_test", &self.verified_test)
            .field("challenges_answered", &self.challenges_answered)
            .field("refused", &refused.collect::<Vec<_>>())
            .field("diagnosed", &diagnosed.collect::<Vec<_>>())
            .finish()
    }
}

/// Where it is counted.
#[derive(Debug)]
pub(crate) struct Counters {
    verified: AtomicU64,
    verified_live: AtomicU64,
    verified_test: AtomicU64,
    challenges_answered: AtomicU64,
    refused: Vec<AtomicU64>,
    diagnosed: Vec<AtomicU64>,
}

impl Counters {
    pub(crate) fn verified(&self, delivery: &Delivery) {
        let mode = delivery.envelope().mode.as_ref();
        #[cfg(feature = "metrics")]
        metrics::verified(delivery.verified_by().unwrap_or_default(), mode);
        add(&self.verified);
        match mode {
            Some(mode) if *mode == Mode::LIVE => add(&self.verified_live),
            Some(mode) if *mode == Mode::TEST => add(&self.verified_test),
            _ => {}
        }
    }

    pub(crate) fn challenge_answered(&self) {
        #[cfg(feature = "metrics")]
        metrics::challenge_answered();
        add(&self.challenges_answered);
    }

    pub(crate) fn refused(&self, kind: ErrorKind) {
        #[cfg(feature = "metrics")]
        metrics::refused(kind);
        let at = ErrorKind::ALL.iter().position(|it| *it == kind);
        if let Some(counter) = at.and_then(|it| self.refused.get(it)) {
            add(counter);
        }
    }

    pub(crate) fn diagnosed(&self, diagnosis: &Diagnosis) {
        for (cause, counter) in Cause::ALL.iter().zip(&self.diagnosed) {
            if diagnosis.causes().contains(cause) {
                #[cfg(feature = "metrics")]
                metrics::diagnosed(*cause);
                add(counter);
            }
        }
    }

    pub(crate) fn past(&self) -> Past {
        let verified = read(&self.verified);
        Past {
            verified: verified > 0,
            verified_test_alone: verified > 0 && verified == read(&self.verified_test),
            challenge_answered: read(&self.challenges_answered) > 0,
        }
    }

    pub(crate) fn tally(&self) -> Tally {
        Tally {
            verified: read(&self.verified),
            verified_live: read(&self.verified_live),
            verified_test: read(&self.verified_test),
            challenges_answered: read(&self.challenges_answered),
            refused: counted(ErrorKind::ALL, &self.refused),
            diagnosed: counted(Cause::ALL, &self.diagnosed),
        }
    }
}

impl Default for Counters {
    fn default() -> Self {
        let zeros = |count| std::iter::repeat_with(AtomicU64::default).take(count);
        Self {
            verified: AtomicU64::default(),
            verified_live: AtomicU64::default(),
            verified_test: AtomicU64::default(),
            challenges_answered: AtomicU64::default(),
            refused: zeros(ErrorKind::ALL.len()).collect(),
            diagnosed: zeros(Cause::ALL.len()).collect(),
        }
    }
}

fn add(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

fn counted<T: Copy>(all: &[T], counters: &[AtomicU64]) -> Vec<(T, u64)> {
    let counts = counters.iter().map(read);
    let counts = all.iter().copied().zip(counts);
    counts.filter(|(_, count)| *count > 0).collect()
}
