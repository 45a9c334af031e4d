//! A doctor in the service of a receiver.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tracing::dispatcher;

use super::diagnosis::Diagnosis;
use super::examination::{Examination, Past};
use crate::throttle::Throttle;
use crate::token::Keyring;

/// Looks into why signatures are refused, beside the work of the receiver: once a minute unless told otherwise, on a thread that ends when it is done.
///
/// What it finds is logged as a warning, with the causes, the number of refusals since the last warning, and what to do; it is counted in the verifier's [`Tally`](crate::Tally).
/// Since anybody may send requests with wrong signatures, and what they hold, a diagnosis is a help for people and no more.
///
/// It knows the [`ManagementToken`](crate::ManagementToken)s of the receiver, which do not keep their text: what takes that, a token in another case or a swap of key and message, is found by hand alone, with [`Examination::token`].
///
/// ```
/// use std::time::{Duration, Instant};
///
/// use smartcar_webhook_core::doctor::Doctor;
/// use smartcar_webhook_core::{Keyring, ManagementToken, Verifier};
///
/// # fn main() -> Result<(), smartcar_webhook_core::TokenError> {
/// // Tokens that may have been mixed up with that of this receiver.
/// let others = Keyring::new("staging", ManagementToken::new("1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed")?);
/// let doctor = Doctor::new(Duration::from_secs(10), Instant::now).knowing(others);
/// let verifier = Verifier::new(ManagementToken::new("amt")?).with_doctor(doctor);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct Doctor {
    throttle: Throttle,
    refused: Arc<AtomicU64>,
    busy: Arc<AtomicBool>,
    others: Option<Keyring>,
}

/// The turn of the one examination that is under way.
struct Turn(Arc<AtomicBool>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// What was refused.
pub(crate) struct Patient {
    pub(crate) header: Bytes,
    pub(crate) body: Bytes,
    pub(crate) said_compressed: bool,
    /// None for a tenant that is not known.
    pub(crate) keys: Option<Arc<Keyring>>,
    pub(crate) past: Option<Past>,
}

/// Longer bodies are not written anew in every style: 4.0 deliveries have at most 50 KB.
const REWRITE_LIMIT: usize = 64 * 1024;

impl Doctor {
    /// A doctor who examines at most one refusal in each `interval`, and one at a time.
    pub fn new(interval: Duration, clock: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        Self {
            throttle: Throttle::new(1, interval, clock),
            refused: Arc::default(),
            busy: Arc::default(),
            others: None,
        }
    }

    /// Tries these keys, too, which are known but not accepted: those of other applications, or of other tenants.
    ///
    /// Each costs a hundred hashes of the body, and anybody can cause an examination: a thousand keys keep a processor busy for seconds.
    pub fn knowing(mut self, others: Keyring) -> Self {
        self.others = Some(others);
        self
    }

    /// Examines the patient when it is time to, and tells `counted` what was found.
    pub(crate) fn see(
        &self,
        patient: impl FnOnce() -> Patient,
        counted: impl FnOnce(&Diagnosis) + Send + 'static,
    ) {
        self.refused.fetch_add(1, Ordering::Relaxed);
        if self.busy.swap(true, Ordering::Acquire) {
            return;
        }
        let turn = Turn(Arc::clone(&self.busy));
        if !self.throttle.admits() {
            return;
        }
        let refused = self.refused.swap(0, Ordering::Relaxed);
        let (patient, others) = (patient(), self.others.clone());
        let log = dispatcher::get_default(Clone::clone);
        let examine = move || {
            let diagnosis = patient.examine(others.as_ref());
            drop(turn);
            let Some(diagnosis) = diagnosis else {
                return;
            };
            counted(&diagnosis);
            dispatcher::with_default(&log, || report(&diagnosis, refused));
        };
        let thread = thread::Builder::new().name("signature-doctor".to_owned());
        if thread.spawn(examine).is_err() {
            tracing::debug!("no thread to examine a refused signature on");
        }
    }
}

impl Patient {
    fn examine(&self, others: Option<&Keyring>) -> Option<Diagnosis> {
        let mut examination = Examination::new(&self.header, &self.body);
        if let Some(keys) = &self.keys {
            examination = examination.keys(keys);
        }
        if let Some(others) = others {
            examination = examination.other_keys(others);
        }
        if self.said_compressed {
            examination = examination.said_compressed();
        }
        if let Some(past) = self.past {
            examination = examination.after(past);
        }
        if self.body.len() > REWRITE_LIMIT {
            examination = examination.without_rewriting();
        }
        examination.diagnose()
    }
}

fn report(diagnosis: &Diagnosis, refused: u64) {
    let causes: Vec<_> = diagnosis.causes().iter().map(|it| it.code()).collect();
    tracing::warn!(
        causes = causes.join(" "),
        certain = diagnosis.is_certain(),
        refused,
        "signatures refused: {diagnosis}"
    );
}

/// Once a minute.
impl Default for Doctor {
    fn default() -> Self {
        Self::new(Duration::from_secs(60), Instant::now)
    }
}

impl fmt::Debug for Doctor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Doctor")
            .field("throttle", &self.throttle)
            .field("others", &self.others)
            .finish_non_exhaustive()
    }
}
