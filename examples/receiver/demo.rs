//! Smartcar's side, played once.

use std::io::Write;

use serde_json::json;
use smartcar_webhook_core::{BoxError, ManagementToken, SC_SIGNATURE};

/// Sends a challenge, a delivery of every kind, a forged and an oversized one, and says what was answered.
pub(crate) async fn play(
    url: &str,
    token: &ManagementToken,
    mut out: impl Write,
) -> Result<(), BoxError> {
    let mut requests = vec![("a challenge", challenge(), None)];
    for (kind, body) in deliveries() {
        let signature = token.sign(body.as_bytes()).to_hex();
        requests.push((kind, body, Some(signature)));
    }
    let (_, genuine) = deliveries().remove(0);
    let signature = token.sign(genuine.as_bytes()).to_hex();
    let forged = genuine.replace("78", "79");
    requests.push(("a forged delivery", forged, Some(signature)));
    let oversized = format!("{{\"padding\":\"{}\"}}", "x".repeat(2 * 1024 * 1024));
    let signature = token.sign(oversized.as_bytes()).to_hex();
    requests.push(("an oversized delivery", oversized, Some(signature)));

    // Straight to the receiver, whatever proxy the environment names.
    let client = reqwest::Client::builder().no_proxy().build()?;
    for (kind, body, signature) in requests {
        let mut request = client.post(url).body(body);
        request = request.header("content-type", "application/json");
        if let Some(signature) = signature {
            request = request.header(SC_SIGNATURE, signature);
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        writeln!(
            out,
            "demo: {kind:<24} answered {status} {}",
            response.text().await?
        )?;
    }
    writeln!(out, "demo: over; still listening at {url}, Ctrl-C ends it")?;
    Ok(())
}

fn challenge() -> String {
    json!({
        "eventId": "6b1f0c52-7d0e-4a52-9f55-1d6f3ad6a000",
        "eventType": "VERIFY",
        "data": {"challenge": "a3Vq90ZtLwXe12Pm"},
        "meta": {
            "version": "4.0",
            "webhookId": "0d9f5a3e-55aa-4b5c-8c3e-7b1f3f0a9001",
            "webhookName": "Demo",
            "deliveryId": "5e0c9a10-3c5f-4a51-b0b0-0a4f6be7a000",
            "deliveredAt": "2026-03-01T22:00:00.000Z",
        },
    })
    .to_string()
}

/// A delivery of every kind, and of one that does not exist.
pub(crate) fn deliveries() -> Vec<(&'static str, String)> {
    vec![
        ("VEHICLE_STATE", vehicle_state()),
        ("VEHICLE_ERROR", vehicle_error()),
        (
            "CHARGING_STARTED",
            charging("CHARGING_STARTED", 3, "2026-03-01T22:04:05.000Z"),
        ),
        (
            "CHARGING_STOPPED",
            charging("CHARGING_STOPPED", 4, "2026-03-01T23:10:00.000Z"),
        ),
        (
            "CHARGING_COMPLETED",
            charging("CHARGING_COMPLETED", 5, "2026-03-02T03:30:00.000Z"),
        ),
        ("schedule", schedule()),
        ("dynamic", dynamic()),
        ("an unknown type", unknown()),
    ]
}

/// A 4.0 delivery about the one vehicle of the demo.
fn v4(event_type: &str, number: u8, mut data: serde_json::Value) -> serde_json::Value {
    data["user"] = json!({"id": "7a5e1f6c-9f0b-4c1d-a111-000000000001"});
    data["vehicle"] = json!({
        "id": "c0ffee00-1234-4321-8888-000000000001",
        "make": "ACME",
        "model": "Rover",
        "year": 2024,
    });
    json!({
        "eventId": format!("6b1f0c52-7d0e-4a52-9f55-1d6f3ad6a00{number}"),
        "eventType": event_type,
        "data": data,
        "meta": {
            "version": "4.0",
            "deliveryId": format!("5e0c9a10-3c5f-4a51-b0b0-0a4f6be7a00{number}"),
            "deliveredAt": 1_772_402_400_000_u64,
            "webhookId": "0d9f5a3e-55aa-4b5c-8c3e-7b1f3f0a9001",
            "webhookName": "Demo",
            "mode": "LIVE",
        },
    })
}

fn vehicle_state() -> String {
    let times =
        json!({"oemUpdatedAt": 1_772_402_390_000_u64, "retrievedAt": 1_772_402_395_000_u64});
    let mut delivery = v4(
        "VEHICLE_STATE",
        1,
        json!({"signals": [
            {
                "code": "tractionbattery-stateofcharge",
                "name": "StateOfCharge",
                "group": "TractionBattery",
                "body": {"value": 78, "unit": "percent"},
                "status": {"value": "SUCCESS"},
                "meta": times,
            },
            {
                "code": "charge-ischarging",
                "name": "IsCharging",
                "group": "Charge",
                "body": {"value": false},
                "status": {"value": "SUCCESS"},
                "meta": times,
            },
            {
                "code": "closure-islocked",
                "name": "IsLocked",
                "group": "Closure",
                "status": {"value": "ERROR", "error": {"type": "COMPATIBILITY", "code": "VEHICLE_NOT_CAPABLE"}},
            },
        ]}),
    );
    delivery["triggers"] = json!([{
        "type": "SIGNAL_UPDATED",
        "signal": {
            "name": "StateOfCharge",
            "group": "TractionBattery",
            "code": "tractionbattery-stateofcharge",
        },
    }]);
    delivery["meta"]["signalCount"] = json!(3);
    delivery.to_string()
}

fn vehicle_error() -> String {
    v4(
        "VEHICLE_ERROR",
        2,
        json!({"errors": [{
            "type": "VEHICLE_STATE",
            "code": "ASLEEP",
            "state": "ERROR",
            "description": "The vehicle sleeps and cannot be read.",
            "resolution": {"type": null},
            "signals": [{
                "code": "odometer-traveleddistance",
                "name": "TraveledDistance",
                "group": "Odometer",
            }],
        }]}),
    )
    .to_string()
}

fn unknown() -> String {
    v4("VEHICLE_TELEPORTED", 6, json!({})).to_string()
}

fn charging(event_type: &str, number: u8, event_time: &str) -> String {
    v2(
        "eventBased",
        "live",
        &json!({
            "eventId": format!("6b1f0c52-7d0e-4a52-9f55-1d6f3ad6a00{number}"),
            "vehicleId": "c0ffee00-1234-4321-8888-000000000002",
            "eventType": event_type,
            "eventTime": event_time,
        }),
    )
}

fn schedule() -> String {
    let odometer = json!({
        "path": "/odometer",
        "code": 200,
        "body": {"distance": 41_027.5},
        "headers": {"sc-unit-system": "metric", "sc-data-age": "2026-03-01T21:58:00.000Z"},
    });
    let battery = json!({
        "path": "/battery",
        "code": 409,
        "body": {"type": "VEHICLE_STATE", "code": "ASLEEP", "statusCode": 409, "resolution": null},
    });
    v2(
        "schedule",
        "live",
        &vehicles(1, &json!([odometer, battery])),
    )
}

fn dynamic() -> String {
    let charge = json!({
        "path": "/charge",
        "code": 200,
        "body": {"isPluggedIn": true, "state": "CHARGING"},
        "headers": {"sc-data-age": "2026-03-01T21:59:00.000Z"},
    });
    v2("dynamic", "simulated", &vehicles(2, &json!([charge])))
}

fn vehicles(request: u8, data: &serde_json::Value) -> serde_json::Value {
    json!({"vehicles": [{
        "vehicleId": "c0ffee00-1234-4321-8888-000000000003",
        "requestId": format!("91a6a1de-0f0e-4a39-9cb1-3c5e5d0f700{request}"),
        "data": data,
    }]})
}

fn v2(event_name: &str, mode: &str, payload: &serde_json::Value) -> String {
    json!({
        "version": "2.0",
        "webhookId": "0d9f5a3e-55aa-4b5c-8c3e-7b1f3f0a9002",
        "eventName": event_name,
        "mode": mode,
        "payload": payload,
    })
    .to_string()
}
