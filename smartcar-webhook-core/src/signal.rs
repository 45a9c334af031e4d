//! Every signal of 4.0, by name: one type each, with its code, its unit and its body.
//!
//! A type is named after the group and the name of its signal, as acronyms are written in Rust: `Diagnostics` and `ABS` make [`DiagnosticsAbs`].
//! Its line in the list [below](#structs) says what it is, in which unit, and under which code it is sent.
//!
//! ```
//! use smartcar_webhook_core::payload::v4::VehicleState;
//! use smartcar_webhook_core::signal::{TractionBatteryStateOfCharge, WheelTires};
//! use smartcar_webhook_core::{Delivery, Unit};
//!
//! # fn main() -> Result<(), smartcar_webhook_core::BoxError> {
//! # let body = r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v1"},"signals":[
//! #   {"code":"tractionbattery-stateofcharge","body":{"value":78,"unit":"percent"},"meta":{"oemUpdatedAt":1772402390000}},
//! #   {"code":"wheel-tires","status":{"value":"ERROR","error":{"type":"COMPATIBILITY","code":"VEHICLE_NOT_CAPABLE"}}}]}}"#;
//! # let state = Delivery::assume_verified(body.into())?.read::<VehicleState>()?;
//! // The reading: what it says, or why it says nothing, and when it was made.
//! let charge = state.signal::<TractionBatteryStateOfCharge>().unwrap();
//! let body = charge.body()?;
//! assert_eq!((body.value, &body.unit), (78.0, &Some(Unit::PERCENT)));
//! assert_eq!(charge.oem_updated_at().unwrap().millis(), Some(1_772_402_390_000));
//!
//! let tires = state.signal::<WheelTires>().unwrap();
//! assert!(tires.body().is_err());
//! assert_eq!(tires.error().unwrap().code.as_ref().unwrap(), "VEHICLE_NOT_CAPABLE");
//!
//! // Only what it says now, if it says anything.
//! assert_eq!(state.current::<TractionBatteryStateOfCharge>().unwrap().value, 78.0);
//! assert!(state.current::<WheelTires>().is_none());
//! # Ok(())
//! # }
//! ```
//!
//! Temperatures, ranges and whatever else has a unit are converted where you ask: [`Reading::convert_to`], [`Unit::convert`](crate::Unit::convert).
//!
//! A signal that no type is known for is in [`VehicleState::signals`](crate::payload::v4::VehicleState::signals) with its raw body, or gets a [`SignalType`] of your own.
//! Bodies are read when they are asked for, and none but those.
//!
//! Units are those of deliveries, where it was seen there; the unit of a body is the one that was sent, if any was.
//! See [Smartcar Docs/Signals](https://smartcar.com/docs/api-reference/signals).

pub mod body;
mod signal_type;
mod catalogue;
mod reading;
mod signal_reading;

pub use self::catalogue::*;
pub use self::reading::Reading;
pub use self::signal_reading::SignalReading;
pub use self::signal_type::SignalType;
