//! The structure of a VEHICLE_STATE as one would derive it: bodies raw, nothing else kept.
#![expect(dead_code, reason = "they are read, not used")]

use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct State {
    event_id: String,
    event_type: String,
    pub(crate) data: Data,
    #[serde(default)]
    triggers: Vec<Trigger>,
    meta: Meta,
}

#[derive(Deserialize)]
pub(crate) struct Data {
    user: User,
    vehicle: Vehicle,
    pub(crate) signals: Vec<Signal>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    id: String,
    external_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vehicle {
    id: String,
    make: Option<String>,
    model: Option<String>,
    year: Option<u16>,
    mode: Option<String>,
    powertrain_type: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Signal {
    code: String,
    name: String,
    group: String,
    body: Option<Box<RawValue>>,
    status: Option<Status>,
    meta: Option<SignalMeta>,
}

#[derive(Deserialize)]
struct Status {
    value: String,
    error: Option<SignalError>,
}

#[derive(Deserialize)]
struct SignalError {
    #[serde(rename = "type")]
    error_type: String,
    code: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SignalMeta {
    oem_updated_at: Option<i64>,
    retrieved_at: Option<i64>,
}

#[derive(Deserialize)]
struct Trigger {
    #[serde(rename = "type")]
    trigger_type: String,
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
    version: Option<String>,
    delivery_id: Option<String>,
    delivered_at: Option<i64>,
    webhook_id: Option<String>,
    webhook_name: Option<String>,
    mode: Option<String>,
    signal_count: Option<u64>,
    sequence: Option<i64>,
}
