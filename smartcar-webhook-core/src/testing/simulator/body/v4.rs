//! Bodies of 4.0.

use serde_json::{Value, json};

use super::{Stamp, doc_url};
use crate::signal::KnownSignal;
use crate::testing::simulator::vehicle::{Kind, Told, Trouble, Vehicle};

/// Why a state is sent.
#[derive(Clone, Copy)]
pub(in super::super) enum Cause<'a> {
    FirstDelivery,
    /// These signals changed.
    Signals(&'a [&'static str]),
}

/// A VEHICLE_STATE with these signals, whether they could be read or not.
pub(in super::super) fn vehicle_state(
    stamp: &Stamp<'_>,
    vehicle: &Vehicle,
    codes: &[&str],
    cause: Cause<'_>,
) -> Value {
    let triggers: Vec<_> = match cause {
        Cause::FirstDelivery => vec![json!({"type": "FIRST_DELIVERY"})],
        Cause::Signals(codes) => codes.iter().map(|it| trigger(it)).collect(),
    };
    let signals = codes.iter().map(|it| signal(stamp, vehicle, it));
    let mut meta = meta(stamp);
    meta["mode"] = "LIVE".into();
    meta["signalCount"] = codes.len().into();
    meta["sequence"] = stamp.at_ms.into();
    let mut data = about(vehicle);
    data["signals"] = signals.collect();
    json!({
        "eventId": stamp.event_id,
        "eventType": "VEHICLE_STATE",
        "data": data,
        "triggers": triggers,
        "meta": meta,
    })
}

/// A VEHICLE_ERROR with an error that came up or was resolved.
pub(in super::super) fn vehicle_error(
    stamp: &Stamp<'_>,
    vehicle: &Vehicle,
    trouble: &Trouble,
) -> Value {
    let mut meta = meta(stamp);
    meta["mode"] = "LIVE".into();
    let mut data = about(vehicle);
    data["errors"] = json!([error(trouble)]);
    json!({
        "eventId": stamp.event_id,
        "eventType": "VEHICLE_ERROR",
        "data": data,
        "meta": meta,
    })
}

/// A challenge.
pub(in super::super) fn verify(stamp: &Stamp<'_>, challenge: &str) -> Value {
    json!({
        "eventId": stamp.event_id,
        "eventType": "VERIFY",
        "data": {"challenge": challenge},
        "meta": meta(stamp),
    })
}

/// What the test button sends: a state of a vehicle that exists nowhere, with every signal there is.
pub(in super::super) fn sample(stamp: &Stamp<'_>, codes: &[&str]) -> Value {
    let vehicle = Vehicle::new(u64::MAX, u64::MAX);
    let mut body = vehicle_state(stamp, &vehicle, codes, Cause::Signals(&[]));
    body["data"]["vehicle"]["mode"] = "test".into();
    body["meta"]["mode"] = "TEST".into();
    body
}

fn meta(stamp: &Stamp<'_>) -> Value {
    json!({
        "version": "4.0",
        "deliveryId": stamp.delivery_id,
        "deliveredAt": stamp.at_ms,
        "webhookId": stamp.webhook_id,
        "webhookName": stamp.webhook_name,
    })
}

fn about(vehicle: &Vehicle) -> Value {
    json!({
        "user": {"id": vehicle.user_id()},
        "vehicle": {
            "id": vehicle.id(),
            "make": vehicle.make(),
            "model": vehicle.model(),
            "year": vehicle.year(),
            "mode": "live",
            "powertrainType": vehicle.powertrain(),
        },
    })
}

fn named(code: &str) -> Value {
    match KnownSignal::by_code(code) {
        Some(it) => json!({"code": code, "name": it.name(), "group": it.group()}),
        None => json!({"code": code, "name": code, "group": code}),
    }
}

fn trigger(code: &str) -> Value {
    json!({"type": "SIGNAL_UPDATED", "signal": named(code)})
}

fn signal(stamp: &Stamp<'_>, vehicle: &Vehicle, code: &str) -> Value {
    let mut signal = named(code);
    match vehicle.signal(code) {
        Ok(told) => {
            signal["body"] = body(code, told);
            let recorded = stamp.millis(told.since);
            signal["meta"] = json!({"oemUpdatedAt": recorded, "retrievedAt": stamp.at_ms});
            signal["status"] = match told.reading.error() {
                None => json!({"value": "SUCCESS"}),
                Some((error_type, code)) => failed(error_type, Some(code)),
            };
        }
        Err(kind) => signal["status"] = failed(kind.error_type, kind.code),
    }
    signal
}

fn failed(error_type: &str, code: Option<&str>) -> Value {
    json!({"value": "ERROR", "error": {"type": error_type, "code": code}})
}

fn body(code: &str, told: &Told) -> Value {
    let mut body = told.reading.body();
    if let Some(unit) = KnownSignal::by_code(code).and_then(KnownSignal::unit) {
        body["unit"] = unit.as_str().into();
    }
    body
}

fn error(trouble: &Trouble) -> Value {
    let kind = trouble.kind;
    let mut error = if trouble.is_resolved {
        json!({"state": "RESOLVED", "description": kind.resolved})
    } else {
        open(kind)
    };
    error["type"] = kind.error_type.into();
    error["code"] = kind.code.into();
    if !trouble.signals.is_empty() {
        error["signals"] = trouble.signals.iter().map(|it| named(it)).collect();
    }
    error
}

fn open(kind: &Kind) -> Value {
    let mut resolution = json!({"type": kind.resolution});
    if let Some(url) = kind.url {
        resolution["url"] = url.into();
    }
    let mut error = json!({
        "state": "ERROR",
        "description": kind.description,
        "docURL": doc_url(kind),
        "resolution": resolution,
    });
    if let Some(message) = kind.user_message {
        error["suggestedUserMessage"] = message.into();
    }
    error
}
