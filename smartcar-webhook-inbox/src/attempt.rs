//! What a handler may know of its attempt.

use std::time::SystemTime;

use tokio::sync::watch;

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
    is_lost: watch::Receiver<bool>,
}

impl Attempt {
    pub(crate) fn new(
        number: u32,
        max: u32,
        received_at: SystemTime,
    ) -> (Self, watch::Sender<bool>) {
        let (lose, is_lost) = watch::channel(false);
        let attempt = Self {
            number,
            max,
            received_at,
            is_lost,
        };
        (attempt, lose)
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
    pub fn is_cancelled(&self) -> bool {
        *self.is_lost.borrow()
    }

    /// Waits until the lease is lost, which most never are; for a handler to give up beside its work.
    ///
    /// That is so if this process stood still, or could not reach the queue, for longer than the lease.
    pub async fn cancelled(&self) {
        let mut is_lost = self.is_lost.clone();
        if is_lost.wait_for(|it| *it).await.is_err() {
            // The worker is done with the delivery, and so is nobody else.
            std::future::pending::<()>().await;
        }
    }
}
