//! What a delivery says, in a few words without persons and places.

use std::collections::HashSet;

use serde::Deserialize;
use smartcar_webhook_core::Delivery;
use smartcar_webhook_core::payload::v2::{
    ChargingCompleted, ChargingStarted, ChargingStopped, Dynamic, Schedule, VehicleData,
};
use smartcar_webhook_core::payload::v4::{
    Scope, Signal, SignalRef, Trigger, Vehicle, VehicleError, VehicleState,
};
use smartcar_webhook_core::payload::{ErrorCode, EventType, RawJson, Timestamp};

/// What a delivery of any type says; nothing, if it is of none known.
pub fn of(delivery: &Delivery) -> String {
    let event_type = delivery.envelope().event_type.as_ref();
    let read = match event_type {
        Some(it) if *it == EventType::VEHICLE_STATE => {
            delivery.read::<VehicleState>().map(|it| of_state(&it))
        }
        Some(it) if *it == EventType::VEHICLE_ERROR => {
            delivery.read::<VehicleError>().map(|it| of_error(&it))
        }
        Some(it) if *it == EventType::CHARGING_STARTED => delivery
            .read::<ChargingStarted>()
            .map(|it| of_start(it.occurred_at())),
        Some(it) if *it == EventType::CHARGING_STOPPED => delivery
            .read::<ChargingStopped>()
            .map(|it| of_stop(it.occurred_at())),
        Some(it) if *it == EventType::CHARGING_COMPLETED => delivery
            .read::<ChargingCompleted>()
            .map(|it| of_completion(it.occurred_at())),
        Some(it) if *it == EventType::SCHEDULE => delivery
            .read::<Schedule>()
            .map(|it| of_vehicles(&it.vehicles)),
        Some(it) if *it == EventType::DYNAMIC => delivery
            .read::<Dynamic>()
            .map(|it| of_vehicles(&it.vehicles)),
        _ => return String::new(),
    };
    read.unwrap_or_else(|err| err.to_string())
}

/// What a vehicle state says: its triggers with their values, and how much more there is.
pub fn of_state(state: &VehicleState) -> String {
    let triggers = state.triggers.iter().filter_map(Trigger::signal);
    let triggers: HashSet<_> = triggers.map(SignalRef::code).collect();
    let signals = state.signals.iter();
    let (changed, rest): (Vec<_>, Vec<_>) = signals.partition(|it| triggers.contains(&it.code()));
    let mut parts: Vec<_> = changed.into_iter().map(reading).collect();
    if state.is_first_delivery() {
        parts.insert(0, "first delivery".to_owned());
    }
    let errors = rest.iter().filter(|it| it.is_error()).count();
    let more = if parts.is_empty() { "" } else { " more" };
    parts.push(match errors {
        0 => format!("{}{more} signals", rest.len()),
        _ => format!("{}{more} signals, {errors} of them in error", rest.len()),
    });
    format!("{}: {}", name(&state.vehicle), parts.join("; "))
}

/// What a vehicle error says: which errors came up or are over, for what.
pub fn of_error(error: &VehicleError) -> String {
    let errors = error.errors.iter().map(|it| {
        let code = it.code.as_ref().map(ErrorCode::as_str);
        let what = if it.is_resolved() {
            "is resolved"
        } else {
            "came up"
        };
        let scope = match it.scope() {
            Scope::Vehicle => "the whole vehicle".to_owned(),
            Scope::Signals([_]) => "1 signal".to_owned(),
            Scope::Signals(signals) => format!("{} signals", signals.len()),
            _ => "signals in an unknown form".to_owned(),
        };
        format!(
            "{}/{} {what} for {scope}",
            it.error_type,
            code.unwrap_or("-")
        )
    });
    let errors: Vec<_> = errors.collect();
    format!("{}: {}", name(&error.vehicle), errors.join("; "))
}

/// What the start of charging says.
pub fn of_start(time: Option<&Timestamp>) -> String {
    format!("began to charge{}", at(time))
}

/// What its end before the limit says.
pub fn of_stop(time: Option<&Timestamp>) -> String {
    format!("stopped charging before its limit{}", at(time))
}

/// What its end at the limit says.
pub fn of_completion(time: Option<&Timestamp>) -> String {
    format!("charged up to its limit{}", at(time))
}

fn name(vehicle: &Vehicle) -> String {
    let year = vehicle.year.map(|it| it.to_string());
    let parts = [
        vehicle.make.as_deref(),
        vehicle.model.as_deref(),
        year.as_deref(),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return "a vehicle".to_owned();
    }
    parts.join(" ")
}

/// The value of a signal where it is a number or a switch: those say nothing of a person or a place.
fn reading(signal: &Signal) -> String {
    #[derive(Deserialize)]
    struct Body {
        value: RawJson,
        unit: Option<String>,
    }

    let body = signal.body().and_then(|it| it.read::<Body>().ok());
    match body {
        Some(Body { value, unit }) if is_plain(value.as_str()) => {
            let unit = unit.map(|it| format!(" {it}")).unwrap_or_default();
            format!("{} is {}{unit}", signal.name, value.as_str())
        }
        _ if signal.is_error() => format!("{} cannot be read", signal.name),
        _ => format!("{} changed", signal.name),
    }
}

/// Whether a JSON value is a number or a boolean.
fn is_plain(json: &str) -> bool {
    json.starts_with(|it: char| it == '-' || it.is_ascii_digit())
        || matches!(json, "true" | "false")
}

fn at(time: Option<&Timestamp>) -> String {
    let sent = time.and_then(|it| it.to_json().read::<String>().ok());
    sent.map(|it| format!(" at {it}")).unwrap_or_default()
}

/// What a scheduled or dynamic delivery says of its vehicles: which endpoints, and how each answered.
pub fn of_vehicles(vehicles: &[VehicleData]) -> String {
    let responses = vehicles.iter().flat_map(|it| &it.data);
    let responses = responses.map(|it| match it.code {
        Some(code) => format!("{} {code}", it.path),
        None => it.path.to_string(),
    });
    responses.collect::<Vec<_>>().join(", ")
}
