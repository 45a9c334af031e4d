//! Event-based deliveries of 2.0 made to order.

use serde_json::{Value, json};

use super::basics::{Basics, builder};

/// Makes an event-based delivery; see [`charging_started`].
#[must_use]
#[derive(Clone, Debug)]
pub struct ChargingBuilder {
    basics: Basics,
    event_type: &'static str,
}

/// A `CHARGING_STARTED`.
///
/// ```
/// use smartcar_webhook_core::testing::charging_started;
///
/// let event = charging_started().with("/payload/vehicleId", "v1").to_value();
/// assert_eq!(event["payload"]["eventType"], "CHARGING_STARTED");
/// ```
pub fn charging_started() -> ChargingBuilder {
    charging("CHARGING_STARTED")
}

/// A `CHARGING_STOPPED`.
pub fn charging_stopped() -> ChargingBuilder {
    charging("CHARGING_STOPPED")
}

/// A `CHARGING_COMPLETED`.
pub fn charging_completed() -> ChargingBuilder {
    charging("CHARGING_COMPLETED")
}

fn charging(event_type: &'static str) -> ChargingBuilder {
    ChargingBuilder {
        basics: Basics::default(),
        event_type,
    }
}

builder!(ChargingBuilder, "/payload/vehicleId");

impl ChargingBuilder {
    fn body(&self) -> Value {
        json!({
            "version": "2.0",
            "webhookId": self.basics.id("webhook"),
            "eventName": "eventBased",
            "mode": "live",
            "payload": {
                "eventId": self.basics.id("event"),
                "vehicleId": self.basics.id("vehicle"),
                "eventType": self.event_type,
                "eventTime": self.basics.iso(),
            },
        })
    }
}
