//! What the fixtures say once they are read, each in a shape of its own.

use std::collections::BTreeSet;

use serde_json::Value;
use smartcar_webhook_core::Delivery;
use smartcar_webhook_core::payload::v2::{
    ChargingCompleted, Dynamic, EndpointResponse, Schedule, UnitSystem,
};
use smartcar_webhook_core::payload::v4::{Scope, Signal, SignalRef, VehicleError, VehicleState};
use smartcar_webhook_core::payload::{
    ErrorCode, ErrorType, EventType, Mode, Resolution, ResolutionType, Timestamp,
};

use crate::{fixture, fixtures};

const CAR: &str = "0b6f6a0e-6f0d-4f0e-8a53-5a5b1d0c7e11";

fn state(name: &str) -> Delivery<VehicleState> {
    fixture(name).read().unwrap()
}

fn error(name: &str) -> Delivery<VehicleError> {
    fixture(name).read().unwrap()
}

/// The names of the fixtures of this event type.
fn names(event_type: &EventType) -> Vec<String> {
    let names = fixtures().into_iter().map(|it| it.0);
    let is_one = |name: &String| fixture(name).envelope().event_type.as_ref() == Some(event_type);
    names.filter(is_one).collect()
}

fn body(signal: &Signal) -> Value {
    signal.body().unwrap().read().unwrap()
}

#[test]
fn the_time_of_a_delivery_is_the_same_in_every_spelling() {
    let timed = [
        "v4-vehicle-state",
        "v4-delivered-at-iso",
        "v4-delivered-at-numeric-string",
        "v4-delivered-at-in-seconds-version-3",
        "v4-delivery-timestamp-in-meta",
        "v4-meta-in-data-delivery-timestamp",
        "v4-delivery-time-no-version-no-status",
        "v4-test-button-values-as-objects",
    ];
    for name in timed {
        let state = state(name);
        let at = state.envelope().meta.delivered_at();
        assert_eq!(
            at.and_then(Timestamp::millis),
            Some(1_772_402_400_000),
            "{name}"
        );
        assert!(state.envelope().webhook_id.is_some(), "{name}");
    }
    let september = fixture("v4-delivery-time-no-version-no-status");
    let meta = &september.envelope().meta;
    assert_eq!(
        meta.delivery_time.as_ref().and_then(Timestamp::millis),
        Some(1_772_402_400_000)
    );
    assert_eq!(september.envelope().version, None);
}

#[test]
fn the_trigger_is_the_same_in_every_spelling() {
    let odometer = [
        "v4-delivered-at-iso",
        "v4-delivery-time-no-version-no-status",
        "v4-meta-in-data-delivery-timestamp",
        "v4-triggers-in-data-as-signals",
        "v4-triggers-in-data-as-strings-signals-as-map",
    ];
    for name in odometer {
        let state = state(name);
        assert_eq!(state.triggers.len(), 1, "{name}");
        assert!(
            state.triggered_by_code("odometer-traveleddistance"),
            "{name}"
        );
        let read = state.signal_by_code("odometer-traveleddistance").unwrap();
        assert_eq!(body(read)["value"], 78432, "{name}");
    }
    assert!(
        state("v4-delivered-at-in-seconds-version-3")
            .triggered_by_code("tractionbattery-stateofcharge")
    );
    let first = [
        "v4-triggers-first-delivery-beside-data",
        "v4-triggers-in-data-first-delivery-code",
    ];
    for name in first {
        assert!(state(name).is_first_delivery(), "{name}");
    }
    assert!(
        state("v4-test-button-values-as-objects")
            .triggers
            .is_empty()
    );
}

#[test]
fn every_state_names_its_vehicle_and_leaves_nothing_over() {
    for name in names(&EventType::VEHICLE_STATE) {
        let state = state(&name);
        let vehicle = &state.vehicle;
        assert_eq!(state.envelope().vehicle_id(), Some(&*vehicle.id), "{name}");
        assert!(state.extra.is_empty(), "{name}");
        assert!(vehicle.extra.is_empty(), "{name}");
        assert!(state.user.extra.is_empty(), "{name}");
        let envelope = state.envelope();
        assert!(
            envelope.extra.is_empty() && envelope.meta.extra.is_empty(),
            "{name}"
        );
    }
    assert_eq!(state("v4-vehicle-id-beside-data-only").vehicle.id, CAR);
    assert_eq!(state("v4-keys-that-repeat").vehicle.id, CAR);
    assert_eq!(state("v4-signals-as-in-rest").vehicle.year, Some(2023));
}

#[test]
fn signals_are_read_where_they_say_success_or_nothing() {
    let state = state("v4-delivery-time-no-version-no-status");
    assert!(state.signals.iter().all(|it| it.body().is_some()));
    let fuel = state.signal_by_code("internalcombustionengine-fuellevel");
    assert_eq!(body(fuel.unwrap()), serde_json::json!({"value": 0.77}));
    assert!(fuel.unwrap().meta.oem_updated_at().is_none());

    let rest = self::state("v4-signals-as-in-rest");
    let odometer = rest.signal_by_code("odometer-traveleddistance").unwrap();
    let at = |it: Option<&Timestamp>| it.and_then(Timestamp::millis);
    assert_eq!(at(odometer.meta.oem_updated_at()), Some(1_772_402_390_000));
    assert_eq!(at(odometer.meta.retrieved_at()), Some(1_772_402_395_000));
    let charge = rest
        .signal_by_code("tractionbattery-stateofcharge")
        .unwrap();
    assert_eq!(at(charge.meta.oem_updated_at()), Some(1_772_402_390_000));
    let errors: Vec<_> = rest.signals.iter().map(Signal::is_error).collect();
    assert_eq!(errors, [false, false, true, true]);

    let times = self::state("v4-signal-times-zero-empty-absent");
    assert!(
        times
            .signals
            .iter()
            .all(|it| it.body().is_some() && it.meta.oem_updated_at().is_none())
    );

    let repeated = self::state("v4-keys-that-repeat");
    assert_eq!(body(&repeated.signals[0])["value"], 78432);
    assert!(!repeated.signals[0].is_error());
    assert_eq!(
        self::state("v4-signals-only-the-changed-one").signals.len(),
        1
    );
    assert!(self::state("v4-signals-empty").signals.is_empty());
}

#[test]
fn every_signal_has_a_body_of_its_own() {
    let state = state("v4-vehicle-state-every-signal");
    let codes: BTreeSet<_> = state
        .signals
        .iter()
        .map(|it| it.code().into_owned())
        .collect();
    assert_eq!((codes.len(), state.signals.len()), (96, 96));
    assert_eq!(state.envelope().meta.signal_count, Some(96));
    let groups: BTreeSet<_> = state.signals.iter().map(|it| &*it.group).collect();
    assert_eq!(groups.len(), 19);
    for signal in &state.signals {
        let code = format!("{}-{}", signal.group, signal.name).to_lowercase();
        assert_eq!(signal.code(), code);
        assert!(!signal.is_error() && body(signal).is_object(), "{code}");
        assert!(signal.meta.oem_updated_at().is_some() && signal.extra.is_empty());
    }
}

#[test]
fn a_signal_in_error_has_no_body_and_one_of_nulls_has() {
    let state = state("v4-vehicle-state-errors-and-nulls");
    let errors = state.signals.iter().filter(|it| it.is_error());
    let errors: BTreeSet<_> = errors
        .map(|it| {
            assert!(it.body().is_none() && it.extra.is_empty());
            let error = it.error().unwrap();
            (
                error.error_type.as_str(),
                error.code.as_ref().map(ErrorCode::as_str),
            )
        })
        .collect();
    let expected = [
        ("COMPATIBILITY", Some("VEHICLE_NOT_CAPABLE")),
        ("PERMISSION", None),
        ("SERVER", Some("INTERNAL")),
        ("UPSTREAM", Some("NO_RESPONSE")),
        ("VEHICLE_STATE", Some("NOT_CHARGING")),
    ];
    assert!(errors.into_iter().eq(expected));
    let rate = state.signal_by_code("charge-chargerate").unwrap();
    assert!(rate.is_error() && rate.sent_body().is_some());
    let trunk = state.signal_by_code("closure-fronttrunk").unwrap();
    assert_eq!(body(trunk)["isLocked"], Value::Null);
    assert!(state.user.external_id.is_none() && state.vehicle.powertrain_type.is_none());
}

#[test]
fn deliveries_of_no_real_car_say_so() {
    for (name, mode) in [
        ("v4-mode-simulated-in-both-cases", Mode::SIMULATED),
        ("v4-test-button-values-as-objects", Mode::TEST),
        ("v4-test-button-vehicle-mode-prefixed-ids", Mode::TEST),
        ("v2-event-based-time-as-timestamp", Mode::TEST),
        ("v2-event-based-stopped", Mode::SIMULATED),
    ] {
        assert_eq!(fixture(name).envelope().mode, Some(mode), "{name}");
    }
    for name in [
        "v4-mode-simulated-in-both-cases",
        "v4-test-button-vehicle-mode-prefixed-ids",
    ] {
        let state = state(name);
        assert_eq!(state.vehicle.mode, state.envelope().mode, "{name}");
    }
}

#[test]
fn errors_are_read_in_every_form() {
    let forms = error("v4-error-resolutions-of-every-form");
    let sent = |it: &Resolution| it.resolution_type.as_ref().map(ResolutionType::to_string);
    let resolutions = forms
        .errors
        .iter()
        .map(|it| it.resolution.as_ref().map(sent));
    let resolutions: Vec<_> = resolutions.collect();
    let expected = [
        Some(Some("CONTACT_SUPPORT")),
        Some(None),
        None,
        None,
        Some(Some("REAUTHENTICATE")),
        Some(Some("REAUTHENTICATE")),
        Some(Some("ACTION_REQUIRED")),
        Some(Some("USER_ACTION_REQUIRED")),
        Some(Some("RETRY_LATER")),
        Some(Some("UNKNOWN_RESOLUTION_TYPE")),
    ];
    let expected = expected.map(|it| it.map(|it| it.map(str::to_owned)));
    assert_eq!(resolutions, expected);
    assert_eq!(forms.errors[4].code, None);
    assert!(forms.errors[4].is_missing_permission() && forms.errors[5].is_disconnection());

    let strings = error("v4-error-signals-as-strings");
    let Scope::Signals(listed) = strings.errors[0].scope() else {
        panic!("{:?}", strings.errors[0].scope());
    };
    let codes: Vec<_> = listed.iter().map(SignalRef::code).collect();
    assert_eq!(codes, ["location-isathome", "charge-wattage"]);
    let absent = error("v4-error-signals-absent");
    assert!(matches!(absent.errors[0].scope(), Scope::Vehicle));
    let swapped = error("v4-error-signals-name-and-group-swapped");
    assert!(matches!(
        swapped.errors[0].scope(),
        Scope::Signals([it]) if it.code() == "location-preciselocation"
    ));
    assert!(!error("v4-error-state-absent").errors[0].is_resolved());

    for name in names(&EventType::VEHICLE_ERROR) {
        let error = error(&name);
        assert!(error.extra.is_empty(), "{name}");
        assert!(error.errors.iter().all(|it| it.extra.is_empty()), "{name}");
    }
}

#[test]
fn endpoints_are_read_in_both_systems_and_in_error() {
    let schedule = fixture("v2-schedule-every-endpoint")
        .read::<Schedule>()
        .unwrap();
    let [metric, imperial, old] = &schedule.vehicles[..] else {
        panic!("{:?}", schedule.vehicles);
    };
    assert_eq!(metric.data.len(), 17);
    for response in &metric.data {
        assert!(response.is_success() && response.body().is_some());
        assert_eq!(response.headers.unit_system(), UnitSystem::METRIC);
        assert!(response.headers.data_age().is_some() && response.headers.fetched_at().is_some());
    }
    let fuel = imperial.endpoint_by_path("/fuel").unwrap();
    assert_eq!(fuel.headers.unit_system(), UnitSystem::IMPERIAL);
    let history = imperial.endpoint_by_path("/service/history").unwrap();
    assert!(history.body().unwrap().as_str().starts_with('['));

    let resolutions = imperial.data.iter().filter_map(EndpointResponse::error);
    let resolutions: Vec<_> = resolutions
        .map(|it| {
            assert!(
                it.extra.is_empty()
                    && !it.error_type.as_str().is_empty()
                    && it.request_id.is_some()
            );
            it.resolution.map(|it| it.resolution_type)
        })
        .collect();
    let reauthenticate = Some(Some(ResolutionType::REAUTHENTICATE));
    let expected = [
        reauthenticate.clone(),
        reauthenticate.clone(),
        reauthenticate,
        Some(None),
        None,
        Some(Some(ResolutionType::CONTACT_SUPPORT)),
        None,
        None,
    ];
    assert_eq!(resolutions, expected);

    let account = old.data[0].error().unwrap();
    assert_eq!(account.error_type, ErrorType::CONNECTED_SERVICES_ACCOUNT);
    let before = old.data[1].error().unwrap();
    assert_eq!(before.error_type, "");
    assert_eq!(before.error.as_deref(), Some("vehicle_state_error"));
    assert_eq!(before.code.unwrap(), "VS_001");

    let dynamic = fixture("v2-dynamic-connect-and-connected-services-account");
    let dynamic = dynamic.read::<Dynamic>().unwrap();
    let types = dynamic
        .vehicles
        .iter()
        .map(|it| it.data[0].error().unwrap());
    let types: Vec<_> = types.map(|it| it.error_type.to_string()).collect();
    assert_eq!(
        types,
        ["CONNECT_SERVICES_ACCOUNT", "CONNECTED_SERVICES_ACCOUNT"]
    );
    let completed = fixture("v2-event-based-time-as-timestamp");
    let completed = completed.read::<ChargingCompleted>().unwrap();
    assert!(completed.event_time.is_none() && completed.occurred_at().is_some());
}
