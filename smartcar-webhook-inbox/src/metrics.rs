//! What is counted through the facade of the crate [`metrics`](https://docs.rs/metrics): names and labels.
//!
//! | metric | labels | what it counts or measures |
//! |---|---|---|
//! | [`ATTEMPTS`] | `event_type`: one that is known, or `other`; `outcome`: an [`Outcome::code`](smartcar_webhook_core::Outcome::code) or an [`ErrorKind::code`](smartcar_webhook_core::ErrorKind::code) | attempts at stored deliveries |
//! | [`DURATION`] | `event_type` | a histogram of how long an attempt took, in seconds |
//! | [`DEAD_LETTERS`] | `event_type` | deliveries that were given up |

use std::time::Duration;

use metrics::{counter, histogram};
use smartcar_webhook_core::Delivery;
use smartcar_webhook_core::payload::EventType;

/// Attempts at stored deliveries.
pub const ATTEMPTS: &str = "smartcar_webhook_inbox_attempts_total";

/// How long an attempt took, in seconds.
pub const DURATION: &str = "smartcar_webhook_inbox_attempt_duration_seconds";

/// Deliveries that were given up.
pub const DEAD_LETTERS: &str = "smartcar_webhook_inbox_dead_letters_total";

pub(crate) fn attempted(delivery: &Delivery, outcome: &'static str, duration: Duration) {
    let event_type = event_type(Some(delivery));
    counter!(ATTEMPTS, "event_type" => event_type.clone(), "outcome" => outcome).increment(1);
    histogram!(DURATION, "event_type" => event_type).record(duration);
}

pub(crate) fn buried(delivery: Option<&Delivery>) {
    counter!(DEAD_LETTERS, "event_type" => event_type(delivery)).increment(1);
}

/// Of few values, whatever is sent.
fn event_type(delivery: Option<&Delivery>) -> String {
    let event_type = delivery.and_then(|it| it.envelope().event_type.as_ref());
    let known = event_type.and_then(EventType::known);
    known.as_ref().map_or("other", EventType::as_str).to_owned()
}
