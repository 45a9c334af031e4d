//! The known contradictions between documentation and deliveries, one test for each that concerns shape.
//!
//! Rows 1 and 27 are in `payload_v2`, 5 is in `challenge`, more on 9 in `time`, on 18 and 23 in `signals`, on 25 in `unit`; 34 and the charset of 35 are conformance cases.

use smartcar_webhook_core::payload::v4::{
    Scope, Signal, SignalRef, TriggerKind, VehicleError, VehicleState,
};
use smartcar_webhook_core::payload::{
    Envelope, ErrorCode, ErrorType, EventType, Mode, ResolutionType,
};
use smartcar_webhook_core::{Delivery, ErrorKind};

use crate::{delivery, errors, fixture, state};

fn signal(json: &str) -> Signal {
    state(&format!(r#""signals":[{json}]"#)).signals[0].clone()
}

fn meta(meta: &str) -> Envelope {
    delivery(format!(r#"{{"eventType":"VEHICLE_STATE","meta":{meta}}}"#))
        .envelope()
        .clone()
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
        let meta = meta(sent).meta;
        assert_eq!(meta.delivered_at().unwrap().millis(), millis, "{sent}");
    }
    let odd = meta(r#"{"deliveredAt":{"at":1},"deliveryTime":1772402400000}"#);
    assert!(odd.meta.delivered_at().is_none());
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
        assert!(signal.meta.oem_updated_at().is_none(), "{meta}");
        assert!(signal.meta.retrieved_at().is_none(), "{meta}");
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
        assert_eq!(envelope.mode.unwrap().as_str(), sent);
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
        r#"{"code":"MOON_PHASE"}"#,
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
        assert!(state.triggers[0].signal().is_none());
    }
    for sent in unknown {
        for body in places(sent) {
            let state = delivery(&*body).read::<VehicleState>().unwrap();
            assert!(
                matches!(state.triggers[0].kind(), TriggerKind::Unknown),
                "{body}"
            );
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
    assert_eq!(charging.code(), "charge-ischarging");
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
    let read = signal(r#"{"code":"a-b","body":{"value":1}}"#);
    assert!(!read.is_error());
    assert_eq!(read.body().unwrap().as_str(), r#"{"value":1}"#);
    let empty = signal(r#"{"code":"a-b"}"#);
    assert!(!empty.is_error() && empty.body().is_none());
}

#[test]
fn row_18_a_body_beside_an_error_is_no_reading() {
    let state = fixture("v4-vehicle-state").read::<VehicleState>().unwrap();
    let rate = state.signal_by_code("charge-chargerate").unwrap();
    assert!(rate.is_error() && rate.body().is_none());
    assert_eq!(rate.error().unwrap().error_type, ErrorType::VEHICLE_STATE);
    assert_eq!(rate.error().unwrap().code, Some(ErrorCode::NOT_CHARGING));
    assert_eq!(
        rate.sent_body().unwrap().as_str(),
        r#"{"value":11,"unit":"km/h"}"#
    );
    for status in [
        r#"{"value":"ERROR"}"#,
        r#"{"value":"error"}"#,
        r#"{"error":{}}"#,
        r#"{"value":"UNAVAILABLE"}"#,
        r#"{"value":"MAYBE"}"#,
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
            resolution.map(|it| it.resolution_type.as_ref().map(ResolutionType::as_str)),
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
    let error = r#"{"type":"COMPATIBILITY","code":"VEHICLE_NOT_CAPABLE","resolution":"#;
    for resolution in ["CONTACT_SUPPORT", "PRAY"] {
        let error = errors(&format!(r#"{error}{{"type":"{resolution}"}}}}"#));
        assert_eq!(error.errors[0].code, Some(ErrorCode::VEHICLE_NOT_CAPABLE));
        let sent = error.errors[0].resolution.as_ref().unwrap();
        assert_eq!(sent.resolution_type, Some(resolution.into()));
    }
    assert!(
        errors(&format!("{error}null}}")).errors[0]
            .resolution
            .is_none()
    );
}

#[test]
fn row_21_signals_of_an_error_are_objects_strings_or_absent() {
    let error = fixture("v4-vehicle-error").read::<VehicleError>().unwrap();
    let Scope::Signals(listed) = error.errors[0].scope() else {
        panic!("{:?}", error.errors[0].scope());
    };
    let codes: Vec<_> = listed.iter().map(SignalRef::code).collect();
    assert_eq!(codes, ["location-isathome", "charge-wattage"]);
    assert_eq!(listed[1].group(), Some("Charge"));
    // Name and group have been seen swapped: the code counts.
    let swapped = r#"{"type":"SERVER","signals":[{"code":"charge-wattage","name":"Charge","group":"Wattage"}]}"#;
    let swapped = errors(swapped);
    assert!(
        matches!(swapped.errors[0].scope(), Scope::Signals([it]) if it.code() == "charge-wattage")
    );
    let none = errors(r#"{"type":"SERVER","signals":[]}"#);
    assert!(matches!(none.errors[0].scope(), Scope::Unknown));

    // Absent means the whole vehicle; something unreadable does not.
    assert!(matches!(error.errors[2].scope(), Scope::Vehicle));
    let null = errors(r#"{"type":"SERVER","signals":null}"#);
    assert!(matches!(null.errors[0].scope(), Scope::Vehicle));
    for odd in [r#""Charge.Wattage""#, "{}", "7"] {
        let error = errors(&format!(r#"{{"type":"SERVER","signals":{odd}}}"#));
        assert!(matches!(error.errors[0].scope(), Scope::Unknown), "{odd}");
        assert_eq!(error.errors[0].extra.get("signals").unwrap().as_str(), odd);
    }
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
fn row_23_types_of_charge_limits_are_left_as_sent() {
    for limit in ["CONNECTOR", "CHARGING_TYPE", "charging_type"] {
        let body = format!(r#"{{"values":[{{"type":"{limit}","limit":80}}],"activeLimit":null}}"#);
        let signal = signal(&format!(
            r#"{{"code":"charge-chargelimits","body":{body}}}"#
        ));
        assert_eq!(signal.body().unwrap().as_str(), body);
    }
}

#[test]
fn row_24_values_may_be_a_list_or_an_object() {
    #[derive(serde::Deserialize)]
    struct Doors {
        values: Vec<serde_json::Value>,
    }

    let signal = |values: &str| {
        let body = format!(r#"{{"values":{values}}}"#);
        signal(&format!(r#"{{"code":"closure-doors","body":{body}}}"#))
    };
    let list = signal(r#"[{"row":0,"isOpen":false}]"#);
    assert_eq!(
        list.body().unwrap().read::<Doors>().unwrap().values.len(),
        1
    );
    // As the test button sent it in 2025: another shape is an error of this one signal.
    let object = signal(r#"{"doors":[{"row":0,"isOpen":false}]}"#);
    let err = object.body().unwrap().read::<Doors>().err().unwrap();
    assert_eq!(
        (err.kind(), err.path()),
        (ErrorKind::Misfit, Some("values"))
    );
}

#[test]
fn row_25_units_are_left_as_sent() {
    for unit in [
        r#","unit":"kWh""#,
        r#","unit":"kilowatt_hours""#,
        r#","unit":null"#,
        "",
    ] {
        let body = format!(r#"{{"value":12{unit}}}"#);
        let signal = signal(&format!(r#"{{"code":"charge-energyadded","body":{body}}}"#));
        assert_eq!(signal.body().unwrap().as_str(), body);
    }
}

#[test]
fn row_26_tyre_pressures_are_not_converted() {
    let state = fixture("v4-vehicle-state").read::<VehicleState>().unwrap();
    let tires = state.signal_by_code("wheel-tires").unwrap().body().unwrap();
    assert!(tires.as_str().contains(r#""tirePressure":258"#));
    assert!(tires.as_str().contains(r#""unit":"bar""#));
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
fn row_35_a_byte_order_mark_is_no_json() {
    let err = Delivery::assume_verified("\u{feff}{}".into()).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::NotAnObject);
}
