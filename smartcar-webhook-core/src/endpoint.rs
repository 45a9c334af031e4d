//! Every endpoint of 2.0, by its body: one type each, with its path.
//!
//! ```
//! use smartcar_webhook_core::{Delivery, Unit};
//! use smartcar_webhook_core::endpoint::{Battery, Odometer};
//! use smartcar_webhook_core::payload::v2::Schedule;
//!
//! # fn main() -> Result<(), smartcar_webhook_core::BoxError> {
//! # let body = r#"{"eventName":"schedule","payload":{"vehicles":[{"vehicleId":"v1","data":[
//! #   {"path":"/battery","code":200,"body":{"percentRemaining":0.58,"range":176},"headers":{"sc-unit-system":"imperial"}},
//! #   {"path":"/odometer","code":409,"body":{"type":"VEHICLE_STATE","code":"ASLEEP"}}]}]}}"#;
//! # let schedule = Delivery::assume_verified(body.into())?.read::<Schedule>()?;
//! let vehicle = &schedule.vehicles[0];
//! let battery = vehicle.endpoint::<Battery>().unwrap();
//! assert_eq!(battery.body()?.percent_remaining, Some(0.58));
//! let miles = battery.unit_system().distance().unwrap();
//! let range = battery.body()?.range.and_then(|it| miles.convert(it, &Unit::KILOMETERS));
//! assert_eq!(range, Some(283.244544));
//!
//! let odometer = vehicle.endpoint::<Odometer>().unwrap();
//! assert!(odometer.body().is_err());
//! assert_eq!(odometer.error().unwrap().code.unwrap(), "ASLEEP");
//! # Ok(())
//! # }
//! ```
//!
//! Shares are of one, 0 to 1, also where the field is called percent. Distances, volumes and pressures are in the units of the [system](Response::unit_system) the body comes in.
//! For the usual readings, with percent of one scale and units explicit, see [`snapshot`](crate::snapshot).
//!
//! A path that no type is known for is in [`VehicleData::data`](crate::payload::v2::VehicleData::data) with its raw body, or gets an [`Endpoint`] of your own.

mod endpoint_type;
mod catalogue;
mod body;
mod service;
mod response;

pub use self::body::*;
pub use self::catalogue::KnownEndpoint;
pub use self::endpoint_type::Endpoint;
pub use self::response::Response;
pub use self::service::{ServiceCost, ServiceHistory, ServiceRecord, ServiceTask};
