use smartcar_webhook_core::payload::DriftKind::{
    self, Missing, UnknownField, UnknownValue, WrongType,
};

use smartcar_webhook_core::payload::RawJson;
use smartcar_webhook_core::signal::{LocationPreciseLocation, SignalType};

use crate::{delivery, fixture};

fn drift(body: &str) -> Vec<(String, DriftKind)> {
    let drift = delivery(body).drift();
    drift
        .iter()
        .map(|it| (it.path().to_owned(), it.kind()))
        .collect()
}

fn assert_drift(body: &str, expected: &[(&str, DriftKind)]) {
    let found = drift(body);
    let found: Vec<_> = found.iter().map(|it| (&*it.0, it.1)).collect();
    assert_eq!(found, expected, "{body}");
}

/// What is sent today is what is declared.
#[test]
fn deliveries_as_they_are_sent_do_not_drift() {
    for name in [
        "v4-vehicle-state",
        "v2-event-based",
        "v2-dynamic",
        "v2-schedule",
        "v2-scheduled",
    ] {
        assert_eq!(fixture(name).drift(), [], "{name}");
    }
}

const STATE: &str = r#"{"eventId":"e1","eventType":"VEHICLE_STATE","data":{"user":{"id":"u1"},"vehicle":{"id":"v1","make":"M","model":"M","year":2020},"signals":[SIGNALS]},"triggers":[],"meta":{"version":"4.0","deliveryId":"d1","deliveredAt":1,"webhookId":"w1","webhookName":"W"}}"#;

fn signal(rest: &str) -> String {
    STATE.replace(
        "SIGNALS",
        &format!(r#"{{"name":"IsCharging","group":"Charge",{rest}}}"#),
    )
}

#[test]
fn every_kind_of_drift_is_found_where_it_is() {
    assert_drift(&STATE.replace("SIGNALS", ""), &[]);
    assert_drift(
        r#"{"eventType":"VEHICLE_STATE","new":1,"data":{"vehicle":{"id":7,"mode":"shadow","year":"2020","odd key":1},"signals":{}},"triggers":["MOON"],"meta":null}"#,
        &[
            ("eventId", Missing),
            ("data.user", Missing),
            ("data.vehicle.id", WrongType),
            ("data.vehicle.make", Missing),
            ("data.vehicle.model", Missing),
            ("data.vehicle.year", WrongType),
            ("data.vehicle.mode", UnknownValue),
            (r#"data.vehicle["odd key"]"#, UnknownField),
            ("data.signals", WrongType),
            ("triggers[0]", UnknownValue),
            ("meta", Missing),
            ("new", UnknownField),
        ],
    );
    for latitude in ["57", "57.0", "57.70", "5.7e1"] {
        let body = format!(
            r#""code":"location-preciselocation","body":{{"latitude":{latitude},"longitude":11}}"#
        );
        assert_drift(&signal(&body), &[]);
    }
    assert_drift(
        &signal(r#""code":"charge-ischarging","body":{"value":true}"#),
        &[],
    );
    assert_drift(
        &signal(r#""code":"charge-ischarging","body":{"value":"yes","since":1}"#),
        &[
            ("data.signals[0].body.value", WrongType),
            ("data.signals[0].body.since", UnknownField),
        ],
    );
    assert_drift(
        &signal(
            r#""code":"charge-ischarging","body":{"old":1},"status":{"value":"ERROR","error":{"type":"SERVER","code":"INTERNAL"}}"#,
        ),
        &[],
    );
    assert_drift(
        &signal(r#""code":"charge-isfull","body":{},"status":{"value":"PERHAPS"}"#),
        &[
            ("data.signals[0].status.value", UnknownValue),
            ("data.signals[0].code", UnknownValue),
        ],
    );
}

#[test]
fn generation_2_drifts_too() {
    let data = r#"{"path":"/battery","code":200,"body":{"percentRemaining":"half","range":1}},{"path":"/horn","code":200,"body":{}},{"path":"/fuel","code":409,"body":{"type":"VEHICLE_STATE","code":"HUNGRY","description":"d"}},7"#;
    let vehicle = format!(r#"{{"vehicleId":"v1","requestId":"r1","data":[{data}]}}"#);
    assert_drift(
        &format!(
            r#"{{"version":"2.0","webhookId":"w1","eventName":"schedule","mode":"live","payload":{{"vehicles":[{vehicle}]}}}}"#
        ),
        &[
            ("payload.vehicles[0].data[3]", WrongType),
            (
                "payload.vehicles[0].data[0].body.percentRemaining",
                WrongType,
            ),
            ("payload.vehicles[0].data[1].path", UnknownValue),
            ("payload.vehicles[0].data[2].body.code", UnknownValue),
        ],
    );
    assert_drift(
        r#"{"version":"2.0","webhookId":"w1","eventName":"eventBased","mode":"live","payload":{"eventId":"e1","eventType":"CHARGING_STARTED","vehicleId":"v1"}}"#,
        &[("payload.eventTime", Missing)],
    );
    for (body, path, kind) in [
        (
            r#"{"eventType":"MOON_PHASE","x":1}"#,
            "eventType",
            UnknownValue,
        ),
        (r#"{"eventName":"diagnostics"}"#, "eventName", UnknownValue),
        (
            r#"{"eventName":"eventBased","payload":{"eventType":"MOON"}}"#,
            "payload.eventType",
            UnknownValue,
        ),
        ("{}", "eventType", Missing),
    ] {
        assert_drift(body, &[(path, kind)]);
    }
}

/// What is taken, if loosely, is not what keeps a body from being read.
#[test]
fn the_path_of_a_misfit_is_that_of_what_is_missing() {
    for body in [r#"{"latitude":57.0}"#, r#"{"latitude":"57.7"}"#] {
        let body = RawJson::parse(body).unwrap();
        let err = LocationPreciseLocation::read(&body).unwrap_err();
        assert_eq!(err.path(), Some("longitude"));
    }
}

/// A body made to differ everywhere does not fill the memory.
#[test]
fn there_is_an_end_to_it() {
    let members: Vec<_> = (0..5000).map(|it| format!(r#""k{it}":1"#)).collect();
    let members = members.join(",");
    let body = format!(r#"{{"eventType":"VEHICLE_ERROR",{members}}}"#);
    assert_eq!(drift(&body).len(), 1000);
    let long = format!(
        r#"{{"eventType":"VEHICLE_ERROR","{}":1}}"#,
        "é".repeat(100_000)
    );
    let last = drift(&long).pop().unwrap();
    assert!(last.0.len() < 200, "{}", last.0.len());
}

#[test]
fn paths_hold_no_values() {
    let body = r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v1","vin":["V1N9"],"mode":"V1N9"}}}"#;
    for drift in delivery(body).drift() {
        assert!(!format!("{drift} {drift:?}").contains("V1N9"));
    }
}
