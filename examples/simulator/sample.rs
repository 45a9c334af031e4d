//! A delivery of each kind.

use clap::ValueEnum;
use serde_json::{Value, json};
use smartcar_webhook_core::endpoint::{Battery, Charge, Odometer};
use smartcar_webhook_core::signal::{
    ChargeIsCharging, OdometerTraveledDistance, TractionBatteryStateOfCharge,
};
use smartcar_webhook_core::testing::{
    VehicleStateBuilder, charging_completed, charging_started, charging_stopped, dynamic, schedule,
    vehicle_error, vehicle_state,
};

/// What Smartcar sends.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Kind {
    /// 4.0: some signals, one of which triggered it
    VehicleState,
    /// 4.0: the first delivery of a vehicle
    FirstDelivery,
    /// 4.0: an error that came up
    VehicleError,
    /// 4.0: an error that is over
    ResolvedError,
    /// 4.0: what the test button of the dashboard sends, about an invented car
    Test,
    /// 2.0: a scheduled delivery
    Schedule,
    /// 2.0: a dynamic delivery
    Dynamic,
    /// 2.0: charging began
    ChargingStarted,
    /// 2.0: charging ended before its limit
    ChargingStopped,
    /// 2.0: charging ended at its limit
    ChargingCompleted,
    /// A type of event that does not exist
    Unknown,
}

/// A delivery of this kind; its ids and times are those of the seed.
pub(crate) fn delivery(kind: Kind, seed: u64, vehicle: Option<&str>) -> Value {
    let mut body = match kind {
        Kind::VehicleState => state(seed)
            .trigger::<TractionBatteryStateOfCharge>()
            .to_value(),
        Kind::FirstDelivery => state(seed).first_delivery().to_value(),
        Kind::VehicleError => asleep(seed).to_value(),
        Kind::ResolvedError => asleep(seed).resolved().to_value(),
        Kind::Test => state(seed).with("/meta/mode", "TEST").to_value(),
        Kind::Schedule => {
            let battery = json!({"percentRemaining": 0.58, "range": 283.2});
            schedule()
                .seed(seed)
                .response::<Battery>(battery)
                .failed::<Odometer>(409, "VEHICLE_STATE", "ASLEEP")
                .to_value()
        }
        Kind::Dynamic => {
            let charge = json!({"state": "CHARGING", "isPluggedIn": true});
            dynamic().seed(seed).response::<Charge>(charge).to_value()
        }
        Kind::ChargingStarted => charging_started().seed(seed).to_value(),
        Kind::ChargingStopped => charging_stopped().seed(seed).to_value(),
        Kind::ChargingCompleted => charging_completed().seed(seed).to_value(),
        Kind::Unknown => state(seed)
            .with("/eventType", "VEHICLE_TELEPORTED")
            .to_value(),
    };
    if let Some(vehicle) = vehicle {
        let places = [
            "/data/vehicle/id",
            "/payload/vehicleId",
            "/payload/vehicles/0/vehicleId",
        ];
        for place in places {
            if let Some(id) = body.pointer_mut(place) {
                *id = vehicle.into();
            }
        }
    }
    body
}

fn state(seed: u64) -> VehicleStateBuilder {
    vehicle_state()
        .seed(seed)
        .signal::<TractionBatteryStateOfCharge>(78)
        .signal::<ChargeIsCharging>(true)
        .failed::<OdometerTraveledDistance>("VEHICLE_STATE", "ASLEEP")
}

fn asleep(seed: u64) -> smartcar_webhook_core::testing::VehicleErrorBuilder {
    vehicle_error("VEHICLE_STATE", "ASLEEP")
        .seed(seed)
        .of::<OdometerTraveledDistance>()
}

#[cfg(test)]
mod tests {
    use smartcar_webhook_core::Delivery;
    use smartcar_webhook_examples::gist;

    use super::*;

    #[test]
    fn each_kind_says_what_it_is_about() {
        let expected = [
            "POLESTAR 2 2023: StateOfCharge is 78 percent; 2 more signals, 1 of them in error",
            "POLESTAR 2 2023: first delivery; 3 more signals, 1 of them in error",
            "POLESTAR 2 2023: VEHICLE_STATE/ASLEEP came up for 1 signal",
            "POLESTAR 2 2023: VEHICLE_STATE/ASLEEP is resolved for 1 signal",
            "POLESTAR 2 2023: StateOfCharge is 78 percent; 2 more signals, 1 of them in error",
            "/battery 200, /odometer 409",
            "/charge 200",
            "began to charge at 2026-03-01T22:01:00.000Z",
            "stopped charging before its limit at 2026-03-01T22:01:00.000Z",
            "charged up to its limit at 2026-03-01T22:01:00.000Z",
            "",
        ];
        for (kind, expected) in Kind::value_variants().iter().zip(expected) {
            let body = delivery(*kind, 1, Some("v7")).to_string();
            let delivery = Delivery::assume_verified(body.into()).unwrap();
            assert_eq!(gist::of(&delivery), expected, "{kind:?}");
            assert_eq!(delivery.envelope().vehicle_id(), Some("v7"), "{kind:?}");
        }
    }
}
