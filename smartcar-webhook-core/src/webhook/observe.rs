//! What is logged and counted of a delivery.

use std::error::Error as _;
use std::time::Duration;

use tracing::Span;
use tracing::field::Empty;

use super::hooks::Hooks;
use crate::error::{Error, ErrorKind};
use crate::health::Health;
#[cfg(feature = "tokio")]
use crate::layer::detach::Finished;
#[cfg(feature = "metrics")]
use crate::metrics;
use crate::outcome::Outcome;
use crate::payload::{Delivery, EventType, Mode};

/// Tells the app how a delivery ended.
pub(super) fn settled(
    delivery: &Delivery,
    result: &Result<Outcome, Error>,
    health: &Health,
    hooks: &Hooks,
) {
    health.ended(delivery, result);
    tell(delivery, result, hooks);
}

/// The same of work that nobody waits for any more: its client went away, or was answered before it ended.
#[cfg(feature = "tokio")]
pub(super) fn settled_unheard(finished: &Finished, health: &Health, hooks: &Hooks) {
    let Finished {
        delivery, result, ..
    } = finished;
    // What was refused at the deadline is in the book, as what its sender takes it for.
    if !finished.is_late() {
        health.ended(delivery, result);
    }
    tell(delivery, result, hooks);
}

fn tell(delivery: &Delivery, result: &Result<Outcome, Error>, hooks: &Hooks) {
    match result {
        Ok(Outcome::Unhandled) => hooks.unhandled(delivery),
        Err(err) if err.kind().is_failure() => hooks.failed(delivery, err),
        _ => {}
    }
}

/// The span of a delivery: what one searches for, and nothing of the vehicle.
pub(super) fn span(delivery: &Delivery, attempt: u32) -> Span {
    let envelope = delivery.envelope();
    tracing::info_span!(
        "delivery",
        event_type = envelope.event_type.as_ref().map(EventType::as_str),
        event_id = envelope.event_id.as_deref(),
        delivery_id = envelope.meta.delivery_id.as_deref(),
        webhook_id = envelope.webhook_id.as_deref(),
        mode = envelope.mode.as_ref().map(Mode::as_str),
        key = delivery.verified_by(),
        attempt,
        outcome = Empty,
        duration_ms = Empty,
    )
}

/// Says in the span how the delivery ended, and counts it.
pub(super) fn ended(
    span: &Span,
    delivery: &Delivery,
    result: &Result<Outcome, Error>,
    duration: Duration,
) {
    let code = match result {
        Ok(outcome) => outcome.code(),
        Err(err) => err.kind().code(),
    };
    let _entered = span.enter();
    span.record("outcome", code);
    let micros = u32::try_from(duration.as_micros()).unwrap_or(u32::MAX);
    span.record("duration_ms", f64::from(micros) / 1000.0);
    #[cfg(feature = "metrics")]
    metrics::ended(delivery, code, duration);
    let Err(err) = result else {
        if matches!(result, Ok(Outcome::Unhandled)) {
            tracing::debug!(
                outcome = code,
                "delivery acknowledged, but nobody handled it"
            );
        } else {
            tracing::trace!(outcome = code, "delivery acknowledged");
        }
        return;
    };
    // The id stands here too, for those who log no spans.
    let event_id = delivery.envelope().event_id.as_deref();
    match err.kind() {
        ErrorKind::Misfit => {
            tracing::warn!(
                code,
                event_id,
                path = err.path(),
                "delivery acknowledged, but: {err}"
            );
        }
        // What a receiver under load, and one that is stopped, answers as it should.
        ErrorKind::InFlight | ErrorKind::ShuttingDown => {
            tracing::debug!(code, event_id, "delivery not acknowledged: {err}");
        }
        ErrorKind::Overloaded | ErrorKind::DeadlineExceeded => {
            tracing::warn!(code, event_id, "delivery not acknowledged: {err}");
        }
        _ => tracing::error!(
            code,
            event_id,
            error = err.source(),
            "delivery not acknowledged: {err}"
        ),
    }
}
