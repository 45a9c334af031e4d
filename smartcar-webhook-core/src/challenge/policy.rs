//! Which challenges are answered at all.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind};
use crate::throttle::Throttle;

/// Narrows which challenges are answered, beyond the guard that no policy turns off.
///
/// Nobody has to be known to send a challenge, and the answer proves possession of the token, so a receiver that is set up may want to answer none.
/// Smartcar challenges when a webhook is made, when its URI changes and when somebody presses *Verify this webhook*.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicBool, Ordering};
/// use std::time::{Duration, Instant};
///
/// use smartcar_webhook_core::{ChallengePolicy, ManagementToken, Verifier};
///
/// # fn main() -> Result<(), smartcar_webhook_core::TokenError> {
/// // Turned on by an operator, and off once the webhook is verified.
/// let armed = Arc::new(AtomicBool::new(false));
/// let switch = Arc::clone(&armed);
/// let policy = ChallengePolicy::new()
///     .only_webhooks(["9a4b1c2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d"])
///     .only_while(move || switch.load(Ordering::Relaxed))
///     .at_most(10, Duration::from_secs(60), Instant::now);
/// let verifier = Verifier::new(ManagementToken::new("amt")?).with_challenge_policy(policy);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct ChallengePolicy {
    webhooks: Option<Arc<HashSet<String>>>,
    armed: Option<Arc<dyn Fn() -> bool + Send + Sync>>,
    throttle: Option<Throttle>,
}

impl ChallengePolicy {
    /// Answers every challenge that passes the guard.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers the challenges of these webhooks alone; others are refused as [`ErrorKind::ChallengeUnknownWebhook`].
    ///
    /// The id is what the request says, so this keeps off who does not know one. Case and white space around it do not count.
    pub fn only_webhooks(mut self, ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.webhooks = Some(Arc::new(
            ids.into_iter().map(|it| bare(&it.into())).collect(),
        ));
        self
    }

    /// Answers challenges only while this says so; else they are refused as [`ErrorKind::ChallengeDisarmed`].
    pub fn only_while(mut self, armed: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        self.armed = Some(Arc::new(armed));
        self
    }

    /// Answers at most `count` challenges in a span of `per`; more are refused as [`ErrorKind::ChallengeThrottled`].
    ///
    /// Whoever sends many uses it up for Smartcar, too, until the span is over.
    pub fn at_most(
        mut self,
        count: u32,
        per: Duration,
        clock: impl Fn() -> Instant + Send + Sync + 'static,
    ) -> Self {
        self.throttle = Some(Throttle::new(count, per, clock));
        self
    }

    pub(super) fn admit(&self, webhook_id: Option<&str>) -> Result<(), Error> {
        let refuse = |kind| Err(Error::new(kind));
        let known = |ids: &HashSet<String>| webhook_id.is_some_and(|it| ids.contains(&bare(it)));
        if self.webhooks.as_deref().is_some_and(|it| !known(it)) {
            refuse(ErrorKind::ChallengeUnknownWebhook)
        } else if self.armed.as_ref().is_some_and(|it| !it()) {
            refuse(ErrorKind::ChallengeDisarmed)
        } else if self.throttle.as_ref().is_some_and(|it| !it.admits()) {
            refuse(ErrorKind::ChallengeThrottled)
        } else {
            Ok(())
        }
    }
}

fn bare(id: &str) -> String {
    id.trim().to_ascii_lowercase()
}

impl fmt::Debug for ChallengePolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChallengePolicy")
            .field("webhooks", &self.webhooks)
            .field("switched", &self.armed.is_some())
            .field("throttle", &self.throttle)
            .finish()
    }
}
