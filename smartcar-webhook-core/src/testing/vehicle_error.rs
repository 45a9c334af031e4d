//! A VEHICLE_ERROR made to order.

use serde_json::{Value, json};

use super::basics::{Basics, builder};
use super::vehicle_state::named;
use crate::signal::SignalType;

/// Makes a `VEHICLE_ERROR`; see [`vehicle_error`].
#[must_use]
#[derive(Clone, Debug)]
pub struct VehicleErrorBuilder {
    basics: Basics,
    error: Value,
}

/// A `VEHICLE_ERROR` with one error, of this type and code, of the vehicle as a whole; without a code if that is empty.
///
/// ```
/// use smartcar_webhook_core::signal::LocationPreciseLocation;
/// use smartcar_webhook_core::testing::vehicle_error;
///
/// let event = vehicle_error("COMPATIBILITY", "VEHICLE_NOT_CAPABLE").of::<LocationPreciseLocation>();
/// assert_eq!(event.to_value()["data"]["errors"][0]["state"], "ERROR");
/// ```
pub fn vehicle_error(error_type: &str, code: &str) -> VehicleErrorBuilder {
    let code = (!code.is_empty()).then_some(code);
    VehicleErrorBuilder {
        basics: Basics::default(),
        error: json!({
            "type": error_type,
            "code": code,
            "state": "ERROR",
            "description": "The vehicle could not be read.",
            "resolution": {"type": null},
        }),
    }
}

builder!(VehicleErrorBuilder, "/data/vehicle/id");

impl VehicleErrorBuilder {
    /// Has the error be about this signal, and others named so.
    pub fn of<S: SignalType>(mut self) -> Self {
        let signals = &mut self.error["signals"];
        if !signals.is_array() {
            *signals = json!([]);
        }
        if let Some(signals) = signals.as_array_mut() {
            signals.push(named::<S>());
        }
        self
    }

    /// Says what to do about it: `REAUTHENTICATE`.
    pub fn resolution(mut self, resolution: &str) -> Self {
        self.error["resolution"] = json!({"type": resolution});
        self
    }

    /// Has the error be over.
    pub fn resolved(mut self) -> Self {
        self.error["state"] = "RESOLVED".into();
        self
    }

    fn body(&self) -> Value {
        let mut data = self.basics.data();
        data["errors"] = json!([self.error]);
        json!({
            "eventId": self.basics.id("event"),
            "eventType": "VEHICLE_ERROR",
            "data": data,
            "meta": self.basics.meta(),
        })
    }
}
