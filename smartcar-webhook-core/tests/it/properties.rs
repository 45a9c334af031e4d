//! What holds of every request and every body, tried with many: the same as the targets in `fuzz`, for any compiler.

use std::fmt;

use bytes::Bytes;
use futures_util::FutureExt;
use http::{HeaderValue, Request};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;
use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;
use smartcar_webhook_core::payload::Event;
use smartcar_webhook_core::payload::v2::{ChargingStarted, Dynamic, Schedule};
use smartcar_webhook_core::payload::v4::{VehicleError, VehicleState};
use smartcar_webhook_core::{
    Delivery, ErrorKind, EventRouter, ManagementToken, SC_SIGNATURE, Webhook,
};
use tower::ServiceExt;

use crate::mutation::{Json, delivery, json, mutated};

/// The same cases in every run: chance is for fuzzing.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 1000,
        rng_seed: RngSeed::Fixed(0),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Bytes, more often such as are near to JSON than not.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..64),
        vec(select(&br#"{}[]":,\u01-.eE truefalsn"#[..]), 0..24),
        (delivery(), any::<Index>(), vec(any::<u8>(), 0..2)).prop_map(|(body, at, bytes)| {
            let mut body = body.into_bytes();
            let at = at.index(body.len());
            body.splice(at..=at, bytes);
            body
        }),
    ]
}

/// A delivery is whatever is a JSON object in UTF-8, and nothing else.
fn look_at_envelope(bytes: &[u8]) {
    let json = serde_json::from_slice::<&RawValue>(bytes);
    let is_object = json.is_ok_and(|it| it.get().starts_with('{'));
    match Delivery::assume_verified(Bytes::copy_from_slice(bytes)) {
        Ok(delivery) => {
            assert!(is_object);
            assert_eq!(delivery.raw(), bytes);
            assert!(delivery.idempotency_key().contains(':'));
            assert!(format!("{delivery:?}").starts_with("Delivery"));
        }
        Err(err) => {
            assert!(!is_object);
            assert_eq!(err.kind(), ErrorKind::NotAnObject);
        }
    }
}

/// What is read can be shown and written, and what is not says where it does not fit.
fn look_at_payload<E: Event + fmt::Debug + Serialize>(delivery: &Delivery) {
    match delivery.read::<E>() {
        Ok(payload) => {
            assert_eq!(payload.raw(), delivery.raw());
            assert!(!format!("{payload:?}").is_empty());
            let written = serde_json::to_string(&*payload).unwrap();
            assert!(serde_json::from_str::<IgnoredAny>(&written).is_ok());
            assert!(crate::delivery(written).read::<E>().is_ok());
        }
        Err(err) => {
            assert_eq!(err.kind(), ErrorKind::Misfit);
            assert!(err.path().is_some());
        }
    }
}

/// The status of the answer to a request, and its body.
fn answer(body: &[u8], signature: Option<HeaderValue>) -> (u16, Bytes) {
    let mut request = Request::post("/")
        .body(Bytes::copy_from_slice(body))
        .unwrap();
    let header = signature.map(|it| (SC_SIGNATURE, it));
    request.headers_mut().extend(header);
    let webhook = Webhook::new(ManagementToken::new("amt").unwrap(), EventRouter::new());
    let response = webhook.oneshot(request).now_or_never().unwrap().unwrap();
    (response.status().as_u16(), response.into_body())
}

fn signed(challenge: &str) -> Bytes {
    let signature = ManagementToken::new("amt")
        .unwrap()
        .sign(challenge.as_bytes());
    format!(r#"{{"challenge":"{}"}}"#, signature.to_hex()).into()
}

fn is_harmless(challenge: &str) -> bool {
    let refused = |it: char| it == '{' || it == '"' || it.is_control();
    challenge.chars().count() <= 256 && !challenge.contains(refused)
}

/// Bodies that ask for a challenge, or nearly so.
fn asking() -> impl Strategy<Value = Json> {
    let bodies = [
        r#"{"eventType":"VERIFY","data":{"challenge":"c"},"payload":{"challenge":"d"}}"#,
        r#"{"eventName":"verify","data":{"challenge":"c"},"payload":{"challenge":"d"}}"#,
    ];
    mutated(bodies.map(|it| it.as_bytes().to_vec()))
}

/// From the tests of Smartcar's own SDKs, under the token `amt`.
const PIZZA: &[u8] = br#"{"pizza":"pasta"}"#;
const SIGNATURE: &str = "4c05a8da471f05156ad717baa4017acd13a3a809850b9ca7d3301dcaaa854f70";

/// Values of the header, more often such as are near to the right one than not.
fn header() -> impl Strategy<Value = HeaderValue> {
    let near = (
        any::<[bool; 64]>(),
        any::<Index>(),
        vec(any::<u8>(), 0..2),
        any::<bool>(),
    );
    let near = near.prop_map(|(upper, at, bytes, is_changed)| {
        let digits = SIGNATURE.bytes().zip(upper);
        let digits = digits.map(|(it, upper)| if upper { it.to_ascii_uppercase() } else { it });
        let mut digits: Vec<_> = digits.collect();
        let at = at.index(digits.len());
        if is_changed {
            digits.splice(at..=at, bytes);
        }
        digits
    });
    prop_oneof![near, vec(any::<u8>(), 0..130)]
        .prop_filter_map("no header", |it| HeaderValue::from_bytes(&it).ok())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_envelope_of_any_bytes(bytes in bytes()) {
        look_at_envelope(&bytes);
    }

    #[test]
    fn the_envelope_of_any_json(json in json()) {
        look_at_envelope(json.to_string().as_bytes());
    }

    #[test]
    fn any_payload(body in delivery()) {
        look_at_envelope(body.as_bytes());
        if let Ok(delivery) = Delivery::assume_verified(body.into()) {
            look_at_payload::<VehicleState>(&delivery);
            look_at_payload::<VehicleError>(&delivery);
            look_at_payload::<ChargingStarted>(&delivery);
            look_at_payload::<Schedule>(&delivery);
            look_at_payload::<Dynamic>(&delivery);
        }
    }

    #[test]
    fn a_challenge_is_answered_if_it_is_harmless(challenge in any::<String>(), repeat in 1..30_usize) {
        let challenge = challenge.repeat(repeat);
        let text = Value::from(&*challenge);
        let body = format!(r#"{{"eventType":"VERIFY","data":{{"challenge":{text}}}}}"#);
        let (status, answered) = answer(body.as_bytes(), None);
        if is_harmless(&challenge) && body.len() <= 8192 {
            assert_eq!((status, answered), (200, signed(&challenge)));
        } else {
            assert!(matches!(status, 401 | 403), "{status}");
        }
    }

    /// Whatever is signed for a stranger stands in the body, and is harmless.
    #[test]
    fn nothing_but_a_harmless_challenge_is_answered(body in asking()) {
        let (status, answered) = answer(body.to_string().as_bytes(), None);
        if status == 200 {
            let mut leaves = body.leaves();
            let content = |json: &str| serde_json::from_str(json).unwrap_or_else(|_| json.to_owned());
            assert!(leaves.any(|it| is_harmless(&content(it)) && answered == signed(&content(it))));
        } else {
            assert!(matches!(status, 401 | 403), "{status}");
        }
    }

    #[test]
    fn only_its_signature_lets_a_body_in(header in header()) {
        let is_right = header.as_bytes().eq_ignore_ascii_case(SIGNATURE.as_bytes());
        let (status, _) = answer(PIZZA, Some(header));
        assert_eq!(status, if is_right { 200 } else { 401 });
    }
}
