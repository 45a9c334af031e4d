//! Bodies of five sizes, compact as they are sent.

use serde_json::{Value, json};

/// A name by size, and the body.
pub(crate) fn all() -> Vec<(&'static str, String)> {
    vec![
        ("0.3 KB", event().to_string()),
        ("1.3 KB", v2("dynamic", 1, 6).to_string()),
        ("6 KB", state(24).to_string()),
        ("28 KB", state(124).to_string()),
        ("1 MB", v2("schedule", 940, 6).to_string()),
    ]
}

fn id(number: usize) -> String {
    format!("8d3e3aee-6f0d-4f0e-8a53-{number:012}")
}

fn event() -> Value {
    json!({
        "version": "2.0",
        "webhookId": id(1),
        "eventName": "eventBased",
        "mode": "live",
        "payload": {
            "eventId": id(2),
            "vehicleId": id(3),
            "eventType": "CHARGING_COMPLETED",
            "eventTime": "2026-03-01T22:00:00.000Z",
        },
    })
}

fn v2(event_name: &str, vehicles: usize, endpoints: usize) -> Value {
    let bodies = [
        (
            "/battery",
            json!({"percentRemaining": 0.58, "range": 283.244_544}),
        ),
        (
            "/charge",
            json!({"isPluggedIn": false, "state": "NOT_CHARGING"}),
        ),
        (
            "/location",
            json!({"latitude": 57.7087, "longitude": 11.9751}),
        ),
        ("/odometer", json!({"distance": 32_768.5})),
        (
            "/fuel",
            json!({"percentRemaining": 0.3, "amountRemaining": null, "range": 210}),
        ),
        (
            "/tires/pressure",
            json!({"frontLeft": 219, "frontRight": 219, "backLeft": 219, "backRight": 219}),
        ),
    ];
    let data: Vec<_> = bodies[..endpoints]
        .iter()
        .map(|(path, body)| {
            json!({
                "path": path,
                "code": 200,
                "body": body,
                "headers": {"sc-data-age": "2026-03-01T21:58:06.000Z", "sc-unit-system": "metric"},
            })
        })
        .collect();
    let vehicles: Vec<_> = (0..vehicles)
        .map(|it| json!({"vehicleId": id(it), "requestId": id(it + 10_000), "data": data}))
        .collect();
    json!({
        "version": "2.0",
        "webhookId": id(1),
        "eventName": event_name,
        "mode": "live",
        "payload": {"vehicles": vehicles},
    })
}

fn state(signals: usize) -> Value {
    let kinds = [
        (
            "TractionBattery",
            "StateOfCharge",
            json!({"unit": "percent", "value": 78}),
        ),
        ("Charge", "IsCharging", json!({"value": true})),
        (
            "Odometer",
            "TraveledDistance",
            json!({"unit": "km", "value": 78_432.1}),
        ),
        (
            "Location",
            "PreciseLocation",
            json!({"latitude": 57.7087, "longitude": 11.9751, "heading": 90, "direction": "E", "locationType": "CURRENT"}),
        ),
        (
            "VehicleIdentification",
            "Nickname",
            json!({"value": "Duck"}),
        ),
    ];
    let signals: Vec<_> = (0..signals)
        .map(|it| {
            let (group, name, body) = &kinds[it % kinds.len()];
            json!({
                "code": format!("{group}-{name}").to_lowercase(),
                "name": name,
                "group": group,
                "body": body,
                "status": {"value": "SUCCESS"},
                "meta": {"oemUpdatedAt": 1_772_402_390_000_u64, "retrievedAt": 1_772_402_395_000_u64},
            })
        })
        .collect();
    json!({
        "eventId": id(1),
        "eventType": "VEHICLE_STATE",
        "data": {
            "user": {"id": id(2)},
            "vehicle": {"id": id(3), "make": "POLESTAR", "model": "2", "year": 2023},
            "signals": signals,
        },
        "triggers": [{"type": "SIGNAL_UPDATED", "signal": {"name": "StateOfCharge", "group": "TractionBattery", "code": "tractionbattery-stateofcharge"}}],
        "meta": {
            "version": "4.0",
            "deliveryId": id(4),
            "deliveredAt": 1_772_402_400_000_u64,
            "webhookId": id(5),
            "webhookName": "Fleet",
            "signalCount": signals.len(),
            "mode": "LIVE",
        },
    })
}
