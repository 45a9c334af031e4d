//! How a verifier is set up.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::Verifier;
use crate::challenge::ChallengePolicy;
use crate::doctor::Doctor;
use crate::keys::{CachedKeys, KeySource, Keys, SharedKeyring};
use crate::payload::Reads;
use crate::replay::ReplayWindow;
use crate::token::{Keyring, ManagementToken};

impl Verifier {
    /// The longest body read unless told otherwise, in bytes: 1 MiB.
    ///
    /// 4.0 deliveries have at most 50 KB; for 2.0 scheduled ones no bound is known.
    /// See [Smartcar Docs/Delivery behavior](https://smartcar.com/docs/api-reference/webhooks/delivery-behavior).
    pub const DEFAULT_BODY_LIMIT: usize = 1024 * 1024;

    /// A verifier of what these keys signed: one [`ManagementToken`], a [`Keyring`], a [`SharedKeyring`] to replace while it runs, or [`CachedKeys`] of a secret manager.
    pub fn new(keys: impl Into<Self>) -> Self {
        keys.into()
    }

    /// A verifier of what the keys signed that this source gives for a request.
    pub fn with_source(source: impl KeySource) -> Self {
        Self::with_keys(Keys::from_source(source))
    }

    fn with_keys(keys: Keys) -> Self {
        Self {
            keys,
            body_limit: Self::DEFAULT_BODY_LIMIT,
            challenges: ChallengePolicy::default(),
            replay: None,
            doctor: Some(Doctor::default()),
            reads: Reads::Payload,
            counters: Arc::default(),
        }
    }

    /// Sets the longest body to read, in bytes.
    #[must_use]
    pub fn with_body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Narrows which challenges are answered.
    #[must_use]
    pub fn with_challenge_policy(mut self, policy: ChallengePolicy) -> Self {
        self.challenges = policy;
        self
    }

    /// Refuses signed 4.0 deliveries that say they were sent more than `window` before or after the time of the clock: `SystemTime::now`, or that of a test.
    ///
    /// Off unless set, for it refuses what Smartcar signed: with a clock that is wrong by more than the window every delivery is refused, tried again a few times, and lost.
    /// Each attempt to deliver an event has a time of its own, so retries need no wider window; those that wait in front of this receiver do, in a proxy or in a queue.
    /// Deliveries without a readable `meta.deliveredAt` pass, those of 2.0 among them.
    /// What it refuses is logged as a warning and answered 403, as [`ErrorKind::OutsideReplayWindow`](crate::ErrorKind::OutsideReplayWindow).
    /// A copy that comes within the window passes: only its [idempotency key](crate::Delivery::idempotency_key) tells it from the first.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    ///
    /// use smartcar_webhook_core::{ManagementToken, Verifier};
    ///
    /// # fn main() -> Result<(), smartcar_webhook_core::TokenError> {
    /// let verifier = Verifier::new(ManagementToken::new("amt")?)
    ///     .with_replay_window(Duration::from_secs(5 * 60), SystemTime::now);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_replay_window(
        mut self,
        window: Duration,
        clock: impl Fn() -> SystemTime + Send + Sync + 'static,
    ) -> Self {
        self.replay = Some(ReplayWindow::new(window, clock));
        self
    }

    /// Sets who examines refused signatures; [`Doctor::default`] does unless told otherwise.
    #[must_use]
    pub fn with_doctor(mut self, doctor: Doctor) -> Self {
        self.doctor = Some(doctor);
        self
    }

    /// Sets what is read of a delivery before anybody has asked for it.
    pub(crate) fn reading(mut self, reads: Reads) -> Self {
        self.reads = reads;
        self
    }

    /// Has nobody examine refused signatures.
    #[must_use]
    pub fn without_doctor(mut self) -> Self {
        self.doctor = None;
        self
    }
}

impl From<ManagementToken> for Verifier {
    fn from(token: ManagementToken) -> Self {
        Keyring::from(token).into()
    }
}

impl From<Keyring> for Verifier {
    fn from(keys: Keyring) -> Self {
        SharedKeyring::new(keys).into()
    }
}

impl From<SharedKeyring> for Verifier {
    fn from(keys: SharedKeyring) -> Self {
        Self::with_keys(Keys::Shared(keys))
    }
}

impl From<CachedKeys> for Verifier {
    fn from(keys: CachedKeys) -> Self {
        Self::with_keys(Keys::Cached(keys))
    }
}
