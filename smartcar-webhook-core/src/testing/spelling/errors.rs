//! Errors of vehicles, and of the endpoints of 2.0.

use serde_json::{Value, json};

use super::named::Named;
use super::part::{
    Object, answered_errors, api_errors, rename, reported_errors, says, signals, text,
};

pub(super) fn code_null(body: &mut Value) {
    let null = |error: &mut Object| {
        if says(error, "type", "PERMISSION") {
            error.insert("code".to_owned(), Value::Null);
        }
    };
    api_errors(body).into_iter().for_each(null);
    let failed = signals(body).filter_map(|it| it.get_mut("status")?.get_mut("error"));
    failed.filter_map(Value::as_object_mut).for_each(null);
}

pub(super) fn resolution_as_string(body: &mut Value) {
    for error in api_errors(body) {
        if let Some(resolution) = error.get_mut("resolution")
            && let Some(kind) = resolution.get("type").filter(|it| it.is_string())
        {
            *resolution = kind.clone();
        }
    }
}

/// The errors that say nothing of what to do.
fn without_resolution(body: &mut Value) -> impl Iterator<Item = &mut Object> {
    let is_none = |error: &Object| match error.get("resolution") {
        Some(Value::Object(resolution)) => resolution.get("type").is_none_or(Value::is_null),
        resolution => resolution.is_none_or(Value::is_null),
    };
    // An error of before 2.0 has no place for one.
    let errors = api_errors(body).into_iter();
    errors.filter(move |it| it.contains_key("type") && is_none(it))
}

pub(super) fn resolution_type_null(body: &mut Value) {
    for error in without_resolution(body) {
        error.insert("resolution".to_owned(), json!({"type": null}));
    }
}

pub(super) fn resolution_null(body: &mut Value) {
    for error in without_resolution(body) {
        error.insert("resolution".to_owned(), Value::Null);
    }
}

pub(super) fn resolution_absent(body: &mut Value) {
    for error in without_resolution(body) {
        error.remove("resolution");
    }
}

pub(super) fn contact_support(body: &mut Value) {
    for error in reported_errors(body).filter(|it| says(it, "code", "VEHICLE_NOT_CAPABLE")) {
        error.insert("resolution".to_owned(), json!({"type": "CONTACT_SUPPORT"}));
    }
}

pub(super) fn resolved_brief(body: &mut Value) {
    for error in reported_errors(body).filter(|it| says(it, "state", "RESOLVED")) {
        for key in ["resolution", "docURL", "suggestedUserMessage"] {
            error.remove(key);
        }
    }
}

pub(super) fn state_absent(body: &mut Value) {
    for error in reported_errors(body).filter(|it| says(it, "state", "ERROR")) {
        error.remove("state");
    }
}

/// The signals that errors list.
fn listed(body: &mut Value) -> impl Iterator<Item = &mut Value> {
    let lists = reported_errors(body).filter_map(|it| it.get_mut("signals")?.as_array_mut());
    lists.flatten()
}

pub(super) fn signals_as_names(body: &mut Value) {
    for signal in listed(body) {
        if let Some(named) = Named::of(signal) {
            *signal = named.dotted().into();
        }
    }
}

pub(super) fn signals_absent(body: &mut Value) {
    let of_account = |it: &Object| says(it, "type", "CONNECTED_SERVICES_ACCOUNT");
    for error in reported_errors(body).filter(|it| of_account(it)) {
        error.remove("signals");
    }
}

pub(super) fn signals_swapped(body: &mut Value) {
    for signal in listed(body).filter(|it| it.get("code").is_some()) {
        if let Some(mut named) = Named::of(signal) {
            std::mem::swap(&mut named.name, &mut named.group);
            *signal = named.to_value();
        }
    }
}

fn spell_doc_url(body: &mut Value, spell: impl Fn(&str, &str) -> String) {
    for error in api_errors(body) {
        if let Some(kind) = text(error, "type") {
            let code = text(error, "code").unwrap_or("null");
            let kind = kind.to_ascii_lowercase().replace('_', "-");
            let page = spell(&kind, &code.to_ascii_lowercase());
            let url = format!("https://smartcar.com/docs/errors/{page}");
            error.insert("docURL".to_owned(), url.into());
        }
    }
}

pub(super) fn doc_url(body: &mut Value) {
    spell_doc_url(body, |kind, code| {
        format!("api-errors/{kind}-errors#{}", code.replace('_', "-"))
    });
}

pub(super) fn doc_url_of_v2(body: &mut Value) {
    spell_doc_url(body, |kind, code| format!("v2.0/{kind}/#{code}"));
}

pub(super) fn connect_services_account(body: &mut Value) {
    let of_account = |it: &Object| says(it, "type", "CONNECTED_SERVICES_ACCOUNT");
    for error in answered_errors(body).filter(|it| of_account(it)) {
        error.insert("type".to_owned(), "CONNECT_SERVICES_ACCOUNT".into());
    }
}

pub(super) fn before_v2(body: &mut Value) {
    for error in answered_errors(body) {
        if let Some(kind) = text(error, "type") {
            let kind = format!("{}_error", kind.to_ascii_lowercase());
            error.insert("error".to_owned(), kind.into());
            rename(error, "description", "message");
            error.retain(|key, _| matches!(key.as_str(), "error" | "message" | "code"));
        }
    }
}
