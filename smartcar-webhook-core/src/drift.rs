//! Where deliveries depart from what is declared.

use serde_json::value::RawValue;

use crate::endpoint::KnownEndpoint;
use crate::json::{Inspection, Members, Wire, read};
use crate::payload::v2::{EndpointResponse, event_based, vehicles};
use crate::payload::v4::{Signal, vehicle_error, vehicle_state};
use crate::payload::{ApiError, Delivery, Drift, Envelope, EventType, Generation, RawJson};
use crate::signal::KnownSignal;

impl<E> Delivery<E> {
    /// Every departure of the body from what this library declares of its event type, at most 1,000 of them.
    ///
    /// It says what Smartcar changed before a handler stumbles over it: count them, or log their paths, which hold no values.
    /// The body is read once more, down to the bodies of signals and endpoints; who does not ask pays nothing.
    /// Of an unknown event type all there is to say is that it is unknown.
    pub fn drift(&self) -> Vec<Drift> {
        let json = self.json().as_str();
        let mut inspection = Inspection::default();
        let envelope = self.envelope();
        let event_type = envelope.event_type.as_ref();
        match event_type.and_then(|it| DECLARED.iter().find(|declared| declared.0 == *it)) {
            Some((_, inspect)) => inspect(json, &mut inspection),
            None => unknown_type(envelope, &mut inspection),
        }
        inspection.into_found()
    }
}

fn unknown_type(envelope: &Envelope, inspection: &mut Inspection) {
    let event_type = envelope.event_type.as_ref().map(EventType::as_str);
    match envelope.generation {
        Generation::Unknown => inspection.member("eventType", Inspection::missing),
        Generation::V2 if envelope.event_name.as_deref() == event_type => {
            inspection.member("eventName", Inspection::unknown_value);
        }
        Generation::V2 => inspection.member("payload", |it| {
            it.member("eventType", Inspection::unknown_value);
        }),
        Generation::V4 => inspection.member("eventType", Inspection::unknown_value),
    }
}

type Inspect = fn(&str, &mut Inspection);

static DECLARED: [(EventType, Inspect); 7] = [
    (EventType::VEHICLE_STATE, vehicle_state),
    (EventType::VEHICLE_ERROR, vehicle_error::Body::inspect),
    (EventType::CHARGING_STARTED, event_based::Body::inspect),
    (EventType::CHARGING_STOPPED, event_based::Body::inspect),
    (EventType::CHARGING_COMPLETED, event_based::Body::inspect),
    (EventType::SCHEDULE, vehicles),
    (EventType::DYNAMIC, vehicles),
];

fn vehicle_state(json: &str, inspection: &mut Inspection) {
    vehicle_state::Body::inspect(json, inspection);
    inspect_items(json, &["data", "signals"], inspection, signal);
}

fn signal(json: &str, inspection: &mut Inspection) {
    let Ok(signal) = read::<Signal>(&raw(json)) else {
        return;
    };
    match (KnownSignal::by_code(&signal.code()), signal.body()) {
        (Some(known), Some(body)) => {
            inspection.member("body", |it| (known.inspect)(body.as_str(), it));
        }
        (Some(_), None) => {}
        (None, _) => inspection.member("code", Inspection::unknown_value),
    }
}

fn vehicles(json: &str, inspection: &mut Inspection) {
    vehicles::Body::inspect(json, inspection);
    inspect_items(json, &["payload", "vehicles"], inspection, |json, it| {
        inspect_items(json, &["data"], it, response);
    });
}

fn response(json: &str, inspection: &mut Inspection) {
    let Ok(response) = read::<EndpointResponse>(&raw(json)) else {
        return;
    };
    if let Some(error) = response.error_body() {
        inspection.member("body", |it| ApiError::inspect(error.as_str(), it));
        return;
    }
    match (KnownEndpoint::by_path(&response.path), response.body()) {
        (Some(known), Some(body)) => {
            inspection.member("body", |it| (known.inspect)(body.as_str(), it));
        }
        (Some(_), None) => {}
        (None, _) => inspection.member("path", Inspection::unknown_value),
    }
}

/// Inspects the items of the list at this path; where there is none, that was noted already.
fn inspect_items(json: &str, path: &[&str], inspection: &mut Inspection, inspect: Inspect) {
    let [key, rest @ ..] = path else {
        let items: Vec<&RawValue> = serde_json::from_str(json).unwrap_or_default();
        for (index, item) in items.into_iter().enumerate() {
            inspection.item(index, |it| inspect(item.get(), it));
        }
        return;
    };
    let Ok(Members(members)) = serde_json::from_str(json) else {
        return;
    };
    if let Some((_, value)) = members.iter().rfind(|it| it.0.0 == *key) {
        inspection.member(key, |it| inspect_items(value.get(), rest, it, inspect));
    }
}

fn raw(json: &str) -> RawJson {
    RawJson::trusted(json.into())
}
