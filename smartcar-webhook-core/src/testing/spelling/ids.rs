//! Whom and what a delivery is about.

use serde_json::Value;

use super::part::{answers, is_v4, items, meta, object, respell_text, signals};

pub(super) fn vehicle_id_beside(body: &mut Value) {
    if let Some(id) = body.pointer("/data/vehicle/id").cloned()
        && is_v4(body)
    {
        body["vehicleId"] = id;
    }
}

pub(super) fn vehicle_id_beside_only(body: &mut Value) {
    vehicle_id_beside(body);
    if is_v4(body)
        && let Some(vehicle) = object(body, "/data/vehicle")
    {
        vehicle.remove("id");
    }
}

pub(super) fn vehicle_id_in_upper_case(body: &mut Value) {
    for pointer in ["/vehicleId", "/data/vehicle/id", "/payload/vehicleId"] {
        respell_text(body.pointer_mut(pointer), str::to_ascii_uppercase);
    }
    for vehicle in items(body, "/payload/vehicles") {
        respell_text(vehicle.get_mut("vehicleId"), str::to_ascii_uppercase);
    }
}

fn prefixed(prefix: &'static str) -> impl Fn(&str) -> String {
    move |id| match id.strip_prefix(prefix) {
        Some(_) => id.to_owned(),
        None => format!("{prefix}{id}"),
    }
}

pub(super) fn user_id_prefixed(body: &mut Value) {
    respell_text(body.pointer_mut("/data/user/id"), prefixed("user_"));
}

pub(super) fn user_id_not_hex(body: &mut Value) {
    let not_hex = |id: &str| {
        let kept = id.chars().count().saturating_sub(3);
        id.chars().take(kept).chain("iok".chars()).collect()
    };
    respell_text(body.pointer_mut("/data/user/id"), not_hex);
}

pub(super) fn webhook_id_prefixed(body: &mut Value) {
    let id = meta(body).and_then(|it| it.get_mut("webhookId"));
    respell_text(id, prefixed("wh_"));
}

/// Adds a member, unless it is there.
fn add(body: &mut Value, pointer: &str, key: &str, value: impl Into<Value>) {
    if let Some(object) = object(body, pointer) {
        object.entry(key).or_insert(value.into());
    }
}

pub(super) fn external_id(body: &mut Value) {
    add(body, "/data/user", "externalId", "customer-17");
}

pub(super) fn external_id_null(body: &mut Value) {
    add(body, "/data/user", "externalId", Value::Null);
}

pub(super) fn powertrain_type(body: &mut Value) {
    let has_engine = signals(body).any(|it| {
        it.get("group")
            .is_some_and(|it| it == "InternalCombustionEngine")
    });
    if !has_engine {
        add(body, "/data/vehicle", "powertrainType", "BEV");
    }
}

pub(super) fn powertrain_type_null(body: &mut Value) {
    add(body, "/data/vehicle", "powertrainType", Value::Null);
}

fn year(year: Option<&mut Value>) {
    if let Some(year) = year
        && year.is_u64()
    {
        *year = year.to_string().into();
    }
}

pub(super) fn year_as_string(body: &mut Value) {
    year(body.pointer_mut("/data/vehicle/year"));
    for answer in answers(body, "/") {
        year(answer.get_mut("year"));
    }
}

pub(super) fn make_in_title_case(body: &mut Value) {
    let title_case = |make: &str| {
        let mut letters = make.chars();
        let first = letters.next();
        let rest = letters.flat_map(char::to_lowercase);
        first.into_iter().chain(rest).collect()
    };
    respell_text(body.pointer_mut("/data/vehicle/make"), title_case);
}
