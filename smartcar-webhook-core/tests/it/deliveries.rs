//! Every fixture, whole and damaged.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use http::Request;
use serde_json::{Value, json};
use smartcar_webhook_core::payload::v2::{
    ChargingCompleted, ChargingStarted, ChargingStopped, Dynamic, Schedule,
};
use smartcar_webhook_core::payload::v4::{VehicleError, VehicleState};
use smartcar_webhook_core::{
    BoxError, Delivery, EventRouter, ManagementToken, Outcome, SC_SIGNATURE, Webhook,
};
use tower::ServiceExt;

use crate::{FIXTURES, TOKEN, fixtures, listed};

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
        .on(note!("charging_stopped", Delivery<ChargingStopped>))
        .on(note!("charging_completed", Delivery<ChargingCompleted>))
        .on(note!("schedule", Delivery<Schedule>))
        .on(note!("dynamic", Delivery<Dynamic>))
        .fallback(note!("fallback", Delivery))
}

/// The file of everything a signal may lack.
const NULLS: &str = "v4-vehicle-state-errors-and-nulls";

/// Fixtures of so many values that it would take long to damage each; most are in bodies, which are not looked into here.
const LARGE: [&str; 3] = [
    "v2-schedule-every-endpoint",
    NULLS,
    "v4-vehicle-state-every-signal",
];

#[test]
fn every_file_is_in_its_table_and_as_on_the_wire() {
    let verify = format!("{FIXTURES}/verify");
    for (folder, table) in [(FIXTURES, "signatures.tsv"), (&*verify, "answers.tsv")] {
        let files = std::fs::read_dir(folder).unwrap();
        let names = files.map(|it| it.unwrap().file_name().into_string().unwrap());
        let names: BTreeSet<_> = names
            .filter_map(|it| it.strip_suffix(".json").map(str::to_owned))
            .collect();
        let rows = listed(folder, table);
        assert_eq!(rows.len(), names.len());
        for (name, body, _) in rows {
            assert!(names.contains(&name), "{name}");
            // Compact, if it is as long when written anew; keys that repeat are written once.
            let anew = serde_json::from_slice::<Value>(&body).unwrap().to_string();
            let is_compact = anew.len() == body.len() || name == "v4-keys-that-repeat";
            assert!(is_compact && !body.contains(&b'\n'), "{name}");
        }
    }
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
            "v2-event-based-stopped" => "charging_stopped",
            "v2-event-based-time-as-timestamp" => "charging_completed",
            name if name.starts_with("v2-dynamic") => "dynamic",
            name if name.starts_with("v2-schedule") => "schedule",
            name if name.contains("-error") && name != NULLS => "vehicle_error",
            _ => "vehicle_state",
        };
        assert_eq!(*seen.lock().unwrap(), [(handler, body)], "{name}");
    }
}

/// Every way to the values below, deepest last.
pub(crate) fn paths(value: &Value, here: &str, found: &mut Vec<String>) {
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

/// Every small fixture with every value replaced by every oddity: its name, what was replaced, and the body.
fn damaged() -> Vec<(String, String, String)> {
    let mut damaged = Vec::new();
    let small = fixtures().into_iter().filter(|it| !LARGE.contains(&&*it.0));
    for (name, body, _) in small {
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
    assert!(damaged.len() > 20_000, "{}", damaged.len());
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
        // Where no other id is sent.
        "v4/vehicleId",
    ];
    let to_fallback: Vec<_> = to_fallback.iter().map(String::as_str).collect();
    assert_eq!(to_fallback, expected);
}
