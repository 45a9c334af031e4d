//! Counting the works under way, and waiting for their end.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::timeout;

use super::in_flight::InFlight;
use crate::payload::Text;

/// A handle to the works under a [`Detach`](super::Detach) layer; every clone is the same.
///
/// Dropping it, and dropping the layer, ends nothing.
#[derive(Clone)]
pub struct DetachHandle {
    in_flight: Arc<InFlight>,
}

impl DetachHandle {
    pub(super) fn new(in_flight: Arc<InFlight>) -> Self {
        Self { in_flight }
    }

    /// How many works are under way, waited for or not.
    pub fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// Whether [`shutdown`](Self::shutdown) was called.
    pub fn is_shutting_down(&self) -> bool {
        self.in_flight.is_closed()
    }

    /// Refuses deliveries from here on, as [`ErrorKind::ShuttingDown`](crate::ErrorKind::ShuttingDown), and waits until no work is under way, or until the limit.
    ///
    /// What is left at the limit is not stopped: it goes on for as long as its runtime does.
    /// It may be called by several at a time and again later, say to wait longer; who drops the future ends the wait, and the intake stays closed.
    /// Outside of a tokio runtime it does not wait, and in one it needs the timer.
    ///
    /// A result that its caller has not fetched yet counts as work under way.
    ///
    /// Call it before the server is stopped, or at least before the runtime ends.
    /// Deliveries that come meanwhile are answered 503, and Smartcar sends them again.
    pub async fn shutdown(&self, limit: Duration) -> ShutdownReport {
        self.in_flight.close();
        if Handle::try_current().is_ok() {
            // Which of the two it was, the count tells.
            let _ = timeout(limit, self.in_flight.none_left()).await;
        }
        let report = ShutdownReport {
            left: self.in_flight.len(),
            event_ids: self.in_flight.oldest(ShutdownReport::MOST_EVENT_IDS),
        };
        if report.left > 0 {
            tracing::warn!(
                left = report.left,
                "shutdown went on without waiting for all works"
            );
        }
        report
    }
}

impl fmt::Debug for DetachHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DetachHandle")
            .field("in_flight", &self.in_flight())
            .field("is_shutting_down", &self.is_shutting_down())
            .finish()
    }
}

/// What a [shutdown](DetachHandle::shutdown) left under way.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ShutdownReport {
    left: usize,
    event_ids: Vec<Text>,
}

impl ShutdownReport {
    /// How many event ids are listed at most: 100.
    pub const MOST_EVENT_IDS: usize = 100;

    /// How many works were under way still.
    pub fn left(&self) -> usize {
        self.left
    }

    /// The event ids of the oldest of them, [`MOST_EVENT_IDS`](Self::MOST_EVENT_IDS) at most; 2.0 scheduled and dynamic deliveries have none.
    pub fn event_ids(&self) -> &[Text] {
        &self.event_ids
    }
}
