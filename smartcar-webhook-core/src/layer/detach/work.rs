//! The work of one delivery and what becomes of its result.

use std::error::Error as _;
use std::sync::Arc;

use tower::{Service, ServiceExt};

use super::in_flight::Slot;
use crate::error::{BoxError, Error, ErrorKind};
use crate::handler::catch_panic;
use crate::hook::guarded;
use crate::outcome::Outcome;
use crate::payload::{Delivery, EventType};

pub(super) type OnFinish = Arc<dyn Fn(&Delivery, &Result<Outcome, Error>) + Send + Sync>;

pub(super) type OnUnheard = Arc<dyn Fn(&Finished) + Send + Sync>;

/// The work of one delivery, which finishes once, however it ends: also when it is dropped.
pub(super) struct Work {
    delivery: Delivery,
    on_finish: Option<OnFinish>,
    on_unheard: Option<OnUnheard>,
    // Until it is finished.
    slot: Option<Slot>,
}

impl Work {
    pub(super) fn new(
        delivery: Delivery,
        slot: Slot,
        on_finish: Option<OnFinish>,
        on_unheard: Option<OnUnheard>,
    ) -> Self {
        Self {
            delivery,
            on_finish,
            on_unheard,
            slot: Some(slot),
        }
    }

    /// Runs the work; gives `None` if it was finished before, which nothing else does but its drop.
    pub(super) async fn run<S>(mut self, service: S) -> Option<Finished>
    where
        S: Service<Delivery, Response = Outcome>,
        S::Error: Into<BoxError>,
    {
        let delivery = self.delivery.clone();
        let work = async {
            service
                .oneshot(delivery)
                .await
                .map_err(|err| Error::from(err.into()))
        };
        let result = catch_panic(work).await;
        self.finish(result)
    }

    fn finish(&mut self, result: Result<Outcome, Error>) -> Option<Finished> {
        let slot = self.slot.take()?;
        if let Some(on_finish) = &self.on_finish {
            guarded("on_finish", || on_finish(&self.delivery, &result));
        }
        Some(Finished {
            delivery: self.delivery.clone(),
            result,
            is_heard: false,
            on_unheard: self.on_unheard.take(),
            slot,
        })
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let kind = if std::thread::panicking() {
            // While what it is made of was dropped: all else is caught.
            ErrorKind::HandlerPanicked
        } else {
            ErrorKind::Cancelled
        };
        drop(self.finish(Err(Error::new(kind))));
    }
}

/// A result on its way to its caller, which is logged if it does not get there.
pub(crate) struct Finished {
    pub(crate) delivery: Delivery,
    pub(crate) result: Result<Outcome, Error>,
    is_heard: bool,
    on_unheard: Option<OnUnheard>,
    // Dropped last: the log line comes before the end of a shutdown, with which the process may end.
    slot: Slot,
}

impl Finished {
    /// Whether the delivery was refused at the deadline before.
    pub(crate) fn is_late(&self) -> bool {
        self.slot.is_late()
    }

    /// The result, for its caller, who finds the place free.
    pub(super) fn hear(mut self) -> Result<Outcome, Error> {
        self.is_heard = true;
        self.result.clone()
    }
}

impl Drop for Finished {
    fn drop(&mut self) {
        if self.is_heard {
            return;
        }
        if let Some(on_unheard) = &self.on_unheard {
            on_unheard(self);
        }
        let envelope = self.delivery.envelope();
        let event_type = envelope.event_type.as_ref().map(EventType::as_str);
        let event_id = envelope.event_id.as_deref();
        let webhook_id = envelope.webhook_id.as_deref();
        match &self.result {
            // The copy that is being handled is the one that counts.
            Err(err) if err.kind() == ErrorKind::InFlight => {
                tracing::debug!(event_id, "a copy was not handled, for the first still is");
            }
            Ok(outcome) => tracing::info!(
                ?outcome,
                event_type,
                event_id,
                webhook_id,
                "delivery finished when nobody waited for it any more"
            ),
            Err(err) => tracing::error!(
                code = err.kind().code(),
                event_type,
                event_id,
                webhook_id,
                error = err.source(),
                "delivery failed when nobody waited for it any more: {err}"
            ),
        }
    }
}
