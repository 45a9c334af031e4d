//! The structs of a handler written by hand: the fields one knows, texts as `String`, the rest as `Value`.
#![expect(dead_code, reason = "a handler reads more than it uses")]

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

/// What tells the events apart: 4.0 has one of the two, 2.0 the other.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Head<'a> {
    #[serde(borrow)]
    pub(crate) event_type: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) event_name: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct V4<D> {
    event_id: String,
    pub(crate) data: D,
    #[serde(default)]
    triggers: Vec<Trigger>,
    meta: Meta,
}

#[derive(Deserialize)]
struct Trigger {
    #[serde(rename = "type")]
    kind: String,
    signal: Option<SignalName>,
}

#[derive(Deserialize)]
struct SignalName {
    code: String,
    name: Option<String>,
    group: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Meta {
    version: String,
    delivery_id: String,
    webhook_id: String,
    webhook_name: Option<String>,
    signal_count: Option<u32>,
    mode: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Challenge {
    pub(crate) challenge: String,
}

#[derive(Deserialize)]
pub(crate) struct State {
    user: User,
    vehicle: Vehicle,
    signals: Vec<Signal>,
}

#[derive(Deserialize)]
pub(crate) struct Failures {
    user: User,
    vehicle: Vehicle,
    errors: Vec<Value>,
}

#[derive(Deserialize)]
struct User {
    id: String,
}

#[derive(Deserialize)]
struct Vehicle {
    id: String,
    make: Option<String>,
    model: Option<String>,
    year: Option<u16>,
}

#[derive(Deserialize)]
struct Signal {
    code: String,
    name: String,
    group: String,
    body: Option<Value>,
    status: Status,
    meta: Option<Times>,
}

#[derive(Deserialize)]
struct Status {
    value: String,
    error: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Times {
    oem_updated_at: Option<u64>,
    retrieved_at: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct V2<P> {
    webhook_id: String,
    mode: Option<String>,
    pub(crate) payload: P,
}

#[derive(Deserialize)]
pub(crate) struct Vehicles {
    vehicles: Vec<Readings>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Readings {
    vehicle_id: String,
    request_id: Option<String>,
    data: Vec<Reading>,
}

#[derive(Deserialize)]
struct Reading {
    path: String,
    code: u16,
    body: Value,
    headers: Headers,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Headers {
    sc_data_age: Option<String>,
    sc_unit_system: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Charging {
    event_id: String,
    vehicle_id: String,
    event_type: String,
    event_time: String,
}
