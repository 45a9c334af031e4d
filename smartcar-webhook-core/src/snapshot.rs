//! What both generations tell of a vehicle, in one form.
//!
//! A handler that reads snapshots need not know which generation its deliveries are of, and outlives the migration:
//!
//! ```
//! use smartcar_webhook_core::{Delivery, Unit};
//!
//! # fn main() -> Result<(), smartcar_webhook_core::Error> {
//! let old = r#"{"eventName":"schedule","payload":{"vehicles":[{"vehicleId":"v1","data":[
//!     {"path":"/battery","code":200,"body":{"percentRemaining":0.58,"range":283.2},"headers":{"sc-data-age":"2026-03-01T21:58:06Z"}}]}]}}"#;
//! let new = r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v1"},"signals":[
//!     {"code":"tractionbattery-stateofcharge","body":{"value":58,"unit":"percent"},"meta":{"oemUpdatedAt":1772402286000}},
//!     {"code":"tractionbattery-range","body":{"value":283.2,"unit":"km"}}]}}"#;
//! for body in [old, new] {
//!     let snapshots = Delivery::assume_verified(body.into())?.snapshots()?;
//!     assert_eq!(snapshots[0].vehicle_id, "v1");
//!     let charge = snapshots[0].state_of_charge.as_ref().unwrap();
//!     assert_eq!(charge.value, 58.0);
//!     assert_eq!(charge.oem_updated_at.as_ref().unwrap().millis(), Some(1_772_402_286_000));
//!     let range = snapshots[0].range.as_ref().unwrap();
//!     assert_eq!(range.value.convert_to(&Unit::KILOMETERS), Some(283.2));
//! }
//! # Ok(())
//! # }
//! ```
//!
//! One handler for both is a generic one: `async fn on_any<E: Event>(delivery: Delivery<E>)`, registered with `.on(on_any::<VehicleState>).on(on_any::<Schedule>)`.
//!
//! There is less in it than in the payloads: no errors, and no level that could be read on two scales or is on none.
//! Two things are taken as they are labelled: tyre pressures, which 4.0 labels `bar` also where they can only be kPa, and distances of 2.0, which are metric unless the response says otherwise.

mod v2;
mod v4;

use serde::Serialize;

use crate::error::Error;
use crate::payload::v2::{
    ChargingCompleted, ChargingStarted, ChargingStopped, Dynamic, Schedule, VehicleData,
};
use crate::payload::v4::VehicleState;
use crate::payload::{Delivery, Event, EventType, Personal, Text, Timestamp};
use crate::signal::body::{ChargingStatus, Quantity};

/// What a delivery tells of one vehicle. What is `None` was not sent, or could not be read.
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// Smartcar's id of the vehicle.
    pub vehicle_id: Text,
    /// How full the traction battery is: percent, 0 to 100.
    pub state_of_charge: Option<Observed<f64>>,
    /// How far that will take the vehicle.
    pub range: Option<Observed<Quantity>>,
    /// Whether it charges.
    pub charging: Option<Observed<ChargingStatus>>,
    /// Whether it is plugged in.
    pub plugged_in: Option<Observed<bool>>,
    /// Where it is.
    pub location: Option<Observed<Coordinates>>,
    /// The odometer.
    pub odometer: Option<Observed<Quantity>>,
    /// How full the tank is: percent, 0 to 100.
    pub fuel_level: Option<Observed<f64>>,
    /// The fuel in it.
    pub fuel_amount: Option<Observed<Quantity>>,
    /// How far that will take the vehicle.
    pub fuel_range: Option<Observed<Quantity>>,
    /// The pressures of the tyres, of those that are known.
    pub tire_pressures: Option<Observed<Vec<TirePressure>>>,
    /// Whether it is locked.
    pub locked: Option<Observed<bool>>,
}

/// A value, and when it was seen.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Observed<T> {
    /// The value.
    pub value: T,
    /// When the vehicle or its manufacturer recorded it, if that is known.
    pub oem_updated_at: Option<Timestamp>,
    /// When Smartcar read it from the manufacturer, if that is known.
    pub retrieved_at: Option<Timestamp>,
}

/// A position on earth.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Coordinates {
    /// Degrees, -90 to 90.
    pub latitude: Personal<f64>,
    /// Degrees, -180 to 180.
    pub longitude: Personal<f64>,
}

/// The pressure of one tyre.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TirePressure {
    /// The row of the tyre, from the front, where it is 0.
    pub row: i64,
    /// Its place in the row, from the left, where it is 0.
    pub column: i64,
    /// The pressure, in the unit it was labelled with.
    ///
    /// 4.0 labels some `bar` that can only be kilopascals; they are passed as sent.
    pub pressure: Quantity,
}

impl<E> Delivery<E> {
    /// What the delivery tells of each vehicle it is about, whatever its generation; nothing for errors and unknown types.
    ///
    /// # Errors
    ///
    /// Those of [`read`](Delivery::read), for the event type it has.
    pub fn snapshots(&self) -> Result<Vec<Snapshot>, Error> {
        let raw = self.to_raw();
        let event_type = self.envelope().event_type.as_ref();
        let event_type = event_type.and_then(EventType::known);
        let of_all =
            |vehicles: &[VehicleData]| vehicles.iter().map(VehicleData::snapshot).collect();
        Ok(match event_type.as_ref().map(EventType::as_str) {
            Some(VehicleState::TYPE) => vec![raw.read::<VehicleState>()?.snapshot()],
            Some(Schedule::TYPE) => of_all(&raw.read::<Schedule>()?.vehicles),
            Some(Dynamic::TYPE) => of_all(&raw.read::<Dynamic>()?.vehicles),
            Some(ChargingStarted::TYPE) => vec![raw.read::<ChargingStarted>()?.snapshot()],
            Some(ChargingStopped::TYPE) => vec![raw.read::<ChargingStopped>()?.snapshot()],
            Some(ChargingCompleted::TYPE) => vec![raw.read::<ChargingCompleted>()?.snapshot()],
            _ => Vec::new(),
        })
    }
}
