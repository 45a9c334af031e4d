//! Responses of endpoints of 2.0, made of the signals of 4.0.

use serde_json::{Value, json};

use super::{Stamp, doc_url};
use crate::testing::basics::iso;
use crate::testing::simulator::vehicle::{Kind, NOT_CAPABLE, Told, Vehicle};

/// An endpoint, the signals it is made of, and how.
struct Source {
    path: &'static str,
    codes: &'static [&'static str],
    body: fn(&[Value]) -> Value,
    has_units: bool,
}

static SOURCES: &[Source] = &[
    Source {
        path: "/battery",
        codes: &["tractionbattery-stateofcharge", "tractionbattery-range"],
        body: |of| json!({"percentRemaining": share(&of[0]), "range": of[1]["value"]}),
        has_units: true,
    },
    Source {
        path: "/battery/capacity",
        codes: &["tractionbattery-nominalcapacity"],
        body: |of| json!({"capacity": of[0]["capacity"]}),
        has_units: false,
    },
    Source {
        path: "/charge",
        codes: &[
            "charge-ischargingcableconnected",
            "charge-detailedchargingstatus",
        ],
        body: |of| json!({"isPluggedIn": of[0]["value"], "state": of[1]["value"]}),
        has_units: false,
    },
    Source {
        path: "/charge/limit",
        codes: &["charge-chargelimits"],
        body: |of| json!({"limit": of[0]["activeLimit"].as_f64().map(|it| it / 100.0)}),
        has_units: false,
    },
    Source {
        path: "/engine/oil",
        codes: &["internalcombustionengine-oillife"],
        body: |of| json!({"lifeRemaining": share(&of[0])}),
        has_units: false,
    },
    Source {
        path: "/fuel",
        codes: &[
            "internalcombustionengine-fuellevel",
            "internalcombustionengine-amountremaining",
            "internalcombustionengine-range",
        ],
        body: |of| {
            json!({
                "percentRemaining": share(&of[0]),
                "amountRemaining": of[1]["value"],
                "range": of[2]["value"],
            })
        },
        has_units: true,
    },
    Source {
        path: "/location",
        codes: &["location-preciselocation"],
        body: |of| json!({"latitude": of[0]["latitude"], "longitude": of[0]["longitude"]}),
        has_units: false,
    },
    Source {
        path: "/odometer",
        codes: &["odometer-traveleddistance"],
        body: |of| json!({"distance": of[0]["value"]}),
        has_units: true,
    },
    Source {
        path: "/security",
        codes: &["closure-islocked", "closure-doors"],
        body: |of| {
            json!({
                "isLocked": of[0]["value"],
                "doors": openings(&of[1]),
                "windows": [],
                "sunroof": [],
                "storage": [],
                "chargingPort": [],
            })
        },
        has_units: false,
    },
    Source {
        path: "/tires/pressure",
        codes: &["wheel-tires"],
        body: |of| CORNERS.into_iter().zip(kilopascals(&of[0])).collect(),
        has_units: true,
    },
    Source {
        path: "/vin",
        codes: &["vehicleidentification-vin"],
        body: |of| json!({"vin": of[0]["value"]}),
        has_units: false,
    },
];

const CORNERS: [&str; 4] = ["frontLeft", "frontRight", "backLeft", "backRight"];

/// What an endpoint says of a vehicle: an error if any of its signals cannot be read.
pub(super) fn response(
    stamp: &Stamp<'_>,
    vehicle: &Vehicle,
    path: &str,
    request_id: &str,
) -> Value {
    if path == "/" {
        let body = json!({
            "id": vehicle.id(),
            "make": vehicle.make(),
            "model": vehicle.model(),
            "year": vehicle.year(),
        });
        return json!({"path": path, "code": 200, "body": body, "headers": {}});
    }
    let Some(source) = SOURCES.iter().find(|it| it.path == path) else {
        return failed(path, &NOT_CAPABLE, request_id);
    };
    let told = source.codes.iter().map(|it| vehicle.signal(it));
    match told.collect::<Result<Vec<_>, _>>() {
        Ok(told) => answered(stamp, source, &told),
        Err(kind) => failed(path, kind, request_id),
    }
}

fn answered(stamp: &Stamp<'_>, source: &Source, told: &[&Told]) -> Value {
    let bodies: Vec<_> = told.iter().map(|it| it.reading.body()).collect();
    let recorded = told.iter().map(|it| it.since).max().unwrap_or_default();
    let mut headers = json!({
        "sc-data-age": iso(stamp.millis(recorded)),
        "sc-fetched-at": iso(stamp.at_ms),
    });
    if source.has_units {
        headers["sc-unit-system"] = "metric".into();
    }
    json!({
        "path": source.path,
        "code": 200,
        "body": (source.body)(&bodies),
        "headers": headers,
    })
}

fn failed(path: &str, kind: &Kind, request_id: &str) -> Value {
    let resolution = kind.resolution.map(|it| match kind.url {
        Some(url) => json!({"type": it, "url": url}),
        None => json!({"type": it}),
    });
    let mut body = json!({
        "type": kind.error_type,
        "code": kind.code,
        "description": kind.description,
        "docURL": doc_url(kind),
        "statusCode": kind.status,
        "requestId": request_id,
        "resolution": resolution,
    });
    if let Some(message) = kind.user_message {
        body["suggestedUserMessage"] = message.into();
    }
    json!({"path": path, "code": kind.status, "body": body})
}

/// Percent as a share of 1.
fn share(body: &Value) -> Option<f64> {
    let percent = body["value"].as_f64()?;
    Some((percent * 10.0).round() / 1000.0)
}

fn kilopascals(tires: &Value) -> Vec<Value> {
    let tires = tires["values"].as_array().into_iter().flatten();
    let bar = tires.map(|it| it["tirePressure"].as_f64());
    bar.map(|it| it.map(|it| (it * 100.0).round()).into())
        .collect()
}

fn openings(doors: &Value) -> Vec<Value> {
    let doors = doors["values"].as_array().into_iter().flatten();
    let items = CORNERS.iter().zip(doors).map(|(corner, door)| {
        let status = if door["isOpen"] == true {
            "OPEN"
        } else {
            "CLOSED"
        };
        json!({"type": corner, "status": status})
    });
    items.collect()
}
