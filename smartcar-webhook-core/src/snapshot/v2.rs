//! Snapshots of endpoints and charging events.

use super::{Coordinates, Observed, Snapshot, TirePressure};
use crate::endpoint::{self, Battery, Charge, Endpoint, Fuel, Location, Odometer, Security};
use crate::payload::v2::{
    ChargingCompleted, ChargingStarted, ChargingStopped, UnitSystem, VehicleData,
};
use crate::signal::body::{ChargingStatus, Quantity};
use crate::unit::Unit;

impl VehicleData {
    /// What it tells in the form that both generations share.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            vehicle_id: self.vehicle_id.clone(),
            state_of_charge: self.observed::<Battery, _>(|it, _| percent(it.percent_remaining?)),
            range: self.observed::<Battery, _>(|it, units| Some(distance(it.range?, units))),
            charging: self.observed::<Charge, _>(|it, _| it.state),
            plugged_in: self.observed::<Charge, _>(|it, _| it.is_plugged_in),
            location: self.observed::<Location, _>(|it, _| {
                Some(Coordinates {
                    latitude: it.latitude,
                    longitude: it.longitude,
                })
            }),
            odometer: self.observed::<Odometer, _>(|it, units| Some(distance(it.distance, units))),
            fuel_level: self.observed::<Fuel, _>(|it, _| percent(it.percent_remaining?)),
            fuel_amount: self.observed::<Fuel, _>(|it, units| {
                Some(Quantity::of(it.amount_remaining?, units.volume()))
            }),
            fuel_range: self.observed::<Fuel, _>(|it, units| Some(distance(it.range?, units))),
            tire_pressures: self.observed::<endpoint::TirePressure, _>(|it, units| {
                Some(tire_pressures(&it, units))
            }),
            locked: self.observed::<Security, _>(|it, _| it.is_locked),
        }
    }

    fn observed<E: Endpoint, T>(
        &self,
        value: impl FnOnce(E, &UnitSystem) -> Option<T>,
    ) -> Option<Observed<T>> {
        let response = self.endpoint::<E>()?;
        let units = response.unit_system();
        let oem_updated_at = response.data_age();
        let retrieved_at = response.fetched_at();
        Some(Observed {
            value: value(response.into_body().ok()?, &units)?,
            oem_updated_at,
            retrieved_at,
        })
    }
}

/// What is more than one is no share.
fn percent(share: f64) -> Option<f64> {
    let share = Some(share).filter(|it| (0.0..=1.0).contains(it));
    Unit::FRACTION.convert(share?, &Unit::PERCENT)
}

fn distance(value: f64, units: &UnitSystem) -> Quantity {
    Quantity::of(value, units.distance())
}

fn tire_pressures(sent: &endpoint::TirePressure, units: &UnitSystem) -> Vec<TirePressure> {
    let tires = [
        (0, 0, sent.front_left),
        (0, 1, sent.front_right),
        (1, 0, sent.back_left),
        (1, 1, sent.back_right),
    ];
    let known = tires.into_iter().filter_map(|(row, column, pressure)| {
        let pressure = Quantity::of(pressure?, units.pressure());
        Some(TirePressure {
            row,
            column,
            pressure,
        })
    });
    known.collect()
}

/// What a charging event says of charging, and nothing else.
macro_rules! charging {
    ($($event:ty: $status:ident,)*) => {$(
        impl $event {
            /// What it tells in the form that both generations share: whether the vehicle charges.
            pub fn snapshot(&self) -> Snapshot {
                Snapshot {
                    vehicle_id: self.vehicle_id.clone(),
                    charging: Some(Observed {
                        value: ChargingStatus::$status,
                        oem_updated_at: self.occurred_at().cloned(),
                        retrieved_at: None,
                    }),
                    ..Snapshot::default()
                }
            }
        }
    )*};
}

charging! {
    ChargingStarted: CHARGING,
    ChargingStopped: NOT_CHARGING,
    ChargingCompleted: FULLY_CHARGED,
}
