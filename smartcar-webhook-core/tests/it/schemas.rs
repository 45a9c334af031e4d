//! The JSON Schemas, beside what they describe.

use std::collections::BTreeMap;

use jsonschema::Validator;
use serde_json::Value;
use smartcar_webhook_core::Delivery;
use smartcar_webhook_core::payload::{DriftKind, EventType};
use smartcar_webhook_core::schema;

use crate::fixtures;

fn validators() -> BTreeMap<String, Validator> {
    let validator = |it: &Value| jsonschema::draft202012::new(it).unwrap();
    let all = schema::all().into_iter();
    all.map(|(event_type, schema)| {
        assert!(jsonschema::draft202012::meta::is_valid(schema.as_value()));
        (event_type.as_str().to_owned(), validator(schema.as_value()))
    })
    .collect()
}

/// What a schema refuses is what drift calls missing or of the wrong type, and nothing else.
#[test]
fn schemas_and_drift_agree_on_every_fixture() {
    let validators = validators();
    assert_eq!(validators.len(), 7);
    let mut valid = 0;
    for (name, body, _) in fixtures() {
        let delivery = Delivery::assume_verified(body.clone().into()).unwrap();
        let event_type = delivery.envelope().event_type.as_ref();
        let event_type = event_type.and_then(EventType::known);
        let Some(validator) = event_type.and_then(|it| validators.get(it.as_str())) else {
            continue;
        };
        let body: Value = serde_json::from_slice(&body).unwrap();
        let drift = delivery.drift().into_iter();
        let drift: Vec<_> = drift
            .filter(|it| matches!(it.kind(), DriftKind::Missing | DriftKind::WrongType))
            .collect();
        let errors: Vec<_> = validator
            .iter_errors(&body)
            .map(|it| it.to_string())
            .collect();
        assert_eq!(
            errors.is_empty(),
            drift.is_empty(),
            "{name}: {errors:?} {drift:?}"
        );
        valid += usize::from(errors.is_empty());
    }
    assert!(valid >= 5, "{valid}");
}

#[test]
fn schemas_go_down_to_the_bodies() {
    let validators = validators();
    let is_valid = |event_type: &str, from: &str, to: &str| {
        let name = match event_type {
            "VEHICLE_STATE" => "v4-vehicle-state",
            _ => "v2-dynamic",
        };
        let (_, body, _) = fixtures().into_iter().find(|it| it.0 == name).unwrap();
        let body = String::from_utf8(body).unwrap();
        assert!(body.contains(from), "{from}");
        let body: Value = serde_json::from_str(&body.replace(from, to)).unwrap();
        validators[event_type].is_valid(&body)
    };
    assert!(is_valid(
        "VEHICLE_STATE",
        r#""value":64.5"#,
        r#""value":64"#
    ));
    assert!(!is_valid(
        "VEHICLE_STATE",
        r#""value":64.5"#,
        r#""value":"full""#
    ));
    assert!(!is_valid(
        "VEHICLE_STATE",
        r#""eventType":"VEHICLE_STATE""#,
        r#""eventType":"OTHER""#
    ));
    assert!(is_valid(
        "VEHICLE_STATE",
        r#""eventType""#,
        r#""new":1,"eventType""#
    ));
    assert!(is_valid(
        "dynamic",
        r#""percentRemaining":0.58"#,
        r#""percentRemaining":1"#
    ));
    assert!(!is_valid(
        "dynamic",
        r#""percentRemaining":0.58"#,
        r#""percentRemaining":[]"#
    ));
    assert!(!is_valid(
        "dynamic",
        r#""eventName":"dynamic""#,
        r#""eventName":"schedule""#
    ));
}

/// What users declare may hold the types of the library.
#[test]
fn schemas_are_derived_for_types_that_hold_ours() {
    use smartcar_webhook_core::Unit;
    use smartcar_webhook_core::payload::{Text, Timestamp, v4};

    #[derive(schemars::JsonSchema)]
    #[expect(dead_code, reason = "its schema is looked at")]
    struct Own {
        vehicle: v4::Vehicle,
        at: Timestamp,
        unit: Unit,
        note: Option<Text>,
    }

    let schema = schemars::schema_for!(Own);
    let validator = jsonschema::draft202012::new(schema.as_value()).unwrap();
    let vehicle = r#"{"id":"v1","make":"M","model":"M","year":2020}"#;
    let own = format!(r#"{{"vehicle":{vehicle},"at":"2026-03-01T22:00:00Z","unit":"km"}}"#);
    let own: Value = serde_json::from_str(&own).unwrap();
    assert!(validator.is_valid(&own));
    assert!(!validator.is_valid(&serde_json::json!({"vehicle": {}, "at": 1, "unit": 7})));
}
