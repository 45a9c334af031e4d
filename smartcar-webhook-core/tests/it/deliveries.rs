//! Every fixture, whole and damaged.

use std::sync::{Arc, Mutex};

use http::Request;
use serde_json::{Value, json};
use smartcar_webhook_core::payload::v2::{ChargingStarted, Dynamic, Schedule};
use smartcar_webhook_core::payload::v4::{VehicleError, VehicleState};
use smartcar_webhook_core::{
    BoxError, Delivery, EventRouter, ManagementToken, Outcome, SC_SIGNATURE, Webhook,
};
use tower::ServiceExt;

use crate::{TOKEN, fixtures};

type Seen = Arc<Mutex<Vec<(&'static str, Vec<u8>)>>>;

/// A router that notes which handler got which bytes.
fn router(seen: &Seen) -> EventRouter {
    macro_rules! note {
        ($name:literal, $delivery:ty) => {{
            let seen = Arc::clone(seen);
            move |delivery: $delivery| {
                seen.lock().unwrap().push(($name, delivery.raw().to_vec()));
                std::future::ready(Ok::<_, BoxError>(()))
            }
        }};
    }
    EventRouter::new()
        .on(note!("vehicle_state", Delivery<VehicleState>))
        .on(note!("vehicle_error", Delivery<VehicleError>))
        .on(note!("charging_started", Delivery<ChargingStarted>))
        .on(note!("schedule", Delivery<Schedule>))
        .on(note!("dynamic", Delivery<Dynamic>))
        .fallback(note!("fallback", Delivery))
}

#[tokio::test]
async fn every_fixture_reaches_its_handler_byte_for_byte() {
    for (name, body, signature) in fixtures() {
        let seen = Seen::default();
        let token = ManagementToken::new(TOKEN).unwrap();
        let webhook = Webhook::new(token, router(&seen));
        let post = |body: Vec<u8>| {
            let request = Request::post("/").header(SC_SIGNATURE, &signature);
            webhook.clone().oneshot(request.body(body.into()).unwrap())
        };

        for at in [0, body.len() / 2, body.len() - 1] {
            let mut wrong = body.clone();
            wrong[at] ^= 1;
            assert_eq!(post(wrong).await.unwrap().status(), 401, "{name}");
        }
        assert!(seen.lock().unwrap().is_empty());

        let response = post(body.clone()).await.unwrap();
        assert_eq!(response.status(), 200, "{name}");
        assert_eq!(response.extensions().get(), Some(&Outcome::Handled));
        let handler = match &*name {
            "unknown-type" => "fallback",
            "v2-event-based" => "charging_started",
            "v2-dynamic" => "dynamic",
            name if name.starts_with("v2-schedule") => "schedule",
            name if name.starts_with("v4-vehicle-state") => "vehicle_state",
            _ => "vehicle_error",
        };
        assert_eq!(*seen.lock().unwrap(), [(handler, body)], "{name}");
    }
}

/// Every way to the values below, deepest last.
fn paths(value: &Value, here: &str, found: &mut Vec<String>) {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(k, v)| (k.clone(), v)).collect(),
        Value::Array(items) => (0..).map(|i: usize| i.to_string()).zip(items).collect(),
        _ => return,
    };
    for (key, value) in members {
        let path = format!("{here}/{key}");
        found.push(path.clone());
        paths(value, &path, found);
    }
}

/// Puts every kind of value in the place of every value of every fixture: all of it is acknowledged and reaches somebody.
#[tokio::test]
async fn no_value_of_another_kind_loses_a_delivery() {
    let mut tried = 0;
    let oddities = [
        json!(null),
        json!(true),
        json!(-1.5),
        json!("odd"),
        json!([]),
        json!([[1]]),
        json!({}),
        json!({"odd": {"a": 1}}),
    ];
    for (name, body, _) in fixtures() {
        let whole: Value = serde_json::from_slice(&body).unwrap();
        let mut found = Vec::new();
        paths(&whole, "", &mut found);
        for path in found {
            for oddity in &oddities {
                let mut damaged = whole.clone();
                *damaged.pointer_mut(&path).unwrap() = oddity.clone();
                let seen = Seen::default();
                let delivery = crate::delivery(damaged.to_string());
                let outcome = router(&seen).oneshot(delivery).await;
                assert_eq!(outcome.unwrap(), Outcome::Handled, "{name}{path} {oddity}");
                assert_eq!(seen.lock().unwrap().len(), 1, "{name}{path} {oddity}");
                tried += 1;
            }
        }
    }
    assert!(tried > 2000, "{tried}");
}

/// Only what makes a payload what it is sends it to the fallback; every other oddity stays with its handler.
#[tokio::test]
async fn few_oddities_keep_a_delivery_from_its_handler() {
    let mut to_fallback = Vec::new();
    for (name, body, _) in fixtures() {
        let whole: Value = serde_json::from_slice(&body).unwrap();
        let mut found = Vec::new();
        paths(&whole, "", &mut found);
        for path in found {
            let mut damaged = whole.clone();
            *damaged.pointer_mut(&path).unwrap() = json!([{"odd": 1}]);
            let seen = Seen::default();
            let outcome = router(&seen).oneshot(crate::delivery(damaged.to_string()));
            outcome.await.unwrap();
            if seen.lock().unwrap()[0].0 == "fallback" && name != "unknown-type" {
                to_fallback.push(format!("{name}{path}"));
            }
        }
    }
    let expected = [
        "v2-dynamic/eventName",
        "v2-dynamic/payload",
        "v2-event-based/eventName",
        "v2-event-based/payload",
        "v2-event-based/payload/eventType",
        "v2-event-based/payload/vehicleId",
        "v2-schedule/eventName",
        "v2-schedule/payload",
        "v2-scheduled/eventName",
        "v2-scheduled/payload",
        "v4-vehicle-error/data",
        "v4-vehicle-error/data/vehicle",
        "v4-vehicle-error/data/vehicle/id",
        "v4-vehicle-error/eventType",
        "v4-vehicle-error-resolved/data",
        "v4-vehicle-error-resolved/data/vehicle",
        "v4-vehicle-error-resolved/data/vehicle/id",
        "v4-vehicle-error-resolved/eventType",
        "v4-vehicle-state/data",
        "v4-vehicle-state/data/vehicle",
        "v4-vehicle-state/data/vehicle/id",
        "v4-vehicle-state/eventType",
        "v4-vehicle-state-as-documented/data",
        "v4-vehicle-state-as-documented/eventType",
    ];
    to_fallback.sort();
    let mut expected = expected.map(str::to_owned).to_vec();
    expected.sort();
    assert_eq!(to_fallback, expected);
}
