//! How old a delivery may be.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::error::{Error, ErrorKind};
use crate::payload::{Envelope, Generation, Timestamp};

/// How far the signed time of a delivery may be from that of the clock.
#[derive(Clone)]
pub(crate) struct ReplayWindow {
    window: Duration,
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
}

impl ReplayWindow {
    pub(crate) fn new(
        window: Duration,
        clock: impl Fn() -> SystemTime + Send + Sync + 'static,
    ) -> Self {
        Self {
            window,
            clock: Arc::new(clock),
        }
    }

    /// Refuses a 4.0 delivery that says it was sent too long ago, or that it will be; those of 2.0 have no time.
    pub(crate) fn admit(&self, envelope: &Envelope) -> Result<(), Error> {
        let is_v4 = envelope.generation == Generation::V4;
        let delivered_at = envelope.meta.delivered_at().filter(|_| is_v4);
        let Some(delivered_at) = delivered_at.and_then(Timestamp::to_system_time) else {
            return Ok(());
        };
        let now = (self.clock)();
        let apart = now.duration_since(delivered_at);
        let apart = apart.unwrap_or_else(|err| err.duration());
        if apart > self.window {
            return Err(Error::new(ErrorKind::OutsideReplayWindow));
        }
        Ok(())
    }
}

impl fmt::Debug for ReplayWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReplayWindow").field(&self.window).finish()
    }
}
