//! Snapshots of signals.

use super::{Coordinates, Observed, Snapshot, TirePressure};
use crate::payload::v4::VehicleState;
use crate::signal::body::{ChargingStatus, Quantity, Tires};
use crate::signal::{
    ChargeDetailedChargingStatus, ChargeIsCharging, ChargeIsChargingCableConnected,
    ClosureIsLocked, InternalCombustionEngineAmountRemaining, InternalCombustionEngineFuelLevel,
    InternalCombustionEngineRange, LocationPreciseLocation, OdometerTraveledDistance, SignalType,
    TractionBatteryRange, TractionBatteryStateOfCharge, WheelTires,
};
use crate::unit::Unit;

impl VehicleState {
    /// What it tells in the form that both generations share.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            vehicle_id: self.vehicle.id.clone(),
            state_of_charge: self.observed::<TractionBatteryStateOfCharge, _>(percent),
            range: self
                .observed::<TractionBatteryRange, _>(|it| Some(Quantity::of(it.value, it.unit))),
            charging: self
                .observed::<ChargeDetailedChargingStatus, _>(|it| Some(it.value))
                .or_else(|| self.observed::<ChargeIsCharging, _>(|it| Some(status(it.value)))),
            plugged_in: self.observed::<ChargeIsChargingCableConnected, _>(|it| Some(it.value)),
            location: self.observed::<LocationPreciseLocation, _>(|it| {
                Some(Coordinates {
                    latitude: it.latitude,
                    longitude: it.longitude,
                })
            }),
            odometer: self.observed::<OdometerTraveledDistance, _>(Some),
            fuel_level: self.observed::<InternalCombustionEngineFuelLevel, _>(percent),
            fuel_amount: self.observed::<InternalCombustionEngineAmountRemaining, _>(Some),
            fuel_range: self.observed::<InternalCombustionEngineRange, _>(Some),
            tire_pressures: self.observed::<WheelTires, _>(|it| Some(tire_pressures(it))),
            locked: self.observed::<ClosureIsLocked, _>(|it| Some(it.value)),
        }
    }

    fn observed<S: SignalType, T>(
        &self,
        value: impl FnOnce(S::Body) -> Option<T>,
    ) -> Option<Observed<T>> {
        let reading = self.signal::<S>()?;
        let oem_updated_at = reading.oem_updated_at().cloned();
        let retrieved_at = reading.retrieved_at().cloned();
        Some(Observed {
            value: value(reading.into_body().ok()?)?,
            oem_updated_at,
            retrieved_at,
        })
    }
}

/// Without a unit, a value of at most 1 could be a share, as one delivery had it, or very few percent.
fn percent(level: Quantity) -> Option<f64> {
    let percent = match level.unit.filter(|it| !it.as_str().is_empty()) {
        Some(unit) => unit.convert(level.value, &Unit::PERCENT),
        None => (level.value > 1.0 || level.value == 0.0).then_some(level.value),
    };
    percent.filter(|it| (0.0..=100.0).contains(it))
}

fn status(is_charging: bool) -> ChargingStatus {
    if is_charging {
        ChargingStatus::CHARGING
    } else {
        ChargingStatus::NOT_CHARGING
    }
}

fn tire_pressures(tires: Tires) -> Vec<TirePressure> {
    let known = tires.values.into_iter().filter_map(|it| {
        Some(TirePressure {
            row: it.row?,
            column: it.column?,
            pressure: Quantity::of(it.tire_pressure?, tires.unit.clone()),
        })
    });
    known.collect()
}
