//! Generation 2.0: scheduled, dynamic and event-based webhooks.
//!
//! All of them are told apart by `eventName`.
//! See [Smartcar Docs/Webhook events](https://smartcar.com/docs/api-reference/webhooks/webhook-events).

mod event_based;
mod vehicles;

pub use self::event_based::{ChargingCompleted, ChargingStarted, ChargingStopped};
pub use self::vehicles::{Dynamic, EndpointResponse, Headers, Schedule, VehicleData};
