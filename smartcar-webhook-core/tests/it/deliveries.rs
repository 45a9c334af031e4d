//! Every fixture, whole and damaged.

use std::collections::BTreeSet;
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
        let outcome = match &*name {
            "unknown-type" => Outcome::FellBack,
            _ => Outcome::Handled,
        };
        assert_eq!(response.extensions().get(), Some(&outcome), "{name}");
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

/// A value of every kind, the odd ones among it.
const ODDITIES: [&str; 12] = [
    "null",
    "true",
    "-1.5",
    "1e999",
    r#""odd""#,
    r#""\ud800""#,
    r#""""#,
    "[]",
    "[[1]]",
    r#"[{"odd":1}]"#,
    "{}",
    r#"{"odd":{"a":1}}"#,
];

/// Every fixture with every value replaced by every oddity: its name, what was replaced, and the body.
fn damaged() -> Vec<(String, String, String)> {
    let mut damaged = Vec::new();
    for (name, body, _) in fixtures() {
        let whole: Value = serde_json::from_slice(&body).unwrap();
        let mut found = Vec::new();
        paths(&whole, "", &mut found);
        for path in found {
            let mut marked = whole.clone();
            *marked.pointer_mut(&path).unwrap() = json!("MARK");
            let marked = marked.to_string();
            for oddity in ODDITIES {
                let body = marked.replace("\"MARK\"", oddity);
                damaged.push((name.clone(), path.clone(), body));
            }
        }
    }
    damaged
}

/// Whatever is in the place of whatever value, the delivery is acknowledged and reaches somebody.
#[tokio::test]
async fn no_value_of_another_kind_loses_a_delivery() {
    let damaged = damaged();
    assert!(damaged.len() > 3000, "{}", damaged.len());
    for (name, path, body) in damaged {
        let seen = Seen::default();
        let outcome = router(&seen).oneshot(crate::delivery(body)).await.unwrap();
        let handled = matches!(outcome, Outcome::Handled | Outcome::FellBack);
        assert!(handled && seen.lock().unwrap().len() == 1, "{name}{path}");
    }
}

/// Only what makes a payload what it is sends it to the fallback; every other oddity stays with its handler.
#[tokio::test]
async fn few_oddities_keep_a_delivery_from_its_handler() {
    let mut to_fallback = BTreeSet::new();
    for (name, path, body) in damaged() {
        let seen = Seen::default();
        router(&seen).oneshot(crate::delivery(body)).await.unwrap();
        if seen.lock().unwrap()[0].0 == "fallback" && name != "unknown-type" {
            let generation = name.split('-').next().unwrap();
            let path = path.replace("/0/", "/*/").replace("/1/", "/*/");
            to_fallback.insert(format!("{generation}{path}"));
        }
    }
    let expected = [
        "v2/eventName",
        "v2/payload",
        "v2/payload/eventType",
        "v2/payload/vehicleId",
        "v2/payload/vehicles",
        "v2/payload/vehicles/*/vehicleId",
        "v2/payload/vehicles/0",
        "v2/payload/vehicles/1",
        "v4/data",
        "v4/data/errors",
        "v4/data/signals",
        "v4/data/vehicle",
        "v4/data/vehicle/id",
        "v4/eventType",
    ];
    let to_fallback: Vec<_> = to_fallback.iter().map(String::as_str).collect();
    assert_eq!(to_fallback, expected);
}
