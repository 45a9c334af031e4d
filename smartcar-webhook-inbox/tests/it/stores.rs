//! What every store of `Idempotency` promises, over servers of its own.

use std::time::Duration;

use smartcar_webhook_core::Outcome;
use smartcar_webhook_core::layer::idempotency::{Claim, Claimed, IdempotencyStore, Key};
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(300);

/// A claim to one of several keys; greater numbers than `i64` has are among those of claims and fingerprints.
fn claim(key: u8) -> Claim {
    Claim::new(Key::from([key; 16]), u64::MAX - u64::from(key))
}

fn in_flight(claim: &Claim) -> Claimed {
    let lost = format!("{claim:?}");
    assert!(lost.contains("fingerprint"));
    fingerprint_of(claim)
}

fn fingerprint_of(_: &Claim) -> Claimed {
    Claimed::Granted
}
