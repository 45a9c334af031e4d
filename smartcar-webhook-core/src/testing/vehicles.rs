//! Scheduled and dynamic deliveries of 2.0 made to order.

use serde_json::{Value, json};

use super::basics::{Basics, builder};
use crate::endpoint::Endpoint;

/// Makes a scheduled or a dynamic delivery; see [`schedule`].
#[must_use]
#[derive(Clone, Debug)]
pub struct VehiclesBuilder {
    basics: Basics,
    event_name: &'static str,
    unit_system: &'static str,
    responses: Vec<Value>,
}

/// A scheduled delivery with one vehicle, without responses as yet.
///
/// ```
/// use serde_json::json;
/// use smartcar_webhook_core::endpoint::{Battery, Odometer};
/// use smartcar_webhook_core::testing::schedule;
///
/// let event = schedule()
///     .response::<Battery>(json!({"percentRemaining": 0.58, "range": 283.2}))
///     .failed::<Odometer>(409, "VEHICLE_STATE", "ASLEEP");
/// assert_eq!(event.to_value()["payload"]["vehicles"][0]["data"][0]["path"], "/battery");
/// ```
pub fn schedule() -> VehiclesBuilder {
    vehicles("schedule")
}

/// A dynamic delivery with one vehicle, without responses as yet.
pub fn dynamic() -> VehiclesBuilder {
    vehicles("dynamic")
}

fn vehicles(event_name: &'static str) -> VehiclesBuilder {
    VehiclesBuilder {
        basics: Basics::default(),
        event_name,
        unit_system: "metric",
        responses: Vec::new(),
    }
}

builder!(VehiclesBuilder, "/payload/vehicles/0/vehicleId");

impl VehiclesBuilder {
    /// Has all responses come in miles, US gallons and pounds per square inch.
    pub fn imperial(mut self) -> Self {
        self.unit_system = "imperial";
        self
    }

    /// Adds the response of an endpoint that answered.
    pub fn response<E: Endpoint>(mut self, body: impl Into<Value>) -> Self {
        let response = json!({"path": E::PATH, "code": 200, "body": body.into()});
        self.responses.push(response);
        self
    }

    /// Adds the response of an endpoint that answered with an error.
    pub fn failed<E: Endpoint>(mut self, status: u16, error_type: &str, code: &str) -> Self {
        let error = json!({
            "type": error_type,
            "code": code,
            "description": "The vehicle could not be read.",
            "statusCode": status,
            "resolution": null,
        });
        let response = json!({"path": E::PATH, "code": status, "body": error});
        self.responses.push(response);
        self
    }

    fn body(&self) -> Value {
        let mut responses = self.responses.clone();
        for response in responses.iter_mut().filter(|it| it["code"] == 200) {
            response["headers"] = json!({
                "sc-data-age": self.basics.iso(),
                "sc-unit-system": self.unit_system,
            });
        }
        json!({
            "version": "2.0",
            "webhookId": self.basics.id("webhook"),
            "eventName": self.event_name,
            "mode": "live",
            "payload": {"vehicles": [{
                "vehicleId": self.basics.id("vehicle"),
                "requestId": self.basics.id("request"),
                "data": responses,
            }]},
        })
    }
}
