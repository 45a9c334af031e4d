//! For tests of your handlers: deliveries made to order, sent through the whole receiver in memory. Behind the feature `testing`.
//!
//! ```
//! use smartcar_webhook_core::payload::v4::VehicleState;
//! use smartcar_webhook_core::signal::TractionBatteryStateOfCharge;
//! use smartcar_webhook_core::testing::{Dispatcher, vehicle_state};
//! use smartcar_webhook_core::{BoxError, Delivery, EventRouter, ManagementToken, Outcome, Webhook};
//!
//! async fn on_state(state: Delivery<VehicleState>) -> Result<(), BoxError> {
//!     match state.current::<TractionBatteryStateOfCharge>() {
//!         Some(charge) if charge.value < 10.0 => Err("call the owner".into()),
//!         _ => Ok(()),
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), BoxError> {
//! let webhook = Webhook::new(ManagementToken::new("any")?, EventRouter::new().on(on_state));
//! let dispatcher = Dispatcher::new(webhook);
//!
//! let full = vehicle_state().signal::<TractionBatteryStateOfCharge>(78);
//! let reply = dispatcher.send(&full).await;
//! assert_eq!((reply.status(), reply.outcome()), (200, Some(Outcome::Handled)));
//!
//! let empty = vehicle_state().signal::<TractionBatteryStateOfCharge>(9.5);
//! let reply = dispatcher.send(&empty).await;
//! assert_eq!(reply.status(), 500);
//! # Ok(())
//! # }
//! ```
//!
//! What is sent is whatever serde makes an object of: a [builder](vehicle_state), a payload that was read, a `serde_json::Value`.
//! [`Spelling`] has the other forms in which such a delivery may come, and `simulator` Smartcar's whole side.
//! The futures run under any executor: `#[tokio::test]`, `#[actix_web::test]`, `futures::executor::block_on`.

mod body;
mod dispatcher;
mod basics;
mod vehicle_state;
mod vehicle_error;
mod charging;
mod vehicles;
mod spelling;
#[cfg(feature = "http-client")]
mod http_target;
#[cfg(feature = "tokio")]
pub mod simulator;
pub mod conformance;

use std::time::Duration;

pub use self::charging::{ChargingBuilder, charging_completed, charging_started, charging_stopped};
pub use self::dispatcher::{Dispatcher, Reply, signed};
#[cfg(feature = "http-client")]
pub use self::http_target::HttpTarget;
pub use self::spelling::{Spelling, UnknownSpelling};
pub use self::vehicle_error::{VehicleErrorBuilder, vehicle_error};
pub use self::vehicle_state::{VehicleStateBuilder, vehicle_state};
pub use self::vehicles::{VehiclesBuilder, dynamic, schedule};

/// How long Smartcar waits for an answer.
///
/// See [Smartcar Docs/Delivery Behavior](https://smartcar.com/docs/api-reference/webhooks/delivery-behavior).
const PATIENCE: Duration = Duration::from_secs(15);

/// The `User-Agent` of Smartcar, in some version.
const SMARTCAR: &str = "Smartcar/1.0";
