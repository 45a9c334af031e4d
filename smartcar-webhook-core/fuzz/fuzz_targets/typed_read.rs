//! What is read as a payload can be written, and comes to rest at once: read and written again it stays as it is.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::IgnoredAny;
use smartcar_webhook_core::Delivery;
use smartcar_webhook_core::payload::Event;
use smartcar_webhook_core::payload::v2::{ChargingStarted, Dynamic, Schedule};
use smartcar_webhook_core::payload::v4::{VehicleError, VehicleState};

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, body)) = bytes.split_first() else {
        return;
    };
    match kind % 5 {
        0 => look_at::<VehicleState>(body),
        1 => look_at::<VehicleError>(body),
        2 => look_at::<ChargingStarted>(body),
        3 => look_at::<Schedule>(body),
        _ => look_at::<Dynamic>(body),
    }
});

fn look_at<E: Event + Serialize>(body: &[u8]) {
    let Some(first) = written::<E>(body) else {
        return;
    };
    assert!(
        serde_json::from_str::<IgnoredAny>(&first).is_ok(),
        "{first}"
    );
    let second = written::<E>(first.as_bytes()).expect("what was written is read");
    assert_eq!(first, second);
}

fn written<E: Event + Serialize>(body: &[u8]) -> Option<String> {
    let delivery = Delivery::assume_verified(Bytes::copy_from_slice(body)).ok()?;
    let payload = delivery.read::<E>().ok()?;
    Some(serde_json::to_string(&*payload).expect("what was read is written"))
}
