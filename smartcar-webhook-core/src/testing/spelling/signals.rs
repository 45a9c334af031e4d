//! The signals of a VEHICLE_STATE, but for their bodies.

use serde_json::{Value, json};

use super::named::Named;
use super::part::{Object, is_state, iso, meta, millis, rename, signals, text};
use super::triggers;
use crate::signal::KnownSignal;

fn is_failed(signal: &Object) -> bool {
    let status = signal.get("status");
    status.is_some_and(|it| it.get("error").is_some() || it["value"] == "ERROR")
}

pub(super) fn as_map(body: &mut Value) {
    let Some(list) = body.pointer("/data/signals").and_then(Value::as_array) else {
        return;
    };
    let mut map = Object::new();
    for signal in list {
        let (Some(named), Some(parts)) = (Named::of(signal), signal.as_object()) else {
            return;
        };
        let reading = parts.get("body").filter(|_| !is_failed(parts));
        // A signal that could not be read has no body to stand for it. One of two readings would be lost.
        let value = reading.unwrap_or(signal).clone();
        if map.insert(named.dotted(), value).is_some() {
            return;
        }
    }
    if !map.is_empty() && is_state(body) {
        body["data"]["signals"] = map.into();
    }
}

pub(super) fn relevant_only(body: &mut Value) {
    let Some(codes) = triggers::codes(body) else {
        return;
    };
    let is_relevant = |it: &Value| Named::of(it).is_some_and(|it| codes.contains(&it.code));
    let signals = body.pointer_mut("/data/signals");
    let Some(Value::Array(signals)) = signals else {
        return;
    };
    if !signals.iter().any(is_relevant) {
        return;
    }
    signals.retain(is_relevant);
    let left = signals.len();
    if let Some(count) = meta(body).and_then(|it| it.get_mut("signalCount")) {
        *count = left.into();
    }
}

pub(super) fn status_absent(body: &mut Value) {
    for signal in signals(body).filter(|it| it.contains_key("body") && !is_failed(it)) {
        signal.remove("status");
    }
}

pub(super) fn stale_body(body: &mut Value) {
    let delivered_at = meta(body).and_then(|it| millis(it.get("deliveredAt")?));
    for signal in signals(body).filter(|it| is_failed(it) && !it.contains_key("body")) {
        let known = text(signal, "code").and_then(KnownSignal::by_code);
        let mut old = json!({"value": 0});
        if let Some(unit) = known.and_then(KnownSignal::unit) {
            old["unit"] = unit.as_str().into();
        }
        signal.insert("body".to_owned(), old);
        // An hour old, which is stale enough.
        let times = delivered_at.map(|it| it.saturating_sub(3_600_000));
        let times = times.map(|it| json!({"oemUpdatedAt": it, "retrievedAt": it}));
        signal
            .entry("meta")
            .or_insert(times.unwrap_or_else(|| json!({})));
    }
}

fn metas(body: &mut Value) -> impl Iterator<Item = &mut Object> {
    signals(body).filter_map(|it| it.get_mut("meta")?.as_object_mut())
}

pub(super) fn fetched_at(body: &mut Value) {
    for meta in metas(body) {
        rename(meta, "retrievedAt", "fetchedAt");
    }
}

pub(super) fn oem_updated_at_zero(body: &mut Value) {
    for meta in metas(body) {
        if let Some(time) = meta.get_mut("oemUpdatedAt") {
            *time = 0.into();
        }
    }
}

pub(super) fn times_iso(body: &mut Value) {
    for meta in metas(body) {
        for key in ["oemUpdatedAt", "retrievedAt", "fetchedAt"] {
            // 0 is no time.
            if let Some(time) = meta.get_mut(key)
                && let Some(iso) = millis(time).filter(|it| *it != 0).and_then(iso)
            {
                *time = iso.into();
            }
        }
    }
}

pub(super) fn meta_empty(body: &mut Value) {
    metas(body).for_each(Object::clear);
}

pub(super) fn meta_absent(body: &mut Value) {
    for signal in signals(body) {
        signal.remove("meta");
    }
}
