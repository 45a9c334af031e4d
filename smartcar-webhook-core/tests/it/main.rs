//! Everything core promises, as data sent through one door where that is possible.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::float_cmp, reason = "values are as sent")]

#[cfg(all(feature = "http-body", feature = "http-client", feature = "tokio"))]
mod auto_traits;
mod bodies;
mod build_cost;
#[cfg(all(feature = "testing", feature = "tokio"))]
mod cached_keys;
mod challenge;
#[cfg(feature = "testing")]
mod conformance;
mod debug;
mod deliveries;
#[cfg(feature = "tokio")]
mod desk;
#[cfg(feature = "tokio")]
mod detach;
#[cfg(feature = "testing")]
mod dispatcher;
#[cfg(feature = "testing")]
mod doctor;
mod drift;
mod endpoints;
#[cfg(feature = "testing")]
mod health;
#[cfg(all(feature = "testing", feature = "tokio"))]
mod error_router;
#[cfg(feature = "testing")]
mod extensions;
#[cfg(all(feature = "testing", feature = "tokio"))]
mod filter;
#[cfg(all(feature = "testing", feature = "tokio"))]
mod foreign_receivers;
#[cfg(all(feature = "testing", feature = "tokio"))]
mod freshness;
mod hygiene;
mod house;
mod idempotency;
#[cfg(feature = "tokio")]
mod idempotency_model;
#[cfg(feature = "tokio")]
mod idempotent;
#[cfg(all(feature = "testing", feature = "tokio"))]
mod inbox;
mod json_suite;
#[cfg(all(feature = "testing", feature = "tokio"))]
mod keys;
#[cfg(any(feature = "testing", feature = "tokio"))]
mod log;
#[cfg(all(feature = "testing", feature = "http-body"))]
mod logs;
#[cfg(feature = "testing")]
mod lanes;
mod lossless;
#[cfg(feature = "tokio")]
mod memory_store;
#[cfg(all(feature = "metrics", feature = "testing"))]
mod metrics;
mod mutation;
mod payload_v2;
mod payload_v4;
mod properties;
#[cfg(feature = "tokio")]
mod remote_store;
#[cfg(feature = "testing")]
mod replay;
#[cfg(all(feature = "testing", feature = "tokio"))]
mod retries;
mod router;
mod rows;
#[cfg(feature = "schemars")]
mod schemas;
mod shapes;
#[cfg(all(feature = "testing", feature = "tokio"))]
mod signal_router;
mod signals;
mod signature;
#[cfg(all(feature = "testing", feature = "tokio"))]
mod simulator;
mod snapshots;
#[cfg(all(feature = "testing", feature = "tokio"))]
mod spellings;
mod token;
mod tolerance;
mod ui;
mod webhook;

use smartcar_webhook_core::Delivery;
use smartcar_webhook_core::payload::v4::{VehicleError, VehicleState};

/// The token of every test that does not need another.
const TOKEN: &str = "8f0c2e1a-4d5b-4c6d-9e7f-0a1b2c3d4e5f";

/// The folder of all fixtures.
const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");

/// Every delivery among the fixtures with its name and the signature that `openssl` computed.
fn fixtures() -> Vec<(String, Vec<u8>, String)> {
    listed(FIXTURES, "signatures.tsv")
}

/// The files a table lists, with their names and what the table says of each.
fn listed(folder: &str, table: &str) -> Vec<(String, Vec<u8>, String)> {
    let table = std::fs::read_to_string(format!("{folder}/{table}")).unwrap();
    let rows = table.lines().map(|row| {
        let (name, said) = row.split_once('\t').unwrap();
        let body = std::fs::read(format!("{folder}/{name}.json")).unwrap();
        (name.to_owned(), body, said.to_owned())
    });
    rows.collect()
}

/// A fixture as a delivery.
fn fixture(name: &str) -> Delivery {
    let (_, body, _) = fixtures().into_iter().find(|it| it.0 == name).unwrap();
    Delivery::assume_verified(body.into()).unwrap()
}

/// A body as a delivery.
fn delivery(body: impl Into<String>) -> Delivery {
    Delivery::assume_verified(body.into().into()).unwrap()
}

/// A `VEHICLE_STATE` of the vehicle `v1` with these members of `data`.
fn state(data: &str) -> Delivery<VehicleState> {
    let body =
        format!(r#"{{"eventType":"VEHICLE_STATE","data":{{"vehicle":{{"id":"v1"}},{data}}}}}"#);
    delivery(body).read().unwrap()
}

/// A `VEHICLE_ERROR` of the vehicle `v1` with these errors.
fn errors(errors: &str) -> Delivery<VehicleError> {
    let data = format!(r#"{{"vehicle":{{"id":"v1"}},"errors":[{errors}]}}"#);
    delivery(format!(r#"{{"eventType":"VEHICLE_ERROR","data":{data}}}"#))
        .read()
        .unwrap()
}
