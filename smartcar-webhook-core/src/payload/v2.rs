//! Generation 2.0: scheduled, dynamic and event-based webhooks.
//!
//! All of them are told apart by `eventName`.
//! See [Smartcar Docs/Webhook events](https://smartcar.com/docs/api-reference/webhooks/webhook-events).

mod body;
pub(crate) mod event_based;
mod headers;
mod endpoint_response;
pub(crate) mod vehicles;

pub use self::endpoint_response::EndpointResponse;
pub use self::event_based::{ChargingCompleted, ChargingStarted, ChargingStopped};
pub use self::headers::{Headers, UnitSystem};
pub use self::vehicles::{Dynamic, Schedule, VehicleData};
