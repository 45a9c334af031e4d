//! Where the parts of a delivery stand, however it is spelled by now.

use serde_json::{Map, Value};

use crate::time::Timestamp;

pub(super) type Object = Map<String, Value>;

pub(super) fn is_v4(body: &Value) -> bool {
    body.get("eventType").is_some()
}

pub(super) fn is_state(body: &Value) -> bool {
    body.get("eventType")
        .is_some_and(|it| it == "VEHICLE_STATE")
}

pub(super) fn object<'a>(body: &'a mut Value, pointer: &str) -> Option<&'a mut Object> {
    body.pointer_mut(pointer)?.as_object_mut()
}

/// The objects of a list; none where it is no list.
pub(super) fn items<'a>(
    body: &'a mut Value,
    pointer: &str,
) -> impl Iterator<Item = &'a mut Object> {
    let list = body.pointer_mut(pointer).and_then(Value::as_array_mut);
    list.into_iter().flatten().filter_map(Value::as_object_mut)
}

/// `meta` of 4.0, which one tutorial has inside `data`.
pub(super) fn meta(body: &mut Value) -> Option<&mut Object> {
    let is_beside = body.get("meta").is_some_and(Value::is_object);
    object(body, if is_beside { "/meta" } else { "/data/meta" })
}

/// The signals of a `VEHICLE_STATE`; none once they are a map.
pub(super) fn signals(body: &mut Value) -> impl Iterator<Item = &mut Object> {
    items(body, "/data/signals")
}

/// The errors of a `VEHICLE_ERROR`.
pub(super) fn reported_errors(body: &mut Value) -> impl Iterator<Item = &mut Object> {
    items(body, "/data/errors")
}

/// What the endpoints of 2.0 answered.
pub(super) fn responses(body: &mut Value) -> impl Iterator<Item = &mut Object> {
    let vehicles = items(body, "/payload/vehicles");
    let lists = vehicles.filter_map(|it| it.get_mut("data")?.as_array_mut());
    lists.flatten().filter_map(Value::as_object_mut)
}

/// The bodies that this endpoint of 2.0 answered with.
pub(super) fn answers<'a>(
    body: &'a mut Value,
    path: &'static str,
) -> impl Iterator<Item = &'a mut Value> {
    let responses = responses(body).filter(move |it| says(it, "path", path) && !is_failed(it));
    responses.filter_map(|it| it.get_mut("body"))
}

/// The errors that endpoints of 2.0 answered with.
pub(super) fn answered_errors(body: &mut Value) -> impl Iterator<Item = &mut Object> {
    let failed = responses(body).filter(|it| is_failed(it));
    failed.filter_map(|it| it.get_mut("body")?.as_object_mut())
}

/// The errors of either generation, but for those of signals.
pub(super) fn api_errors(body: &mut Value) -> Vec<&mut Object> {
    if is_v4(body) {
        reported_errors(body).collect()
    } else {
        answered_errors(body).collect()
    }
}

/// Whether an endpoint answered with an error.
pub(super) fn is_failed(response: &Object) -> bool {
    response.get("code").is_some_and(|it| it != 200)
}

/// Whether a member is this text.
pub(super) fn says(object: &Object, key: &str, text: &str) -> bool {
    object.get(key).is_some_and(|it| it == text)
}

pub(super) fn text<'a>(object: &'a Object, key: &str) -> Option<&'a str> {
    object.get(key)?.as_str()
}

/// Gives a member another key, unless that is taken.
pub(super) fn rename(object: &mut Object, from: &str, to: &str) {
    if object.contains_key(to) {
        return;
    }
    if let Some(value) = object.remove(from) {
        object.insert(to.to_owned(), value);
    }
}

/// Spells a text that is there in another way.
pub(super) fn respell_text(value: Option<&mut Value>, spell: impl Fn(&str) -> String) {
    let Some(value) = value else { return };
    if let Some(text) = value.as_str() {
        *value = spell(text).into();
    }
}

/// A time in ms since the epoch, in whatever spelling it is.
pub(super) fn millis(time: &Value) -> Option<i64> {
    Timestamp::parse(&time.to_string()).ok()?.millis()
}

/// The same in ISO 8601.
pub(super) fn iso(millis: i64) -> Option<String> {
    let time = jiff::Timestamp::from_millisecond(millis).ok()?;
    Some(format!("{time:.3}"))
}
