//! Why a VEHICLE_STATE was sent.

use serde_json::{Value, json};

use super::named::Named;
use super::part::{is_state, object};

/// One reason, in whatever spelling it is.
enum Reason {
    FirstDelivery,
    Signal(Named),
    Other(Value),
}

impl Reason {
    fn of(trigger: Value) -> Self {
        let is_first = |it: Option<&Value>| it.is_some_and(|it| it == "FIRST_DELIVERY");
        if is_first(Some(&trigger))
            || is_first(trigger.get("type"))
            || is_first(trigger.get("code"))
        {
            return Self::FirstDelivery;
        }
        let is_update = trigger.get("type").is_none_or(|it| it == "SIGNAL_UPDATED");
        let signal = trigger.get("signal").unwrap_or(&trigger);
        match Named::of(signal) {
            Some(signal) if is_update => Self::Signal(signal),
            _ => Self::Other(trigger),
        }
    }
}

/// Where the triggers stand, by the order they are read in.
const PLACES: [&str; 2] = ["/triggers", "/data/triggers"];

fn reasons(body: &Value) -> impl Iterator<Item = Reason> {
    let lists = PLACES
        .into_iter()
        .filter_map(|it| body.pointer(it)?.as_array());
    lists.flatten().cloned().map(Reason::of)
}

/// The codes of the signals that triggered; `None` if something else did.
pub(super) fn codes(body: &Value) -> Option<Vec<String>> {
    let code = |reason| match reason {
        Reason::Signal(signal) => Some(signal.code),
        _ => None,
    };
    reasons(body).map(code).collect()
}

/// Writes all triggers in one spelling, beside `data` or inside.
fn rewrite(body: &mut Value, is_inside: bool, spell: impl Fn(Reason) -> Value) {
    if !is_state(body) || !body.get("data").is_some_and(Value::is_object) {
        return;
    }
    let lists = PLACES.map(|it| body.pointer(it));
    if lists.iter().all(Option::is_none) || lists.iter().flatten().any(|it| !it.is_array()) {
        return;
    }
    let triggers: Value = reasons(body).map(spell).collect();
    for holder in ["", "/data"] {
        if let Some(holder) = object(body, holder) {
            holder.remove("triggers");
        }
    }
    let place = if is_inside { &mut body["data"] } else { body };
    place["triggers"] = triggers;
}

/// As on the wire, with the signal in this spelling.
fn typed(reason: Reason, signal: impl Fn(&Named) -> Value) -> Value {
    match reason {
        Reason::FirstDelivery => json!({"type": "FIRST_DELIVERY"}),
        Reason::Signal(named) => json!({"type": "SIGNAL_UPDATED", "signal": signal(&named)}),
        Reason::Other(trigger) => trigger,
    }
}

pub(super) fn as_names(body: &mut Value) {
    rewrite(body, false, |it| typed(it, |it| it.dotted().into()));
}

pub(super) fn by_code(body: &mut Value) {
    rewrite(body, false, |it| typed(it, |it| json!({"code": it.code})));
}

pub(super) fn in_data(body: &mut Value) {
    rewrite(body, true, |it| typed(it, Named::to_value));
}

pub(super) fn in_data_as_signals(body: &mut Value) {
    rewrite(body, true, |it| match it {
        Reason::FirstDelivery => json!({"code": "FIRST_DELIVERY"}),
        Reason::Signal(signal) => signal.to_value(),
        Reason::Other(trigger) => trigger,
    });
}

pub(super) fn in_data_as_strings(body: &mut Value) {
    rewrite(body, true, |it| match it {
        Reason::FirstDelivery => "FIRST_DELIVERY".into(),
        Reason::Signal(signal) => signal.dotted().into(),
        Reason::Other(trigger) => trigger,
    });
}

pub(super) fn empty(body: &mut Value) {
    rewrite(body, false, |_| Value::Null);
    if let Some(Value::Array(triggers)) = body.get_mut("triggers") {
        triggers.clear();
    }
}
