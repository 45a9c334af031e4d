//! A lease, as the client can tell.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_nats::Subject;

/// What a lease of a [`NatsInbox`](super::NatsInbox) is known by.
#[derive(Clone)]
pub struct NatsReceipt {
    /// Where the server hears of the delivery.
    pub(super) reply: Subject,
    /// Number and time of the message, which no other has.
    pub(super) origin: String,
    /// `None` when the server was told what became of it.
    ends_at: Arc<Mutex<Option<Instant>>>,
}

impl NatsReceipt {
    pub(super) fn new(reply: Subject, origin: String, ends_at: Instant) -> Self {
        Self {
            reply,
            origin,
            ends_at: Arc::new(Mutex::new(Some(ends_at))),
        }
    }

    /// The server takes the word of anybody who ever had the delivery, so a lease whose time is over is not spoken for.
    pub(super) fn is_held(&self) -> bool {
        let ends_at = *self.ends_at.lock().unwrap_or_else(PoisonError::into_inner);
        ends_at.is_some_and(|it| Instant::now() < it)
    }

    pub(super) fn set_end(&self, ends_at: Option<Instant>) {
        *self.ends_at.lock().unwrap_or_else(PoisonError::into_inner) = ends_at;
    }
}

/// So much later; a year at most, for a clock has an end.
pub(super) fn later(from: Instant, time: Duration) -> Instant {
    from + time.min(YEAR)
}

pub(super) const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

impl fmt::Debug for NatsReceipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsReceipt")
            .field("is_held", &self.is_held())
            .finish_non_exhaustive()
    }
}
