//! The bodies of signals.

use serde_json::Value;

use super::part::{Object, rename, respell_text, says, signals, text};
use crate::unit::Unit;

/// The bodies of all signals, or of those with this code.
fn bodies<'a>(body: &'a mut Value, code: &'static str) -> impl Iterator<Item = &'a mut Object> {
    let signals = signals(body).filter(move |it| code.is_empty() || says(it, "code", code));
    signals.filter_map(|it| it.get_mut("body")?.as_object_mut())
}

fn spell_units(body: &mut Value, spellings: &[(Unit, &str)]) {
    for body in bodies(body, "") {
        respell_text(body.get_mut("unit"), |sent| {
            let unit = Unit::from(sent);
            let found = spellings.iter().find(|it| it.0 == unit);
            found.map_or(sent, |it| it.1).to_owned()
        });
    }
}

pub(super) fn units_documented(body: &mut Value) {
    let spellings = [
        (Unit::KILOMETERS, "kilometers"),
        (Unit::KILOMETERS_PER_HOUR, "kph"),
        (Unit::KILOWATT_HOURS, "kilowatt_hours"),
        (Unit::AMPERES, "amps"),
    ];
    spell_units(body, &spellings);
}

pub(super) fn units_kwhr(body: &mut Value) {
    spell_units(body, &[(Unit::KILOWATT_HOURS, "kWhr")]);
}

pub(super) fn units_open_api(body: &mut Value) {
    let spellings = [
        (Unit::PERCENT, "percentage"),
        (Unit::KILOMETERS, "kilometers"),
        (Unit::KILOWATT_HOURS, "kilowatt-hours"),
        (Unit::CELSIUS, "degrees-celsius"),
    ];
    spell_units(body, &spellings);
}

pub(super) fn units_singular(body: &mut Value) {
    spell_units(body, &[(Unit::WATTS, "watt"), (Unit::MINUTES, "minute")]);
}

pub(super) fn units_absent(body: &mut Value) {
    for body in bodies(body, "") {
        body.remove("unit");
    }
}

pub(super) fn values_as_object(body: &mut Value) {
    let lists = [
        ("charge-chargelimits", "values"),
        ("closure-doors", "doors"),
        ("closure-windows", "windows"),
    ];
    for (code, key) in lists {
        for body in bodies(body, code).filter(|it| it.get("values").is_some_and(Value::is_array)) {
            let mut inner = std::mem::take(body);
            inner.remove("unit");
            rename(&mut inner, "values", key);
            body.insert("values".to_owned(), inner.into());
        }
    }
}

pub(super) fn capacities_misspelled(body: &mut Value) {
    for body in bodies(body, "tractionbattery-nominalcapacity") {
        rename(body, "availableCapacities", "availbableCapacities");
    }
}

pub(super) fn charge_as_percentage(body: &mut Value) {
    for body in bodies(body, "tractionbattery-stateofcharge") {
        if body.contains_key("value") {
            body.remove("unit");
            rename(body, "value", "percentage");
        }
    }
}

/// The limits, timers and records of charging.
fn rules(body: &mut Value) -> impl Iterator<Item = &mut Object> {
    let lists = signals(body).filter_map(|signal| {
        let is_known = [
            "charge-chargelimits",
            "charge-chargetimers",
            "charge-chargerecords",
        ]
        .contains(&text(signal, "code")?);
        let values = signal.get_mut("body")?.get_mut("values")?;
        // As an object it holds the list.
        let values = match values {
            Value::Object(values) => values.get_mut("values")?,
            values => values,
        };
        values.as_array_mut().filter(|_| is_known)
    });
    lists.flatten().filter_map(Value::as_object_mut)
}

/// Has rules go by another key: their type, and what it is in their condition, or beside it in a record.
fn go_by(body: &mut Value, types: [&str; 2], keys: [&str; 2], spell: fn(&str) -> &'static str) {
    for rule in rules(body) {
        respell_text(rule.get_mut("type"), |sent| {
            let is_it = sent.eq_ignore_ascii_case(types[0]);
            if is_it { types[1] } else { sent }.to_owned()
        });
        let respell = |it: &mut Object| {
            if it.contains_key(keys[0]) {
                rename(it, keys[0], keys[1]);
                respell_text(it.get_mut(keys[1]), |it| spell(it).to_owned());
            }
        };
        respell(rule);
        if let Some(Value::Object(condition)) = rule.get_mut("condition") {
            respell(condition);
        }
    }
}

pub(super) fn by_connector(body: &mut Value) {
    let plug = |it: &str| {
        if it.eq_ignore_ascii_case("DC") {
            "CCS"
        } else {
            "J1772"
        }
    };
    let keys = ["chargingType", "connectorType"];
    go_by(body, ["CHARGING_TYPE", "CONNECTOR"], keys, plug);
}

pub(super) fn by_charging_type(body: &mut Value) {
    let current = |it: &str| match &*it.to_ascii_uppercase() {
        "CCS" | "CHADEMO" => "DC",
        _ => "AC",
    };
    let keys = ["connectorType", "chargingType"];
    go_by(body, ["CONNECTOR", "CHARGING_TYPE"], keys, current);
}

pub(super) fn limits_in_lower_case(body: &mut Value) {
    for rule in rules(body) {
        respell_text(rule.get_mut("type"), str::to_ascii_lowercase);
    }
}
