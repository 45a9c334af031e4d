//! A webhook, as one sets it up in Smartcar's dashboard.

use std::time::Duration;

use http::Uri;

use super::retry_schedule::RetrySchedule;
use crate::signal::SignalType;

/// A webhook as it is set up in Smartcar's dashboard.
///
/// ```
/// use smartcar_webhook_core::signal::{ChargeIsCharging, TractionBatteryStateOfCharge};
/// use smartcar_webhook_core::testing::simulator::SimulatedWebhook;
///
/// let charging = SimulatedWebhook::signals("Charging")
///     .trigger::<ChargeIsCharging>()
///     .data::<ChargeIsCharging>()
///     .data::<TractionBatteryStateOfCharge>();
/// ```
#[must_use]
#[derive(Clone, Debug)]
pub struct SimulatedWebhook {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) triggers: Vec<&'static str>,
    pub(super) data: Vec<&'static str>,
    pub(super) retries: RetrySchedule,
    pub(super) callback: Uri,
    pub(super) error_callback: Option<Uri>,
}

/// What a webhook sends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Signals,
    Schedule { every: Duration },
    Dynamic,
    EventBased,
}

impl SimulatedWebhook {
    /// One of 4.0: `VEHICLE_STATE` when a trigger changes, with all data, and `VEHICLE_ERROR`.
    ///
    /// Without [triggers](Self::trigger) every signal of the fleet is one; without [data](Self::data) every signal is sent.
    pub fn signals(name: &str) -> Self {
        Self::new(name, Kind::Signals, RetrySchedule::v4())
    }

    /// One of 2.0 that tells of every vehicle every so often.
    pub fn schedule(name: &str, every: Duration) -> Self {
        let kind = Kind::Schedule {
            every: every.max(Duration::from_secs(1)),
        };
        Self::new(name, kind, RetrySchedule::five_in_ten_minutes())
    }

    /// One of 2.0 that tells of a vehicle when it changes.
    pub fn dynamic(name: &str) -> Self {
        Self::new(name, Kind::Dynamic, RetrySchedule::six_with_backoff())
    }

    /// One of 2.0 that tells when charging starts, stops and is complete.
    pub fn event_based(name: &str) -> Self {
        Self::new(name, Kind::EventBased, RetrySchedule::five_in_ten_minutes())
    }

    fn new(name: &str, kind: Kind, retries: RetrySchedule) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            triggers: Vec::new(),
            data: Vec::new(),
            retries,
            callback: Uri::from_static("/webhooks/smartcar"),
            error_callback: None,
        }
    }

    /// Has a change of this signal trigger a delivery.
    pub fn trigger<S: SignalType>(mut self) -> Self {
        self.triggers.push(S::CODE);
        self
    }

    /// Has this signal be in every delivery.
    pub fn data<S: SignalType>(mut self) -> Self {
        self.data.push(S::CODE);
        self
    }

    /// Where it sends to; else to `/webhooks/smartcar`.
    pub fn callback(mut self, uri: Uri) -> Self {
        self.callback = uri;
        self
    }

    /// Where it sends `VEHICLE_ERROR` to; else to its callback.
    pub fn error_callback(mut self, uri: Uri) -> Self {
        self.error_callback = Some(uri);
        self
    }

    /// When it sends again; else as documented for its kind.
    pub fn retries(mut self, retries: RetrySchedule) -> Self {
        self.retries = retries;
        self
    }

    pub(super) fn is_v4(&self) -> bool {
        self.kind == Kind::Signals
    }

    /// Every address it verifies and sends to.
    pub(super) fn callbacks(&self) -> impl Iterator<Item = &Uri> {
        std::iter::once(&self.callback).chain(&self.error_callback)
    }
}
