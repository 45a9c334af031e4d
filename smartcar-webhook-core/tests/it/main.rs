//! Everything core promises, as data sent through one door where that is possible.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../conformance/case.rs"]
mod case;

mod auto_traits;
mod challenge;
mod conformance;
mod deliveries;
mod hygiene;
mod house;
mod idempotency;
mod payload_v2;
mod payload_v4;
mod router;
mod rows;
mod signature;
mod token;
mod tolerance;
mod ui;
mod webhook;

/// The token of every test that does not need another.
const TOKEN: &str = "8f0c2e1a-4d5b-4c6d-9e7f-0a1b2c3d4e5f";

/// Every fixture with its name and the signature that `openssl` computed.
fn fixtures() -> Vec<(String, Vec<u8>, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    let table = std::fs::read_to_string(format!("{folder}/signatures.tsv")).unwrap();
    let rows = table.lines().map(|row| {
        let (name, signature) = row.split_once('\t').unwrap();
        let body = std::fs::read(format!("{folder}/{name}.json")).unwrap();
        (name.to_owned(), body, signature.to_owned())
    });
    rows.collect()
}

/// A fixture as a delivery.
fn fixture(name: &str) -> smartcar_webhook_core::Delivery {
    let (_, body, _) = fixtures().into_iter().find(|it| it.0 == name).unwrap();
    smartcar_webhook_core::Delivery::assume_verified(body.into()).unwrap()
}

/// A body as a delivery.
fn delivery(body: impl Into<String>) -> smartcar_webhook_core::Delivery {
    smartcar_webhook_core::Delivery::assume_verified(body.into().into()).unwrap()
}
