//! What a handler may know of its attempt.

use std::time::SystemTime;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout_at};

/// Which attempt at a delivery this is, and whether it still counts: among the [extensions](smartcar_webhook_core::Delivery::extensions) of every delivery of a [`Worker`](crate::Worker).
///
/// ```
/// use smartcar_webhook_core::payload::v4::VehicleState;
/// use smartcar_webhook_core::{BoxError, Delivery};
/// use smartcar_webhook_inbox::Attempt;
///
/// async fn on_state(state: Delivery<VehicleState>) -> Result<(), BoxError> {
///     if let Some(attempt) = state.extensions().get::<Attempt>() {
///         println!("attempt {}", attempt.number());
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Attempt {
    number: u32,
    max: u32,
    received_at: SystemTime,
    lease: watch::Receiver<Lease>,
}

/// How long the delivery is this worker's, as far as it knows.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lease {
    Until(Instant),
    Lost,
}

impl Lease {
    /// When it ends, unless it is over.
    pub(crate) fn end(self) -> Option<Instant> {
        match self {
            Self::Until(end) if Instant::now() < end => Some(end),
            _ => None,
        }
    }
}

impl Attempt {
    pub(crate) fn new(
        number: u32,
        max: u32,
        received_at: SystemTime,
        lease: watch::Receiver<Lease>,
    ) -> Self {
        Self {
            number,
            max,
            received_at,
            lease,
        }
    }

    /// How often the delivery was handed to a worker, this time included: 1 the first time.
    ///
    /// Times count after which the worker died, so an attempt with a number greater than 1 may follow one that did all of its work.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Whether the delivery is a dead letter if this attempt fails.
    pub fn is_last(&self) -> bool {
        self.number >= self.max
    }

    /// When the delivery was received.
    pub fn received_at(&self) -> SystemTime {
        self.received_at
    }

    /// Whether the lease was lost: another worker may be handling the delivery, and the result of this attempt counts for nothing.
    ///
    /// Ask before an effect that must not be had twice: it is known even if the process stood still a moment ago.
    pub fn is_cancelled(&self) -> bool {
        self.lease.borrow().end().is_none()
    }

    /// Waits until the lease is lost, which most never are; for a handler to give up beside its work.
    ///
    /// That is so if this process stood still, or could not reach the queue, for longer than the lease.
    pub async fn cancelled(&self) {
        let mut lease = self.lease.clone();
        loop {
            let now = *lease.borrow_and_update();
            let Some(end) = now.end() else {
                return;
            };
            if let Ok(Err(_)) = timeout_at(end, lease.changed()).await {
                // The worker is done with the delivery; nobody renews, so it ends.
                sleep_until(end).await;
            }
        }
    }
}
