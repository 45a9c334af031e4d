//! A VEHICLE_STATE made to order.

use serde_json::{Value, json};

use super::basics::{Basics, builder};
use crate::signal::SignalType;

/// Makes a `VEHICLE_STATE`; see [`vehicle_state`].
#[must_use]
#[derive(Clone, Debug, Default)]
pub struct VehicleStateBuilder {
    basics: Basics,
    signals: Vec<Value>,
    triggers: Vec<Value>,
}

/// A `VEHICLE_STATE` as it comes over the wire, without signals as yet.
///
/// It was sent for the signals it is told to be [triggered by](VehicleStateBuilder::trigger), else for its first one.
///
/// ```
/// use smartcar_webhook_core::payload::v4::VehicleState;
/// use smartcar_webhook_core::signal::{ChargeIsCharging, TractionBatteryStateOfCharge, WheelTires};
/// use smartcar_webhook_core::testing::vehicle_state;
///
/// let event = vehicle_state()
///     .signal::<TractionBatteryStateOfCharge>(78.5)
///     .signal::<ChargeIsCharging>(true)
///     .failed::<WheelTires>("COMPATIBILITY", "VEHICLE_NOT_CAPABLE")
///     .trigger::<ChargeIsCharging>()
///     .with("/data/vehicle/make", "VOLVO");
/// let body = event.to_value();
/// assert_eq!(body["data"]["signals"][0]["body"]["unit"], "percent");
/// assert_eq!(body["data"]["vehicle"]["make"], "VOLVO");
/// ```
pub fn vehicle_state() -> VehicleStateBuilder {
    VehicleStateBuilder::default()
}

builder!(VehicleStateBuilder, "/data/vehicle/id");

impl VehicleStateBuilder {
    /// Adds a signal that could be read.
    ///
    /// An object is its body; a list becomes its `values`, anything else its `value`, with the unit the signal is sent with.
    pub fn signal<S: SignalType>(mut self, body: impl Into<Value>) -> Self {
        let mut body = match body.into() {
            object @ Value::Object(_) => object,
            Value::Array(values) => json!({"values": values}),
            value => json!({"value": value}),
        };
        if let (Some(unit), Some(members)) = (S::UNIT, body.as_object_mut()) {
            members
                .entry("unit")
                .or_insert_with(|| unit.as_str().into());
        }
        let mut signal = named::<S>();
        signal["body"] = body;
        signal["status"] = json!({"value": "SUCCESS"});
        self.signals.push(signal);
        self
    }

    /// Adds a signal that could not be read; without a code if that is empty.
    pub fn failed<S: SignalType>(mut self, error_type: &str, code: &str) -> Self {
        let code = (!code.is_empty()).then_some(code);
        let mut signal = named::<S>();
        signal["status"] = json!({"value": "ERROR", "error": {"type": error_type, "code": code}});
        self.signals.push(signal);
        self
    }

    /// Adds a signal as it is written here.
    pub fn raw_signal(mut self, signal: Value) -> Self {
        self.signals.push(signal);
        self
    }

    /// Has it sent because this signal changed.
    pub fn trigger<S: SignalType>(mut self) -> Self {
        self.triggers.push(trigger(&named::<S>()));
        self
    }

    /// Has it sent because the vehicle was just subscribed.
    pub fn first_delivery(mut self) -> Self {
        self.triggers.push(json!({"type": "FIRST_DELIVERY"}));
        self
    }

    fn body(&self) -> Value {
        let recorded = self.basics.millis() - 10_000;
        let mut signals = self.signals.clone();
        for signal in signals
            .iter_mut()
            .filter(|it| it["status"]["value"] == "SUCCESS")
        {
            signal["meta"] = json!({"oemUpdatedAt": recorded, "retrievedAt": recorded + 5_000});
        }
        let first = signals.first().map(trigger);
        let triggers = match &self.triggers[..] {
            [] => first.into_iter().collect(),
            triggers => triggers.to_vec(),
        };
        let mut data = self.basics.data();
        let mut meta = self.basics.meta();
        meta["signalCount"] = signals.len().into();
        data["signals"] = signals.into();
        json!({
            "eventId": self.basics.id("event"),
            "eventType": "VEHICLE_STATE",
            "data": data,
            "triggers": triggers,
            "meta": meta,
        })
    }
}

/// A signal by its names.
pub(super) fn named<S: SignalType>() -> Value {
    json!({"code": S::CODE, "name": S::NAME, "group": S::GROUP})
}

fn trigger(signal: &Value) -> Value {
    let signal = json!({"name": signal["name"], "code": signal["code"], "group": signal["group"]});
    json!({"type": "SIGNAL_UPDATED", "signal": signal})
}
