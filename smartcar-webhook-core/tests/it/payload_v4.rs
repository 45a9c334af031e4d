//! 4.0 payloads; tests named `row_…` are for the rows of the contradictions known between documentation and deliveries.

use smartcar_webhook_core::payload::v4::{
    ErrorState, Signal, StatusValue, TriggerKind, VehicleError, VehicleState,
};
use smartcar_webhook_core::payload::{Envelope, ErrorType, EventType, Generation, Mode};
use smartcar_webhook_core::{Delivery, ErrorKind};

use crate::{delivery, fixture};

fn state(data: &str) -> Delivery<VehicleState> {
    let body =
        format!(r#"{{"eventType":"VEHICLE_STATE","data":{{"vehicle":{{"id":"v1"}},{data}}}}}"#);
    delivery(body).read().unwrap()
}

fn signal(json: &str) -> Signal {
    state(&format!(r#""signals":[{json}]"#)).signals[0].clone()
}

fn errors(errors: &str) -> Delivery<VehicleError> {
    let data = format!(r#"{{"vehicle":{{"id":"v1"}},"errors":[{errors}]}}"#);
    delivery(format!(r#"{{"eventType":"VEHICLE_ERROR","data":{data}}}"#))
        .read()
        .unwrap()
}

fn meta(meta: &str) -> Envelope {
    delivery(format!(r#"{{"eventType":"VEHICLE_STATE","meta":{meta}}}"#))
        .envelope()
        .clone()
}

#[test]
fn a_state_as_it_comes_over_the_wire() {
    let state = fixture("v4-vehicle-state").read::<VehicleState>().unwrap();

    let envelope = state.envelope();
    assert_eq!(envelope.generation, Generation::V4);
    assert_eq!(envelope.event_type, Some(EventType::VEHICLE_STATE));
    assert_eq!(
        envelope.event_id.as_deref(),
        Some("e0000000-0000-4000-8000-000000000001")
    );
    assert_eq!(envelope.version.as_deref(), Some("4.0"));
    assert_eq!(
        envelope.webhook_id.as_deref(),
        Some("3c1a7a34-8f65-4c0c-9d0c-0f4f6a1f7b21")
    );
    assert_eq!(envelope.mode, Some(Mode::LIVE));
    assert_eq!(
        envelope.vehicle_id(),
        Some("0b6f6a0e-6f0d-4f0e-8a53-5a5b1d0c7e11")
    );
    assert!(envelope.extra.is_empty());
    assert_eq!(
        envelope.meta.delivery_id.as_deref(),
        Some("d0000000-0000-4000-8000-000000000001")
    );
    assert_eq!(
        envelope.meta.delivered_at.as_ref().unwrap().millis(),
        Some(1_772_402_400_000)
    );
    assert_eq!(envelope.meta.webhook_name.as_deref(), Some("Fleet"));
    assert_eq!(envelope.meta.signal_count, Some(7));
    assert!(envelope.meta.extra.is_empty());

    assert_eq!(
        state.user.id.as_ref().unwrap().as_str(),
        "5d6cbb1e-1c55-4c5a-9f77-2f5be0a3f0aa"
    );
    assert_eq!(state.vehicle.id, "0b6f6a0e-6f0d-4f0e-8a53-5a5b1d0c7e11");
    assert_eq!(state.vehicle.make.as_deref(), Some("POLESTAR"));
    assert_eq!(state.vehicle.model.as_deref(), Some("2"));
    assert_eq!(state.vehicle.year, Some(2023));
    assert!(
        state.extra.is_empty() && state.vehicle.extra.is_empty() && state.user.extra.is_empty()
    );

    assert_eq!(state.signals.len(), 7);
    for signal in &state.signals {
        assert_eq!(
            *signal.code,
            *format!("{}-{}", signal.group, signal.name).to_lowercase()
        );
        assert!(signal.extra.is_empty() && signal.status.extra.is_empty());
    }
    let charge = state
        .signal_by_code("tractionbattery-stateofcharge")
        .unwrap();
    assert_eq!(
        charge.body().unwrap().as_str(),
        r#"{"unit":"percent","value":64.5}"#
    );
    assert_eq!(charge.status.value, Some(StatusValue::SUCCESS));
    assert_eq!(
        charge.meta.oem_updated_at().unwrap().millis(),
        Some(1_772_402_390_000)
    );
    assert_eq!(
        charge.meta.retrieved_at().unwrap().millis(),
        Some(1_772_402_395_000)
    );
    assert!(state.triggered_by_code("tractionbattery-stateofcharge"));
    assert!(!state.triggered_by_code("charge-ischarging"));
    assert!(!state.is_first_delivery());
}

#[test]
fn a_state_as_it_is_documented() {
    let state = fixture("v4-vehicle-state-as-documented")
        .read::<VehicleState>()
        .unwrap();
    let meta = &state.envelope().meta;
    assert_eq!(meta.sequence, Some(1_772_402_400_001));
    assert_eq!(
        meta.application_id.as_deref(),
        Some("app_00000000-0000-0000-0000-000000000000")
    );
    assert_eq!(
        state.user.external_id.as_ref().unwrap().as_str(),
        "customer-17"
    );
    assert_eq!(state.vehicle.mode, Some(Mode::LIVE));
    assert_eq!(state.vehicle.powertrain_type.as_deref(), Some("BEV"));
    assert!(state.is_first_delivery());
    assert!(state.triggered_by_code("odometer-traveleddistance"));
    assert!(state.extra.is_empty() && state.envelope().extra.is_empty());
    assert!(!state.signals[0].is_error());
}

#[test]
fn errors_as_they_come_over_the_wire() {
    let error = fixture("v4-vehicle-error").read::<VehicleError>().unwrap();
    let [capability, permission, key] = &error.errors[..] else {
        panic!("{:?}", error.errors);
    };
    assert_eq!(capability.error_type, ErrorType::COMPATIBILITY);
    assert_eq!(capability.code.as_deref(), Some("VEHICLE_NOT_CAPABLE"));
    assert_eq!(
        capability.description.as_deref(),
        Some("The car cannot do this.")
    );
    assert_eq!(
        capability.suggested_user_message.as_deref(),
        Some("Your car cannot do this.")
    );
    assert!(
        capability
            .doc_url
            .as_deref()
            .unwrap()
            .ends_with("#vehicle-not-capable")
    );
    assert_eq!(capability.state(), ErrorState::ERROR);
    assert_eq!(permission.error_type, ErrorType::PERMISSION);
    assert_eq!(
        permission
            .resolution
            .as_ref()
            .unwrap()
            .resolution_type
            .as_deref(),
        Some("REAUTHENTICATE")
    );
    assert_eq!(
        key.resolution.as_ref().unwrap().url.as_deref(),
        Some("https://example.com/key")
    );
    assert!(
        error
            .errors
            .iter()
            .all(|it| it.extra.is_empty() && !it.is_resolved())
    );

    let resolved = fixture("v4-vehicle-error-resolved")
        .read::<VehicleError>()
        .unwrap();
    assert!(resolved.errors[0].is_resolved());
    assert_eq!(resolved.errors[0].resolution, None);
}

#[test]
fn what_no_field_is_known_for_survives() {
    let body = r#"{"eventType":"VEHICLE_STATE","new":0,
        "data":{"new":1,"user":{"new":2},"vehicle":{"id":"v1","new":3},"signals":[
            {"code":"a-b","new":4,"status":{"new":5,"error":{"new":6}},"meta":{"new":7}}]},
        "meta":{"new":8},"triggers":[{"type":"NEW","new":9}]}"#;
    let state = delivery(body).read::<VehicleState>().unwrap();
    let signal = &state.signals[0];
    let kept = [
        &state.envelope().extra,
        &state.extra,
        &state.user.extra,
        &state.vehicle.extra,
        &signal.extra,
        &signal.status.extra,
        &signal.error().unwrap().extra,
        &signal.meta.extra,
        &state.envelope().meta.extra,
    ];
    for (number, extra) in kept.into_iter().enumerate() {
        assert_eq!(extra.get("new").unwrap().as_str(), number.to_string());
        assert_eq!(extra.len(), 1);
    }
    assert_eq!(
        state.triggers[0].sent().as_str(),
        r#"{"type":"NEW","new":9}"#
    );
    assert_eq!(state.raw(), body.as_bytes());

    let error = errors(r#"{"type":"SERVER","new":[1]}"#);
    let new: Vec<_> = error.errors[0].extra.iter().collect();
    assert_eq!((new[0].0, new[0].1.as_str()), ("new", "[1]"));
}

/// A value of another kind than its field costs that field alone, and is kept.
#[test]
fn what_does_not_fit_its_field_is_kept() {
    let state = state(
        r#""user":["u1"],"signals":[{"code":"a-b","name":{"x":1},"meta":7},true,1.5,{"code":"c-d"}],"triggers":"none""#,
    );
    assert_eq!(state.extra.get("user").unwrap().as_str(), r#"["u1"]"#);
    assert_eq!(state.extra.get("triggers").unwrap().as_str(), r#""none""#);
    let items: Vec<_> = state.extra.iter().filter(|it| it.0 == "signals").collect();
    let items: Vec<_> = items.into_iter().map(|it| it.1.as_str()).collect();
    assert_eq!(items, ["true", "1.5"]);
    assert_eq!(state.signals.len(), 2);
    assert_eq!(
        state.signals[0].extra.get("name").unwrap().as_str(),
        r#"{"x":1}"#
    );
    assert_eq!(state.signals[0].extra.get("meta").unwrap().as_str(), "7");

    let quoted = delivery(
        r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v1","mode":{"a\"b":"c\\d"}}}}"#,
    );
    let quoted = quoted.read::<VehicleState>().unwrap();
    assert_eq!(
        quoted.vehicle.extra.get("mode").unwrap().as_str(),
        r#"{"a\"b":"c\\d"}"#
    );
}

#[test]
fn row_09_delivered_at_is_taken_under_every_name() {
    let cases = [
        (r#"{"deliveredAt":1772402400000}"#, Some(1_772_402_400_000)),
        (
            r#"{"deliveredAt":1772402400000.0}"#,
            Some(1_772_402_400_000),
        ),
        (
            r#"{"deliveredAt":"1772402400000"}"#,
            Some(1_772_402_400_000),
        ),
        (
            r#"{"deliveredAt":"2026-03-01T22:00:00.000Z"}"#,
            Some(1_772_402_400_000),
        ),
        (r#"{"deliveredAt":1772402400}"#, Some(1_772_402_400_000)),
        (
            r#"{"deliveryTimestamp":"2026-03-01T22:00:00Z"}"#,
            Some(1_772_402_400_000),
        ),
        (r#"{"deliveredAt":"soon"}"#, None),
    ];
    for (sent, millis) in cases {
        let time = meta(sent).meta.delivered_at.unwrap();
        assert_eq!(time.millis(), millis, "{sent}");
    }
    let odd = meta(r#"{"deliveredAt":{"at":1},"deliveryTime":1772402400000}"#);
    assert_eq!(odd.meta.delivered_at, None);
    assert_eq!(
        odd.meta.extra.get("deliveredAt").unwrap().as_str(),
        r#"{"at":1}"#
    );
    assert_eq!(
        odd.meta.delivery_time.unwrap().millis(),
        Some(1_772_402_400_000)
    );

    // One tutorial has `meta` inside `data`.
    let inside = delivery(r#"{"eventType":"VEHICLE_STATE","data":{"meta":{"webhookId":"w1"}}}"#);
    assert_eq!(inside.envelope().webhook_id.as_deref(), Some("w1"));
}

#[test]
fn row_10_retrieved_at_is_also_called_fetched_at() {
    for name in ["retrievedAt", "fetchedAt"] {
        let signal = signal(&format!(
            r#"{{"code":"a-b","meta":{{"{name}":1772402395000}}}}"#
        ));
        assert_eq!(
            signal.meta.retrieved_at().unwrap().millis(),
            Some(1_772_402_395_000)
        );
    }
}

#[test]
fn row_11_zero_and_missing_times_are_unknown() {
    for meta in [
        "{}",
        r#"{"oemUpdatedAt":0,"retrievedAt":0}"#,
        r#"{"oemUpdatedAt":null}"#,
        "null",
    ] {
        let signal = signal(&format!(r#"{{"code":"a-b","body":{{}},"meta":{meta}}}"#));
        assert_eq!(signal.meta.oem_updated_at(), None, "{meta}");
        assert_eq!(signal.meta.retrieved_at(), None, "{meta}");
        assert!(signal.body().is_some());
    }
}

#[test]
fn row_12_the_case_of_a_mode_does_not_count() {
    for (sent, mode) in [
        ("LIVE", Mode::LIVE),
        ("live", Mode::LIVE),
        ("test", Mode::TEST),
        ("Simulated", Mode::SIMULATED),
    ] {
        let envelope = meta(&format!(r#"{{"mode":"{sent}"}}"#));
        assert_eq!(envelope.mode.as_ref(), Some(&mode));
        assert_eq!(envelope.mode.as_deref(), Some(sent));
    }
    let other = meta(r#"{"mode":"SHADOW"}"#).mode.unwrap();
    assert!(other != Mode::LIVE && other == "shadow");
    assert_eq!(meta("{}").mode, None);
}

#[test]
fn row_13_the_vehicle_id_may_be_at_the_top_level() {
    let body =
        |top: &str, data: &str| format!(r#"{{"eventType":"VEHICLE_STATE",{top}"data":{data}}}"#);
    let both = delivery(body(
        r#""vehicleId":"top","#,
        r#"{"vehicle":{"id":"inner"}}"#,
    ));
    assert_eq!(both.envelope().vehicle_id(), Some("inner"));
    assert_eq!(both.read::<VehicleState>().unwrap().vehicle.id, "inner");
    for data in [r#"{"vehicle":{}}"#, r#"{"vehicle":null}"#, "{}"] {
        let top = delivery(body(r#""vehicleId":"top","#, data));
        assert_eq!(top.envelope().vehicle_id(), Some("top"));
        assert_eq!(top.read::<VehicleState>().unwrap().vehicle.id, "top");
        let neither = delivery(body("", data));
        assert_eq!(neither.envelope().vehicle_id(), None);
        let err = neither.read::<VehicleState>().unwrap_err();
        assert_eq!(
            (err.kind(), err.path()),
            (ErrorKind::Misfit, Some("data.vehicle.id"))
        );
    }
}

#[test]
fn row_14_triggers_are_read_in_every_place_and_form() {
    let spellings = [
        r#"{"type":"SIGNAL_UPDATED","signal":{"name":"TraveledDistance","code":"odometer-traveleddistance","group":"Odometer"}}"#,
        r#"{"type":"SIGNAL_UPDATED","signal":"Odometer.TraveledDistance"}"#,
        r#"{"type":"SIGNAL_UPDATED","signal":{"code":"odometer-traveleddistance"}}"#,
        r#"{"type":"SIGNAL_UPDATED","signal":{"name":"TraveledDistance","group":"Odometer"}}"#,
        r#"{"code":"odometer-traveleddistance","name":"TraveledDistance","group":"Odometer"}"#,
        r#""Odometer.TraveledDistance""#,
        r#""odometer-traveleddistance""#,
    ];
    let first = [
        r#"{"type":"FIRST_DELIVERY"}"#,
        r#"{"code":"FIRST_DELIVERY"}"#,
        r#""FIRST_DELIVERY""#,
    ];
    let unknown = [
        r#"{"type":"MOON_PHASE","signal":{"code":"a-b"}}"#,
        r#"{"type":"SIGNAL_UPDATED"}"#,
        "{}",
        "7",
        "[]",
    ];
    let vehicle = r#""vehicle":{"id":"v1"}"#;
    let places = |trigger: &str| {
        [
            format!(
                r#"{{"eventType":"VEHICLE_STATE","data":{{{vehicle}}},"triggers":[{trigger}]}}"#
            ),
            format!(
                r#"{{"eventType":"VEHICLE_STATE","data":{{{vehicle},"triggers":[{trigger}]}}}}"#
            ),
        ]
    };
    for body in spellings.iter().flat_map(|it| places(it)) {
        let state = delivery(&*body).read::<VehicleState>().unwrap();
        assert!(
            state.triggered_by_code("odometer-traveleddistance"),
            "{body}"
        );
        assert!(!state.is_first_delivery() && state.triggers.len() == 1);
        assert!(state.extra.is_empty() && state.envelope().extra.is_empty());
    }
    for body in first.iter().flat_map(|it| places(it)) {
        let state = delivery(&*body).read::<VehicleState>().unwrap();
        assert!(state.is_first_delivery(), "{body}");
        assert_eq!(state.triggers[0].signal(), None);
    }
    for sent in unknown {
        for body in places(sent) {
            let state = delivery(&*body).read::<VehicleState>().unwrap();
            assert_eq!(*state.triggers[0].kind(), TriggerKind::Unknown, "{body}");
            assert_eq!(state.triggers[0].sent().as_str(), sent);
        }
    }
    for none in [r#""triggers":[]"#, r#""triggers":null"#] {
        assert!(state(none).triggers.is_empty());
    }
}

#[test]
fn row_15_signals_may_be_a_map() {
    let state = state(
        r#""signals":{"Charge.IsCharging":{"value":true},
            "Odometer.TraveledDistance":{"body":{"value":5},"meta":{"oemUpdatedAt":9}},
            "HVAC.IsOn":{"status":{"value":"ERROR"}}}"#,
    );
    let [charging, odometer, hvac] = &state.signals[..] else {
        panic!("{:?}", state.signals);
    };
    assert_eq!(charging.code, "charge-ischarging");
    assert_eq!(
        (&*charging.group, &*charging.name),
        ("Charge", "IsCharging")
    );
    assert_eq!(charging.body().unwrap().as_str(), r#"{"value":true}"#);
    assert_eq!(odometer.body().unwrap().as_str(), r#"{"value":5}"#);
    assert_eq!(odometer.meta.oem_updated_at().unwrap().millis(), Some(9000));
    assert!(hvac.is_error() && hvac.body().is_none());
}

#[test]
fn row_16_absent_signals_are_absent() {
    for signals in [r#""signals":[]"#, r#""signals":null"#, r#""more":1"#] {
        let state = state(signals);
        assert!(state.signals.is_empty());
        assert!(state.signal_by_code("charge-ischarging").is_none());
    }
}

#[test]
fn row_17_a_signal_without_status_was_read() {
    let signal = signal(r#"{"code":"a-b","body":{"value":1}}"#);
    assert!(!signal.is_error());
    assert_eq!(signal.body().unwrap().as_str(), r#"{"value":1}"#);
}

#[test]
fn row_18_a_body_beside_an_error_is_no_reading() {
    let state = fixture("v4-vehicle-state").read::<VehicleState>().unwrap();
    let rate = state.signal_by_code("charge-chargerate").unwrap();
    assert!(rate.is_error() && rate.body().is_none());
    assert_eq!(rate.error().unwrap().error_type, ErrorType::VEHICLE_STATE);
    assert_eq!(rate.error().unwrap().code.as_deref(), Some("NOT_CHARGING"));
    assert_eq!(
        rate.sent_body().unwrap().as_str(),
        r#"{"value":11,"unit":"km/h"}"#
    );
    for status in [
        r#"{"value":"ERROR"}"#,
        r#"{"value":"error"}"#,
        r#"{"error":{}}"#,
    ] {
        let signal = signal(&format!(
            r#"{{"code":"a-b","body":{{}},"status":{status}}}"#
        ));
        assert!(signal.is_error() && signal.body().is_none(), "{status}");
    }
}

#[test]
fn row_19_codes_and_resolutions_may_be_null_missing_or_strings() {
    let cases = [
        (r#""resolution":null"#, None),
        (r#""code":"X""#, None),
        (r#""resolution":{"type":null}"#, Some(None)),
        (r#""resolution":{}"#, Some(None)),
        (
            r#""resolution":{"type":"RETRY_LATER"}"#,
            Some(Some("RETRY_LATER")),
        ),
        (r#""resolution":"RETRY_LATER""#, Some(Some("RETRY_LATER"))),
    ];
    for (sent, expected) in cases {
        let error = errors(&format!(r#"{{"type":"UPSTREAM",{sent}}}"#));
        let resolution = error.errors[0].resolution.as_ref();
        assert_eq!(
            resolution.map(|it| it.resolution_type.as_deref()),
            expected,
            "{sent}"
        );
    }
    let state = fixture("v4-vehicle-state").read::<VehicleState>().unwrap();
    let denied = state.signal_by_code("hvac-cabintargettemperature").unwrap();
    assert_eq!(denied.error().unwrap().error_type, ErrorType::PERMISSION);
    assert_eq!(denied.error().unwrap().code, None);
}

#[test]
fn row_20_any_resolution_goes_with_any_code() {
    for resolution in [
        "null",
        r#"{"type":"CONTACT_SUPPORT"}"#,
        r#"{"type":"PRAY"}"#,
    ] {
        let error = errors(&format!(
            r#"{{"type":"COMPATIBILITY","code":"VEHICLE_NOT_CAPABLE","resolution":{resolution}}}"#
        ));
        assert_eq!(error.errors[0].code.as_deref(), Some("VEHICLE_NOT_CAPABLE"));
    }
}

#[test]
fn row_21_signals_of_an_error_are_objects_strings_or_absent() {
    let error = fixture("v4-vehicle-error").read::<VehicleError>().unwrap();
    let listed = error.errors[0].signals.as_ref().unwrap();
    let codes: Vec<_> = listed.iter().map(|it| &*it.code).collect();
    assert_eq!(codes, ["location-isathome", "charge-wattage"]);
    assert_eq!(listed[1].group.as_deref(), Some("Charge"));
    // Absent means every signal of the vehicle.
    assert_eq!(error.errors[2].signals, None);
    assert_eq!(
        errors(r#"{"type":"SERVER","signals":[]}"#).errors[0].signals,
        Some(Vec::new())
    );
    // Name and group have been seen swapped: the code counts.
    let swapped = errors(
        r#"{"type":"SERVER","signals":[{"code":"charge-wattage","name":"Charge","group":"Wattage"}]}"#,
    );
    assert_eq!(
        swapped.errors[0].signals.as_ref().unwrap()[0].code,
        "charge-wattage"
    );
}

#[test]
fn row_22_an_error_without_a_state_came_up() {
    for (state, resolved) in [
        ("", false),
        (r#","state":null"#, false),
        (r#","state":"ERROR""#, false),
        (r#","state":"resolved""#, true),
        (r#","state":"PENDING""#, false),
    ] {
        let error = errors(&format!(r#"{{"type":"SERVER"{state}}}"#));
        assert_eq!(error.errors[0].is_resolved(), resolved, "{state}");
    }
}

#[test]
fn rows_23_to_26_bodies_are_handed_over_as_sent() {
    let bodies = [
        // Limit types have changed their name and their case.
        r#"{"values":[{"type":"CONNECTOR","limit":80},{"type":"charging_type","limit":80}]}"#,
        // Documented as a list, sent as an object by the test button of 2025.
        r#"{"values":{"doors":[{"row":0,"isOpen":false}]}}"#,
        // Units are spelled in several ways, or left out.
        r#"{"value":12,"unit":"kilowatt_hours"}"#,
        r#"{"value":12}"#,
        // Labelled bar, and certainly no bar.
        r#"{"values":[{"tirePressure":699.9}],"unit":"bar"}"#,
    ];
    for body in bodies {
        let signal = signal(&format!(r#"{{"code":"a-b","body":{body}}}"#));
        assert_eq!(signal.body().unwrap().as_str(), body);
    }
}

#[test]
fn row_28_error_types_are_open() {
    let error =
        errors(r#"{"type":"CONNECT_SERVICES_ACCOUNT"},{"type":"CONNECTED_SERVICES_ACCOUNT"}"#);
    assert_eq!(error.errors[0].error_type, "CONNECT_SERVICES_ACCOUNT");
    assert_eq!(
        error.errors[1].error_type,
        ErrorType::CONNECTED_SERVICES_ACCOUNT
    );
}

#[test]
fn row_29_ids_are_opaque() {
    for id in [
        "0B6F6A0E",
        "user_1234567890",
        "wh_00000000",
        "93b3ea96-ca37-43a9-9073-f4334719iok7",
        "é",
        "a\\\"b",
    ] {
        let body = format!(
            r#"{{"eventType":"VEHICLE_STATE","eventId":"{id}","data":{{"user":{{"id":"{id}"}},"vehicle":{{"id":"{id}"}}}}}}"#
        );
        let state = delivery(&*body).read::<VehicleState>().unwrap();
        let id = id.replace("\\\"", "\"");
        assert_eq!(state.vehicle.id, *id);
        assert_eq!(state.user.id.as_ref().unwrap().as_str(), id);
        assert_eq!(state.envelope().event_id.as_deref(), Some(&*id));
    }
    // Ids of some endpoints are numbers.
    let number =
        delivery(r#"{"eventType":"VEHICLE_STATE","eventId":17,"data":{"vehicle":{"id":12}}}"#);
    assert_eq!(number.envelope().event_id.as_deref(), Some("17"));
    assert_eq!(number.read::<VehicleState>().unwrap().vehicle.id, "12");
}

#[test]
fn row_31_json_is_strict() {
    for body in [
        r#"{"eventType":"VEHICLE_STATE",}"#,
        "{'eventType':1}",
        "{} {}",
        "// c\n{}",
        "NaN",
    ] {
        let err = Delivery::assume_verified(body.into()).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::NotAnObject, "{body}");
    }
    assert!(Delivery::assume_verified(" \r\n\t{} \n".into()).is_ok());
}

#[test]
fn row_35_of_keys_that_repeat_the_last_one_counts() {
    let body = r#"{"eventType":"VEHICLE_ERROR","eventId":"e1","eventType":"VEHICLE_STATE","eventId":"e2","data":{"vehicle":{"id":"v1","id":"v2"}}}"#;
    let state = delivery(body).read::<VehicleState>().unwrap();
    assert_eq!(state.envelope().event_type, Some(EventType::VEHICLE_STATE));
    assert_eq!(state.envelope().event_id.as_deref(), Some("e2"));
    assert_eq!(state.vehicle.id, "v2");
}

#[test]
fn a_year_may_be_a_string() {
    for (sent, year) in [
        ("2020", Some(2020)),
        (r#""2020""#, Some(2020)),
        ("2020.0", Some(2020)),
        ("2020.5", None),
        ("-1", None),
        (r#""""#, None),
    ] {
        let body = format!(
            r#"{{"eventType":"VEHICLE_STATE","data":{{"vehicle":{{"id":"v1","year":{sent}}}}}}}"#
        );
        let state = delivery(body).read::<VehicleState>().unwrap();
        assert_eq!(state.vehicle.year, year, "{sent}");
        assert_eq!(state.vehicle.extra.get("year").is_none(), year.is_some());
    }
}

#[test]
fn version_3_is_read_as_4() {
    let body = r#"{"eventId":"1234567890","eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v1","vin":"V1N"},"signals":[{"code":"a-b","body":{"percentage":75}}],"user":{"id":"u1"}},"triggers":[],"meta":{"version":"3.0","deliveredAt":1700000000,"signalCount":5}}"#;
    let state = delivery(body).read::<VehicleState>().unwrap();
    assert_eq!(state.envelope().generation, Generation::V4);
    assert_eq!(state.envelope().version.as_deref(), Some("3.0"));
    assert_eq!(
        state
            .envelope()
            .meta
            .delivered_at
            .as_ref()
            .unwrap()
            .millis(),
        Some(1_700_000_000_000)
    );
    assert_eq!(state.vehicle.vin.as_ref().unwrap().as_str(), "V1N");
}

#[test]
fn the_order_of_keys_does_not_count() {
    let body = r#"{"meta":{"version":"4.0"},"triggers":["Charge.IsCharging"],"data":{"signals":[{"body":{"value":1},"code":"a-b"}],"vehicle":{"id":"v1"}},"eventType":"VEHICLE_STATE","eventId":"e1"}"#;
    let state = delivery(body).read::<VehicleState>().unwrap();
    assert_eq!(state.signals.len() + state.triggers.len(), 2);
}

#[test]
fn keys_for_idempotency_follow_the_kind() {
    let cases = [
        (
            r#"{"eventType":"VEHICLE_STATE","eventId":"e1","meta":{"deliveryId":"d1"}}"#,
            "event:e1",
        ),
        (
            r#"{"eventType":"VEHICLE_STATE","eventId":"e1","meta":{"deliveryId":"d2"}}"#,
            "event:e1",
        ),
        (
            r#"{"eventName":"eventBased","payload":{"eventId":"e2","eventType":"CHARGING_STARTED"}}"#,
            "event:e2",
        ),
        // sha256 of "r1\nr2\n", and of the bodies, by `sha256sum`.
        (
            r#"{"eventName":"dynamic","payload":{"vehicles":[{"requestId":"r1"},{"requestId":"r2"}]}}"#,
            "requests:041f633e79199d3227c2e5cc0c4bba82f907c5a1f7fd2841d2add5e893d0e2f2",
        ),
        (
            r#"{"eventName":"dynamic","payload":{"vehicles":[{"requestId":"r1"},{}]}}"#,
            "body:",
        ),
        (
            r#"{"eventName":"dynamic","payload":{"vehicles":[]}}"#,
            "body:",
        ),
        (
            "{}",
            "body:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        ),
    ];
    for (body, key) in cases {
        let actual = delivery(body).idempotency_key();
        assert!(
            actual == key || key == "body:" && actual.starts_with(key),
            "{body}: {actual}"
        );
    }
}
