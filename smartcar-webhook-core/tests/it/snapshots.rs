//! The form that both generations share.

use smartcar_webhook_core::signal::body::ChargingStatus;
use smartcar_webhook_core::{Snapshot, Unit};

use crate::delivery;

fn state(signals: &str) -> Snapshot {
    let data = format!(r#"{{"vehicle":{{"id":"v1"}},"signals":[{signals}]}}"#);
    snapshot(&format!(r#"{{"eventType":"VEHICLE_STATE","data":{data}}}"#))
}

fn schedule(data: &str) -> Snapshot {
    let vehicles = format!(r#"[{{"vehicleId":"v1","data":[{data}]}}]"#);
    snapshot(&format!(
        r#"{{"eventName":"scheduled","payload":{{"vehicles":{vehicles}}}}}"#
    ))
}

fn snapshot(body: &str) -> Snapshot {
    let mut snapshots = delivery(body).snapshots().unwrap();
    assert_eq!(snapshots.len(), 1);
    snapshots.remove(0)
}

/// The same car, told of by both generations.
#[test]
fn both_generations_tell_the_same() {
    let old = schedule(
        r#"{"path":"/battery","code":200,"body":{"percentRemaining":0.58,"range":283.2}},
        {"path":"/charge","code":200,"body":{"isPluggedIn":true,"state":"CHARGING"}},
        {"path":"/location","code":200,"body":{"latitude":57.7087,"longitude":11.9751}},
        {"path":"/odometer","code":200,"body":{"distance":37829.5}},
        {"path":"/fuel","code":200,"body":{"percentRemaining":0.07,"amountRemaining":3.5,"range":40}},
        {"path":"/tires/pressure","code":200,"body":{"frontLeft":219,"frontRight":220,"backLeft":221,"backRight":222}},
        {"path":"/security","code":200,"body":{"isLocked":true}}"#,
    );
    let new = state(
        r#"{"code":"tractionbattery-stateofcharge","body":{"value":58,"unit":"percent"}},
        {"code":"tractionbattery-range","body":{"value":283.2,"unit":"km"}},
        {"code":"charge-detailedchargingstatus","body":{"value":"CHARGING"}},
        {"code":"charge-ischargingcableconnected","body":{"value":true}},
        {"code":"location-preciselocation","body":{"latitude":57.7087,"longitude":11.9751}},
        {"code":"odometer-traveleddistance","body":{"value":37829.5,"unit":"km"}},
        {"code":"internalcombustionengine-fuellevel","body":{"value":7,"unit":"percent"}},
        {"code":"internalcombustionengine-amountremaining","body":{"value":3.5,"unit":"liters"}},
        {"code":"internalcombustionengine-range","body":{"value":40,"unit":"kilometers"}},
        {"code":"wheel-tires","body":{"values":[{"row":0,"column":0,"tirePressure":2.19},{"row":0,"column":1,"tirePressure":2.20},
            {"row":1,"column":0,"tirePressure":2.21},{"row":1,"column":1,"tirePressure":2.22}],"unit":"bar"}},
        {"code":"closure-islocked","body":{"value":true}}"#,
    );
    for it in [old, new] {
        assert_eq!(it.vehicle_id, "v1");
        assert_eq!(it.state_of_charge.unwrap().value, 58.0);
        assert_eq!(
            it.range.unwrap().value.convert_to(&Unit::KILOMETERS),
            Some(283.2)
        );
        assert_eq!(it.charging.unwrap().value, ChargingStatus::CHARGING);
        assert!(it.plugged_in.unwrap().value);
        assert!(!format!("{:?}", it.location).contains("57."));
        let location = it.location.unwrap().value;
        assert_eq!(
            (*location.latitude, *location.longitude),
            (57.7087, 11.9751)
        );
        assert_eq!(it.odometer.unwrap().value.value, 37829.5);
        assert_eq!(it.fuel_level.unwrap().value, 7.0);
        assert_eq!(
            it.fuel_amount.unwrap().value.convert_to(&Unit::LITERS),
            Some(3.5)
        );
        assert_eq!(
            it.fuel_range.unwrap().value.convert_to(&Unit::KILOMETERS),
            Some(40.0)
        );
        let tires = it.tire_pressures.unwrap().value;
        let places: Vec<_> = tires.iter().map(|it| (it.row, it.column)).collect();
        assert_eq!(places, [(0, 0), (0, 1), (1, 0), (1, 1)]);
        let back_right = tires[3].pressure.convert_to(&Unit::KILOPASCALS).unwrap();
        assert!((back_right - 222.0).abs() < 1e-9);
        assert!(it.locked.unwrap().value);
    }
}

#[test]
fn imperial_bodies_say_so() {
    let headers = r#","headers":{"sc-unit-system":"imperial"}"#;
    let snapshot = schedule(&format!(
        r#"{{"path":"/odometer","code":200,"body":{{"distance":100}}{headers}}},
        {{"path":"/tires/pressure","code":200,"body":{{"frontLeft":36}}{headers}}}"#
    ));
    let odometer = snapshot.odometer.unwrap().value;
    assert_eq!(odometer.unit, Some(Unit::MILES));
    assert!((odometer.convert_to(&Unit::KILOMETERS).unwrap() - 160.9344).abs() < 1e-9);
    let tires = snapshot.tire_pressures.unwrap().value;
    assert_eq!(tires.len(), 1);
    assert_eq!(tires[0].pressure.unit, Some(Unit::PSI));
}

#[test]
fn times_come_with_the_values() {
    let old = schedule(
        r#"{"path":"/odometer","code":200,"body":{"distance":1},"headers":{"sc-data-age":"2026-03-01T22:00:00Z","sc-fetched-at":"2026-03-01T22:00:01Z"}}"#,
    );
    let new = state(
        r#"{"code":"odometer-traveleddistance","body":{"value":1},"meta":{"oemUpdatedAt":1772402400000,"retrievedAt":1772402401000}}"#,
    );
    for odometer in [old.odometer.unwrap(), new.odometer.unwrap()] {
        assert_eq!(
            odometer.oem_updated_at.unwrap().millis(),
            Some(1_772_402_400_000)
        );
        assert_eq!(
            odometer.retrieved_at.unwrap().millis(),
            Some(1_772_402_401_000)
        );
    }
}

/// What failed, is stale or can be read in two ways is not told.
#[test]
fn doubtful_values_are_left_out() {
    let cases = [
        r#"{"code":"internalcombustionengine-fuellevel","body":{"value":0.77}}"#,
        r#"{"code":"internalcombustionengine-fuellevel","body":{"value":1}}"#,
        r#"{"code":"internalcombustionengine-fuellevel","body":{"value":7,"unit":"parsec"}}"#,
        r#"{"code":"internalcombustionengine-fuellevel","body":{"value":7,"unit":"percent"},"status":{"value":"ERROR"}}"#,
        r#"{"code":"internalcombustionengine-fuellevel","body":{"percentage":7}}"#,
        r#"{"code":"internalcombustionengine-fuellevel","body":{"value":580,"unit":"percent"}}"#,
    ];
    for signal in cases {
        assert!(state(signal).fuel_level.is_none(), "{signal}");
    }
    let sure = [
        (r#"{"value":77}"#, 77.0),
        (r#"{"value":77,"unit":""}"#, 77.0),
        (r#"{"value":0}"#, 0.0),
        (r#"{"value":1,"unit":"percentage"}"#, 1.0),
    ];
    for (body, level) in sure {
        let signal = format!(r#"{{"code":"internalcombustionengine-fuellevel","body":{body}}}"#);
        assert_eq!(state(&signal).fuel_level.unwrap().value, level);
    }
    let failed = schedule(r#"{"path":"/battery","code":409,"body":{"percentRemaining":0.5}}"#);
    assert!(failed.state_of_charge.is_none());
    let beyond = schedule(r#"{"path":"/battery","code":200,"body":{"percentRemaining":58}}"#);
    assert!(beyond.state_of_charge.is_none());
    let unknown = r#"{"path":"/odometer","code":200,"body":{"distance":1},"headers":{"sc-unit-system":"furlongs"}}"#;
    assert_eq!(schedule(unknown).odometer.unwrap().value.unit, None);
    let charging = state(r#"{"code":"charge-ischarging","body":{"value":false}}"#);
    assert_eq!(
        charging.charging.unwrap().value,
        ChargingStatus::NOT_CHARGING
    );
}

#[test]
fn events_tell_of_charging_and_errors_of_nothing() {
    for (event, status) in [
        ("CHARGING_STARTED", ChargingStatus::CHARGING),
        ("CHARGING_STOPPED", ChargingStatus::NOT_CHARGING),
        ("CHARGING_COMPLETED", ChargingStatus::FULLY_CHARGED),
    ] {
        let told = snapshot(&format!(
            r#"{{"eventName":"eventBased","payload":{{"eventType":"{event}","vehicleId":"v1","eventTime":"2026-03-01T22:00:00Z"}}}}"#
        ));
        let charging = told.charging.unwrap();
        assert_eq!(charging.value, status);
        assert_eq!(
            charging.oem_updated_at.unwrap().millis(),
            Some(1_772_402_400_000)
        );
        assert!(told.state_of_charge.is_none());
    }
    let nothing = [
        r#"{"eventType":"VEHICLE_ERROR","data":{"vehicle":{"id":"v1"},"errors":[]}}"#,
        r#"{"eventType":"MOON_PHASE"}"#,
        "{}",
    ];
    for body in nothing {
        assert!(delivery(body).snapshots().unwrap().is_empty());
    }
    let misfit = delivery(r#"{"eventType":"VEHICLE_STATE"}"#).snapshots();
    assert_eq!(misfit.unwrap_err().path(), Some("data"));
}
