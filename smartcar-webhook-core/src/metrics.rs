//! What is counted through the facade of the crate [`metrics`](https://docs.rs/metrics): names and labels.
//!
//! Nothing is recorded until the app installs a recorder, such as that of `metrics-exporter-prometheus`.
//! Every label has few values, all of them known beforehand but for `key`, of which there are as many as keys of yours.
//!
//! | metric | labels | what it counts or measures |
//! |---|---|---|
//! | [`VERIFIED`] | `key`: the label of the key; `mode`: `live`, `test`, `simulated`, `other` | deliveries that were verified |
//! | [`CHALLENGES_ANSWERED`] | | challenges that were answered |
//! | [`REFUSED`] | `code`: an [`ErrorKind::code`] | requests that were refused before a handler saw them |
//! | [`DIAGNOSED`] | `cause`: a [`Cause::code`] | causes found for refused signatures |
//! | [`DELIVERIES`] | `event_type`: one that is known, or `other`; `outcome`: an [`Outcome::code`](crate::Outcome::code) or an [`ErrorKind::code`] | deliveries that were answered |
//! | [`DURATION`] | `event_type` | a histogram of the time from verification to answer, in seconds |

use std::time::Duration;

use metrics::{counter, histogram};

use crate::doctor::Cause;
use crate::error::ErrorKind;
use crate::payload::{Delivery, EventType, Mode};

/// Deliveries that were verified.
pub const VERIFIED: &str = "smartcar_webhook_verified_total";

/// Challenges that were answered.
pub const CHALLENGES_ANSWERED: &str = "smartcar_webhook_challenges_answered_total";

/// Requests that were refused before a handler saw them.
pub const REFUSED: &str = "smartcar_webhook_refused_total";

/// Causes found for refused signatures.
pub const DIAGNOSED: &str = "smartcar_webhook_diagnosed_total";

/// Verified deliveries that were answered.
pub const DELIVERIES: &str = "smartcar_webhook_deliveries_total";

/// The time from verification to answer, in seconds.
pub const DURATION: &str = "smartcar_webhook_delivery_duration_seconds";

pub(crate) fn ended(delivery: &Delivery, outcome: &'static str, duration: Duration) {
    let event_type = delivery.envelope().event_type.as_ref();
    let event_type = event_type.and_then(EventType::known);
    let event_type = event_type
        .as_ref()
        .map_or("other", EventType::as_str)
        .to_owned();
    counter!(DELIVERIES, "event_type" => event_type.clone(), "outcome" => outcome).increment(1);
    histogram!(DURATION, "event_type" => event_type).record(duration);
}

pub(crate) fn verified(key: &str, mode: Option<&Mode>) {
    let modes = [
        (Mode::LIVE, "live"),
        (Mode::TEST, "test"),
        (Mode::SIMULATED, "simulated"),
    ];
    let known = modes.into_iter().find(|(it, _)| Some(it) == mode);
    let mode = known.map_or("other", |(_, label)| label);
    counter!(VERIFIED, "key" => key.to_owned(), "mode" => mode).increment(1);
}

pub(crate) fn challenge_answered() {
    counter!(CHALLENGES_ANSWERED).increment(1);
}

pub(crate) fn refused(kind: ErrorKind) {
    counter!(REFUSED, "code" => kind.code()).increment(1);
}

pub(crate) fn diagnosed(cause: Cause) {
    counter!(DIAGNOSED, "cause" => cause.code()).increment(1);
}
