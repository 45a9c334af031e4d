//! The structs one would write by hand for the fields one knows.
#![expect(dead_code, reason = "a handler reads more than it uses")]

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Head<'a> {
    #[serde(borrow)]
    pub(crate) event_type: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) event_name: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
pub(crate) struct Verify {
    pub(crate) data: Challenge,
}

#[derive(Deserialize)]
pub(crate) struct Challenge {
    pub(crate) challenge: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct State {
    event_id: String,
    pub(crate) data: Data,
    #[serde(default)]
    pub(crate) triggers: Vec<Trigger>,
    meta: Meta,
}

#[derive(Deserialize)]
pub(crate) struct Data {
    user: User,
    vehicle: Vehicle,
    pub(crate) signals: Vec<Signal>,
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
pub(crate) struct Signal {
    code: String,
    name: String,
    group: String,
    body: Option<Value>,
    status: Status,
    meta: Option<SignalMeta>,
}

#[derive(Deserialize)]
struct Status {
    value: String,
    error: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SignalMeta {
    oem_updated_at: Option<u64>,
    retrieved_at: Option<u64>,
}

#[derive(Deserialize)]
pub(crate) struct Trigger {
    #[serde(rename = "type")]
    kind: String,
    signal: Option<TriggerSignal>,
}

#[derive(Deserialize)]
struct TriggerSignal {
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
#[serde(rename_all = "camelCase")]
pub(crate) struct V2<P> {
    webhook_id: String,
    mode: Option<String>,
    pub(crate) payload: P,
}

#[derive(Deserialize)]
pub(crate) struct Vehicles {
    pub(crate) vehicles: Vec<VehicleData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VehicleData {
    vehicle_id: String,
    request_id: Option<String>,
    pub(crate) data: Vec<EndpointResponse>,
}

#[derive(Deserialize)]
pub(crate) struct EndpointResponse {
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
    pub(crate) vehicle_id: String,
    event_type: String,
    event_time: String,
}
