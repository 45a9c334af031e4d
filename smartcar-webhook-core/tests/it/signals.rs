use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::payload::{Drift, Unread};
use smartcar_webhook_core::signal::body::{
    CapacitySource, ChargingStatus, Gear, RuleType, SystemHealth,
};
use smartcar_webhook_core::signal::{
    ChargeChargeLimits, ChargeChargeRate, ChargeDetailedChargingStatus, ChargeIsCharging,
    ChargeTimeToComplete, ClimateExternalTemperature, ClosureDoors, ClosureFrontTrunk,
    DiagnosticsDtcCount, DiagnosticsMil, KnownSignal, LocationPreciseLocation,
    OdometerTraveledDistance, SignalType, TractionBatteryNominalCapacity, TractionBatteryRange,
    TractionBatteryStateOfCharge, TransmissionGearState, VehicleIdentificationVin, WheelTires,
};
use smartcar_webhook_core::{Delivery, ErrorKind, Unit};

use crate::{errors, fixture, state};

/// A state with one signal of this type, of this body and with these other members.
fn reading<S: SignalType>(body: &str, others: &str) -> Delivery<VehicleState> {
    let code = S::CODE;
    state(&format!(
        r#""signals":[{{"code":"{code}","body":{body}{others}}}]"#
    ))
}

fn current<S: SignalType>(body: &str) -> S::Body {
    reading::<S>(body, "").current::<S>().unwrap()
}

#[test]
fn the_catalogue_is_in_order() {
    let all = KnownSignal::all();
    assert_eq!(all.len(), 96);
    assert!(all.is_sorted_by(|a, b| a.code() < b.code()));
    for known in all {
        let code = format!("{}-{}", known.group(), known.name()).to_lowercase();
        assert_eq!(known.code(), code);
        assert_eq!(KnownSignal::by_code(&code).unwrap().name(), known.name());
        if let Some(unit) = known.unit() {
            assert_eq!(unit.known().unwrap().as_str(), unit.as_str(), "{code}");
        }
    }
    assert!(KnownSignal::by_code("teleporter-chargeleft").is_none());
    assert_eq!(
        TractionBatteryStateOfCharge::CODE,
        "tractionbattery-stateofcharge"
    );
    assert_eq!(TractionBatteryStateOfCharge::UNIT, Some(Unit::PERCENT));
    assert_eq!(ChargeIsCharging::UNIT, None);
}

/// Each type is named after its signal, so that none is declared under the code of another.
#[test]
fn types_are_named_after_their_codes() {
    let table = include_str!("../../src/signal/catalogue.rs");
    let entries: Vec<_> = table
        .lines()
        .filter_map(|it| it.trim().split_once("(\""))
        .filter_map(|(name, rest)| Some((name, rest.split_once('"')?.0)))
        .filter(|(name, _)| name.chars().all(char::is_alphanumeric))
        .collect();
    assert_eq!(entries.len(), 96);
    for (name, code) in entries {
        assert_eq!(name.to_lowercase(), code.replace('-', ""));
    }
}

/// The fixture has every known signal, each with every member it is known to have.
#[test]
fn every_known_signal_is_read_as_it_is_declared() {
    let state = fixture("v4-vehicle-state-every-signal")
        .read::<VehicleState>()
        .unwrap();
    for known in KnownSignal::all() {
        let signal = state.signal_by_code(known.code()).unwrap();
        assert_eq!(
            (&*signal.group, &*signal.name),
            (known.group(), known.name())
        );
    }
    assert_eq!(state.signals.len(), KnownSignal::all().len());
    assert_eq!(state.drift(), []);
    // Of its nulls, that in place of a state of charge is the one no body is known to have.
    let nulls = fixture("v4-vehicle-state-errors-and-nulls").drift();
    let nulls: Vec<_> = nulls.iter().map(Drift::to_string).collect();
    assert_eq!(nulls, ["data.signals[13].body.value: missing"]);
}

#[test]
fn a_reading_has_its_value_unit_and_times() {
    let state = fixture("v4-vehicle-state").read::<VehicleState>().unwrap();
    let charge = state.signal::<TractionBatteryStateOfCharge>().unwrap();
    assert_eq!(charge.body().unwrap().value, 64.5);
    assert_eq!(charge.unit(), Some(Unit::PERCENT));
    assert_eq!(
        charge.oem_updated_at().unwrap().millis(),
        Some(1_772_402_390_000)
    );
    assert_eq!(
        charge.retrieved_at().unwrap().millis(),
        Some(1_772_402_395_000)
    );
    assert_eq!(charge.status().value.as_ref().unwrap(), "SUCCESS");
    assert!(charge.error().is_none());
    assert_eq!(
        charge.sent_body().unwrap().as_str(),
        r#"{"unit":"percent","value":64.5}"#
    );
    assert!(state.triggered_by::<TractionBatteryStateOfCharge>());
    assert!(!state.triggered_by::<ChargeIsCharging>());
    assert!(state.signal::<DiagnosticsMil>().is_none());
    assert!(!format!("{charge:?}").is_empty());
}

/// The unit that is sent counts, and the documented one only where none is.
#[test]
fn units_are_as_sent() {
    let cases = [
        (r#"{"value":1,"unit":"kilometers"}"#, "kilometers"),
        (r#"{"value":1,"unit":"miles"}"#, "miles"),
        (r#"{"value":1,"unit":null}"#, "km"),
        (r#"{"value":1}"#, "km"),
    ];
    for (body, unit) in cases {
        let state = reading::<OdometerTraveledDistance>(body, "");
        let reading = state.signal::<OdometerTraveledDistance>().unwrap();
        assert_eq!(reading.unit().unwrap().as_str(), unit);
    }
    let time = reading::<ChargeTimeToComplete>(r#"{"value":90}"#, "");
    assert_eq!(
        time.signal::<ChargeTimeToComplete>().unwrap().unit(),
        Some(Unit::MINUTES)
    );
}

#[test]
fn row_18_a_stale_body_is_no_reading() {
    let state = fixture("v4-vehicle-state").read::<VehicleState>().unwrap();
    let rate = state.signal::<ChargeChargeRate>().unwrap();
    assert!(matches!(rate.body(), Err(Unread::Failed { .. })));
    assert_eq!(rate.error().unwrap().code.as_ref().unwrap(), "NOT_CHARGING");
    assert!(rate.sent_body().is_some());
    assert!(state.current::<ChargeChargeRate>().is_none());
}

/// Where the body of a signal does not fit.
fn path<S: SignalType>(state: &VehicleState) -> Option<String> {
    match state.signal::<S>().unwrap().into_body() {
        Err(Unread::Misfit(err)) => {
            assert_eq!(err.kind(), ErrorKind::Misfit);
            err.path().map(str::to_owned)
        }
        _ => None,
    }
}

/// What does not fit costs one reading, and tells where.
#[test]
fn a_misfit_is_an_error_of_its_signal_alone() {
    let state = state(
        r#""signals":[{"code":"tractionbattery-stateofcharge","body":{"percentage":75}},
            {"code":"wheel-tires","body":{"values":{"tires":[]}}},
            {"code":"location-preciselocation","body":{"latitude":57.7,"longitude":"east"}},
            {"code":"charge-ischarging","body":7},
            {"code":"charge-chargerate"},
            {"code":"odometer-traveleddistance","body":{"value":5}}]"#,
    );
    assert_eq!(
        path::<TractionBatteryStateOfCharge>(&state).unwrap(),
        "value"
    );
    assert_eq!(path::<WheelTires>(&state).unwrap(), "values");
    assert_eq!(
        path::<LocationPreciseLocation>(&state).unwrap(),
        "longitude"
    );
    assert_eq!(path::<ChargeIsCharging>(&state).unwrap(), "$");
    let rate = state.signal::<ChargeChargeRate>().unwrap();
    assert!(matches!(rate.body(), Err(Unread::Empty)));
    assert_eq!(
        state.current::<OdometerTraveledDistance>().unwrap().value,
        5.0
    );
    let sent = state
        .signal::<WheelTires>()
        .unwrap()
        .sent_body()
        .unwrap()
        .as_str();
    assert_eq!(sent, r#"{"values":{"tires":[]}}"#);
}

#[test]
fn nulls_inside_a_body_are_none() {
    let trunk = current::<ClosureFrontTrunk>(r#"{"isLocked":null,"isOpen":false}"#);
    assert_eq!((trunk.is_locked, trunk.is_open), (None, Some(false)));
    let tires = current::<WheelTires>(
        r#"{"values":[{"row":0,"column":1,"tirePressure":null},{"row":1,"column":0,"tirePressure":258}],"unit":"bar"}"#,
    );
    assert_eq!(tires.values[0].tire_pressure, None);
    assert_eq!(tires.values[1].tire_pressure, Some(258.0));
    assert_eq!(tires.unit, Some(Unit::BAR));
    let limits = current::<ChargeChargeLimits>(
        r#"{"values":[{"type":"GLOBAL","limit":80,"condition":null}],"activeLimit":null,"unit":"percent"}"#,
    );
    assert_eq!(limits.values[0].limit, Some(80.0));
    assert!(limits.values[0].condition.is_none() && limits.active_limit.is_none());
}

#[test]
fn row_23_the_type_of_a_limit_is_open_and_its_case_does_not_count() {
    for (sent, known) in [
        ("CONNECTOR", RuleType::CONNECTOR),
        ("CHARGING_TYPE", RuleType::CHARGING_TYPE),
        ("charging_type", RuleType::CHARGING_TYPE),
        ("global", RuleType::GLOBAL),
    ] {
        let limits =
            current::<ChargeChargeLimits>(&format!(r#"{{"values":[{{"type":"{sent}"}}]}}"#));
        assert_eq!(limits.values[0].rule_type.as_ref(), Some(&known));
        assert_eq!(limits.values[0].rule_type.as_ref().unwrap().as_str(), sent);
    }
}

#[test]
fn bodies_of_every_form_are_typed() {
    let status = current::<ChargeDetailedChargingStatus>(r#"{"value":"FULLY_CHARGED"}"#);
    assert_eq!(status.value, ChargingStatus::FULLY_CHARGED);
    let gear = current::<TransmissionGearState>(r#"{"value":"PARK"}"#);
    assert_eq!(gear.value, Gear::PARK);
    let doors = current::<ClosureDoors>(
        r#"{"values":[{"row":0,"column":1,"isOpen":false,"isLocked":true}],"rowCount":2,"columnCount":2}"#,
    );
    assert_eq!(
        (doors.values[0].column, doors.row_count),
        (Some(1), Some(2))
    );
    let lamp = current::<DiagnosticsMil>(r#"{"status":"ALERT","description":null}"#);
    assert_eq!(lamp.status, SystemHealth::ALERT);
    let count = current::<DiagnosticsDtcCount>(r#"{"value":3,"unit":"count"}"#);
    assert_eq!(count.value, 3);
    let range = current::<TractionBatteryRange>(
        r#"{"value":283.2,"type":"DEFAULT","additionalValues":[{"type":"RATED","value":301}],"unit":"km"}"#,
    );
    assert_eq!(range.additional_values[0].value, Some(301.0));
    let capacity = current::<TractionBatteryNominalCapacity>(
        r#"{"source":"USER_SELECTED","capacity":80.9,"availableCapacities":[{"capacity":80.9,"description":"BEV:Long Range"}],"unit":"kWh"}"#,
    );
    assert_eq!(capacity.source, Some(CapacitySource::USER_SELECTED));
    let vin = current::<VehicleIdentificationVin>(r#"{"value":"YSMVIN00000000001"}"#);
    assert_eq!(vin.value.as_str(), "YSMVIN00000000001");
    assert!(!format!("{vin:?}").contains("YSM"));
    let place = current::<LocationPreciseLocation>(
        r#"{"latitude":57.7087,"longitude":11.9751,"heading":90}"#,
    );
    assert_eq!(*place.latitude, 57.7087);
    assert!(!format!("{place:?}").contains("57."));
}

#[test]
fn an_error_concerns_the_signals_it_lists() {
    let listed =
        errors(r#"{"type":"PERMISSION","code":null,"signals":["Odometer.TraveledDistance"]}"#);
    assert!(listed.errors[0].concerns::<OdometerTraveledDistance>());
    assert!(!listed.errors[0].concerns::<ChargeIsCharging>());
    let whole = errors(r#"{"type":"SERVER"}"#);
    assert!(whole.errors[0].concerns::<ChargeIsCharging>());
}

/// A missing permission is no disconnected account.
#[test]
fn only_some_errors_disconnect() {
    let some = r#","signals":[{"code":"a-b"}]"#;
    let again = r#","resolution":{"type":"REAUTHENTICATE"}"#;
    let cases = [
        (
            r#"{"type":"PERMISSION","code":null"#,
            some,
            again,
            (false, true),
        ),
        (
            r#"{"type":"PERMISSION","code":null"#,
            "",
            again,
            (true, false),
        ),
        (
            r#"{"type":"CONNECTED_SERVICES_ACCOUNT","code":"AUTHENTICATION_FAILED""#,
            "",
            again,
            (true, false),
        ),
        (
            r#"{"type":"CONNECTED_SERVICES_ACCOUNT","code":"AUTHENTICATION_FAILED""#,
            some,
            "",
            (true, false),
        ),
        (
            r#"{"type":"CONNECT_SERVICES_ACCOUNT","code":"AUTHENTICATION_FAILED""#,
            "",
            "",
            (true, false),
        ),
        (
            r#"{"type":"CONNECTED_SERVICES_ACCOUNT","code":"VIRTUAL_KEY_REQUIRED""#,
            "",
            "",
            (false, false),
        ),
        (
            r#"{"type":"CONNECTED_SERVICES_ACCOUNT","code":"ACCOUNT_ISSUE""#,
            "",
            "",
            (false, false),
        ),
        (
            r#"{"type":"COMPATIBILITY","code":"PLATFORM_NOT_CAPABLE""#,
            "",
            again,
            (false, false),
        ),
        (
            r#"{"type":"PERMISSION","state":"RESOLVED""#,
            "",
            "",
            (false, false),
        ),
        (
            r#"{"type":"PERMISSION","state":"RESOLVED""#,
            some,
            "",
            (false, false),
        ),
    ];
    for (error, signals, resolution, expected) in cases {
        let error = errors(&format!("{error}{signals}{resolution}}}"));
        let found = (
            error.errors[0].is_disconnection(),
            error.errors[0].is_missing_permission(),
        );
        assert_eq!(found, expected, "{}", error.json().as_str());
        assert_eq!(error.is_disconnection(), expected.0);
    }
}

#[test]
fn a_reading_is_converted_from_its_own_unit() {
    let cases = [
        (r#"{"value":160.9344,"unit":"kilometers"}"#, Some(100.0)),
        (r#"{"value":160.9344}"#, Some(100.0)),
        (r#"{"value":100,"unit":"miles"}"#, Some(100.0)),
        (r#"{"value":100,"unit":"parsec"}"#, None),
        (r#"{"distance":100}"#, None),
    ];
    for (body, miles) in cases {
        let state = reading::<OdometerTraveledDistance>(body, "");
        let odometer = state.signal::<OdometerTraveledDistance>().unwrap();
        assert_eq!(odometer.convert_to(&Unit::MILES), miles, "{body}");
    }
    let outside = reading::<ClimateExternalTemperature>(r#"{"value":20.5}"#, "");
    let outside = outside.signal::<ClimateExternalTemperature>().unwrap();
    assert_eq!(outside.convert_to(&Unit::FAHRENHEIT), None);
}

#[test]
fn why_there_is_no_reading_is_told() {
    let failed = r#","status":{"value":"ERROR","error":{"type":"PERMISSION","code":null}}"#;
    let told = [
        (
            reading::<ChargeIsCharging>("{}", failed),
            "could not be read: PERMISSION",
        ),
        (reading::<ChargeIsCharging>("null", ""), "nothing was sent"),
        (
            reading::<ChargeIsCharging>("{}", ""),
            "body does not have the expected shape at `value`",
        ),
    ];
    for (state, text) in told {
        let unread = state.signal::<ChargeIsCharging>().unwrap().into_body();
        assert_eq!(unread.unwrap_err().to_string(), text);
    }
}
