//! What Smartcar says of the delivery itself.

use serde_json::{Value, json};

use super::part::{Object, is_state, is_v4, iso, meta, millis, object, respell_text};

pub(super) fn challenge_in_payload(body: &mut Value) {
    if !is_v4(body) {
        return;
    }
    let Some(challenge) = object(body, "/data").and_then(|it| it.remove("challenge")) else {
        return;
    };
    if let Some(body) = body.as_object_mut() {
        body.remove("data");
        body.insert("payload".to_owned(), json!({"challenge": challenge}));
    }
}

fn delivered_at(meta: &Object) -> Option<i64> {
    let sent = meta.get("deliveredAt").or(meta.get("deliveryTimestamp"));
    millis(sent?)
}

fn spell_delivered_at(body: &mut Value, spell: impl Fn(i64) -> Option<Value>) {
    let sent = meta(body).and_then(|it| it.get_mut("deliveredAt"));
    if let Some(sent) = sent
        && let Some(time) = millis(sent).and_then(spell)
    {
        *sent = time;
    }
}

pub(super) fn delivered_at_iso(body: &mut Value) {
    spell_delivered_at(body, |it| iso(it).map(Value::from));
}

pub(super) fn delivered_at_seconds(body: &mut Value) {
    spell_delivered_at(body, |it| Some(it.div_euclid(1000).into()));
}

pub(super) fn delivery_timestamp(body: &mut Value) {
    if is_state(body)
        && let Some(meta) = meta(body)
        && let Some(time) = delivered_at(meta).and_then(iso)
    {
        meta.remove("deliveredAt");
        meta.insert("deliveryTimestamp".to_owned(), time.into());
    }
}

pub(super) fn delivery_time(body: &mut Value) {
    if let Some(meta) = meta(body)
        && let Some(time) = delivered_at(meta)
    {
        meta.insert("deliveryTime".to_owned(), time.into());
    }
}

pub(super) fn meta_in_data(body: &mut Value) {
    if is_state(body)
        && object(body, "/data").is_some_and(|it| !it.contains_key("meta"))
        && let Some(meta) = body.as_object_mut().and_then(|it| it.remove("meta"))
    {
        body["data"]["meta"] = meta;
    }
}

fn set(body: &mut Value, key: &str, value: impl Into<Value>) {
    if let Some(meta) = meta(body) {
        meta.insert(key.to_owned(), value.into());
    }
}

pub(super) fn version_3(body: &mut Value) {
    set(body, "version", "3.0");
}

pub(super) fn version_absent(body: &mut Value) {
    if let Some(meta) = meta(body) {
        meta.remove("version");
    }
}

pub(super) fn mode_in_lower_case(body: &mut Value) {
    let mode = meta(body).and_then(|it| it.get_mut("mode"));
    respell_text(mode, str::to_ascii_lowercase);
}

pub(super) fn mode_simulated(body: &mut Value) {
    let simulated = |mode: &str| match mode {
        "TEST" => "SIMULATED".to_owned(),
        "test" => "simulated".to_owned(),
        mode => mode.to_owned(),
    };
    respell_text(body.get_mut("mode"), simulated);
    respell_text(body.pointer_mut("/data/vehicle/mode"), simulated);
    respell_text(meta(body).and_then(|it| it.get_mut("mode")), simulated);
}

pub(super) fn vehicle_mode(body: &mut Value) {
    let mode = meta(body).and_then(|it| it.get("mode")?.as_str());
    if let Some(mode) = mode.map(str::to_ascii_lowercase)
        && let Some(vehicle) = object(body, "/data/vehicle")
    {
        vehicle.insert("mode".to_owned(), mode.into());
    }
}

pub(super) fn application_id(body: &mut Value) {
    set(
        body,
        "applicationId",
        "app_6a1f7b21-0000-4000-8000-000000000017",
    );
}

pub(super) fn sequence(body: &mut Value) {
    if is_state(body)
        && let Some(meta) = meta(body)
        && let Some(time) = delivered_at(meta)
    {
        meta.entry("sequence").or_insert(time.into());
    }
}

pub(super) fn signal_count_wrong(body: &mut Value) {
    let count = meta(body).and_then(|it| it.get_mut("signalCount"));
    // As much too many as there.
    if let Some(count) = count
        && let Some(signals) = count.as_u64()
    {
        *count = signals.saturating_add(3).into();
    }
}

pub(super) fn fields_of_2025(body: &mut Value) {
    if !is_v4(body) {
        return;
    }
    if let Some(meta) = meta(body) {
        meta.remove("applicationId");
        meta.remove("sequence");
    }
    if let Some(user) = object(body, "/data/user") {
        user.remove("externalId");
    }
    if let Some(vehicle) = object(body, "/data/vehicle") {
        vehicle.remove("mode");
        vehicle.remove("powertrainType");
    }
}
