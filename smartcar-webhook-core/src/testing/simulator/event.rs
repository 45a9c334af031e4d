//! An event that is to be delivered.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use fastrand::Rng;
use http::Uri;
use serde_json::Value;

use super::super::basics::iso;
use super::answer::Answer;
use super::body_writer::{Order, written};
use super::seed::derived;

/// An event, as Smartcar keeps it until it is acknowledged or given up.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) number: u64,
    /// The webhook, by its place.
    pub(super) webhook: usize,
    pub(super) callback: Uri,
    pub(super) kind: &'static str,
    pub(super) vehicle_id: Option<String>,
    /// The body but for what each attempt has of its own; a tree of it would take ten times the memory while it waits.
    pub(super) body: Bytes,
    pub(super) order: Order,
    pub(super) is_live: bool,
    pub(super) key: String,
}

impl Event {
    /// What happens to an event is the same whatever happens to others.
    pub(super) fn rng(&self, seed: u64, of: &str, attempt: u64) -> Rng {
        derived(seed, of, &[self.number, attempt])
    }

    /// The body of one attempt: 4.0 gives each an id and a time of its own.
    pub(super) fn body_of_attempt(&self, delivery_id: &str, at_ms: i64) -> Bytes {
        let mut body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        for place in ["/meta", "/data/meta"] {
            let meta = body.pointer_mut(place).and_then(Value::as_object_mut);
            for (name, value) in meta.into_iter().flatten() {
                match &**name {
                    "deliveryId" => *value = delivery_id.into(),
                    "deliveredAt" | "deliveryTime" | "deliveryTimestamp" => {
                        *value = spelled_alike(value, at_ms);
                    }
                    _ => {}
                }
            }
        }
        written(&body, self.order)
    }
}

/// A time in the spelling of another: ms, seconds or ISO 8601.
fn spelled_alike(spelled: &Value, at_ms: i64) -> Value {
    // What is read as seconds: see `Timestamp`.
    const FIRST_MILLIS: i64 = 100_000_000_000;
    match spelled.as_i64() {
        Some(number) if number < FIRST_MILLIS => (at_ms / 1000).into(),
        None if spelled.is_string() => iso(at_ms).into(),
        _ => at_ms.into(),
    }
}

/// One attempt to deliver an event, and what came of it.
#[non_exhaustive]
#[derive(Clone)]
pub struct Attempt {
    /// The event, as [`Delivery::idempotency_key`](crate::Delivery::idempotency_key) has it; empty for a challenge.
    pub key: String,
    /// `VEHICLE_STATE`, `schedule`, `VERIFY` and so on.
    pub event_type: &'static str,
    /// The name of the webhook.
    pub webhook: String,
    /// The vehicle, if it is about one.
    pub vehicle_id: Option<String>,
    /// Which attempt of the event it was, from 1; 0 for a [copy](super::Faults::copies).
    pub number: u64,
    /// What was sent.
    pub body: Bytes,
    /// What came back.
    pub answer: Answer,
    /// When it was sent, counted from the start of the simulation.
    pub sent: Duration,
    /// How long it took.
    pub took: Duration,
    /// After how long it is sent again, if it is.
    pub again_after: Option<Duration>,
    /// What kept the answer from coming.
    pub problem: Option<String>,
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("key", &self.key)
            .field("event_type", &self.event_type)
            .field("webhook", &self.webhook)
            .field("number", &self.number)
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
}
