//! Every known mistake between a token, a signature and a body is named.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use http::Request;
use serde::Deserialize;
use smartcar_webhook_core::doctor::{Cause, Diagnosis, Doctor, Examination};
use smartcar_webhook_core::payload::RawJson;
use smartcar_webhook_core::testing::{Dispatcher, vehicle_state};
use smartcar_webhook_core::{
    ErrorKind, EventRouter, Keyring, ManagementToken, SC_SIGNATURE, Verifier, Webhook,
};
use tower::ServiceExt;

use crate::TOKEN;
use crate::log::Log;

fn token(text: &str) -> ManagementToken {
    ManagementToken::new(text).unwrap()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Case {
    name: String,
    tokens: Option<Vec<String>>,
    #[serde(default)]
    others: Vec<String>,
    header: String,
    #[serde(default)]
    body: String,
    /// In place of `body` where that is no text.
    body_hex: Option<String>,
    #[serde(default)]
    flags: Vec<String>,
    causes: Vec<String>,
    #[serde(default)]
    certain: bool,
}

/// Signed by Python's `hmac`, and damaged by Python.
fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../vectors/doctor.json")).unwrap()
}

#[test]
fn every_mistake_is_named() {
    let mut named = BTreeSet::new();
    for case in cases() {
        let body = case.body_hex.map(|it| hex::decode(it).unwrap());
        let body = body.unwrap_or(case.body.into_bytes());
        let mut examination = Examination::new(case.header.as_bytes(), &body);
        for token in case.tokens.unwrap_or(vec![TOKEN.to_owned()]) {
            examination = examination.token("mine", &token);
        }
        for token in &case.others {
            examination = examination.other_token("other", token);
        }
        for flag in &case.flags {
            examination = match &**flag {
                "compressed" => examination.said_compressed(),
                "test" => examination.after_test(),
                "challenge" => examination.after_challenge(),
                flag => panic!("{flag}"),
            };
        }
        let diagnosis = examination.diagnose();
        let causes = diagnosis.iter().flat_map(Diagnosis::causes);
        let causes: Vec<_> = causes.map(|it| it.code()).collect();
        assert_eq!(causes, case.causes, "{}", case.name);
        let certain = diagnosis.as_ref().is_some_and(Diagnosis::is_certain);
        assert_eq!(certain, case.certain, "{}", case.name);
        let key = diagnosis.as_ref().and_then(Diagnosis::key);
        assert_eq!(key.is_some(), certain);
        let text = format!("{diagnosis:?} {examination:?}");
        let text = text + &diagnosis.map(|it| it.to_string()).unwrap_or_default();
        for secret in [TOKEN, &*case.header, "CITRO", "v1"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        named.extend(causes);
    }
    let all = Cause::ALL.iter().map(|it| it.code());
    assert_eq!(named, all.collect(), "a cause that no case has");
}

#[test]
fn a_diagnosis_says_what_to_do() {
    let right = "4c05a8da471f05156ad717baa4017acd13a3a809850b9ca7d3301dcaaa854f70";
    let body = br#"{"pizza":"pasta"}"#;
    let examination = Examination::new(&right.as_bytes()[..32], body).keys(&token("amt").into());
    assert_eq!(
        examination.diagnose().unwrap().to_string(),
        "the signature is cut off (fits the key `primary`): \
         see what shortens the header: a proxy, a column in a table, a log it was copied from"
    );
    let examination = Examination::new(b"?", body).token("mine", "amt");
    assert_eq!(
        examination.diagnose().unwrap().to_string(),
        "perhaps the signature is not 64 hexadecimal digits: \
         see what sends the request: Smartcar sends 64 hexadecimal digits"
    );
}

#[test]
fn codes_are_all_different() {
    let codes: BTreeSet<_> = Cause::ALL.iter().map(|it| it.code()).collect();
    assert_eq!(codes.len(), Cause::ALL.len());
}

/// Waits for the thread of the doctor.
fn until(happened: impl Fn() -> bool) {
    let start = Instant::now();
    while !happened() {
        assert!(start.elapsed() < Duration::from_secs(20), "it never came");
        std::thread::yield_now();
    }
}

fn dispatcher(verifier: &Verifier) -> Dispatcher {
    Dispatcher::new(Webhook::new(verifier.clone(), EventRouter::new()))
}

#[tokio::test]
async fn a_receiver_has_its_refusals_examined() {
    let log = Log::default();
    let _guard = log.listen();
    let other = Keyring::new("staging", token("staging"));
    let doctor = Doctor::new(Duration::MAX, Instant::now).knowing(other);
    let verifier = Verifier::new(token("amt")).with_doctor(doctor);
    let smartcar = dispatcher(&verifier).signing_with(token("staging"));

    for _ in 0..3 {
        assert_eq!(smartcar.send(&vehicle_state()).await.status(), 401);
    }
    until(|| log.text().contains("signatures refused"));
    let tally = verifier.tally();
    assert_eq!(tally.diagnosed(Cause::OtherToken), 1);
    assert_eq!(
        tally.diagnoses().collect::<Vec<_>>(),
        [(Cause::OtherToken, 1)]
    );
    assert_eq!(tally.refused(ErrorKind::SignatureMismatch), 3);
    assert_eq!(tally.refusals().count(), 1);
    let warnings = log.text();
    assert_eq!(warnings.matches("WARN").count(), 1, "{warnings}");
    for part in [
        "other_token",
        "certain=true",
        "refused=1",
        "`staging`",
        "accept it too",
    ] {
        assert!(warnings.contains(part), "{part} in {warnings}");
    }
}

#[tokio::test]
async fn refusals_between_two_examinations_are_counted() {
    let log = Log::default();
    let _guard = log.listen();
    let verifier =
        Verifier::new(token("amt")).with_doctor(Doctor::new(Duration::ZERO, Instant::now));
    let smartcar = dispatcher(&verifier);
    for (header, cause) in [
        (
            "TAWo2kcfBRVq1xe6pAF6zROjqAmFC5yn0zAdyqqFT3A=",
            Cause::HeaderBase64,
        ),
        ("no digits", Cause::HeaderMalformed),
    ] {
        let reply = smartcar
            .send_with_signature(r#"{"pizza":"pasta"}"#, header)
            .await;
        assert_eq!(reply.status(), 401);
        until(|| verifier.tally().diagnosed(cause) == 1);
    }
    // Nothing to examine.
    assert_eq!(smartcar.send_with_signature("{}", "").await.status(), 401);
    assert_eq!(verifier.tally().refused(ErrorKind::SignatureMalformed), 2);
    assert_eq!(verifier.tally().refused(ErrorKind::SignatureMissing), 1);
}

/// What was verified before decides what is thought of what is not.
#[tokio::test]
async fn the_doctor_knows_the_past() {
    let doctor = Doctor::new(Duration::ZERO, Instant::now);
    let verifier = Verifier::new(token("amt")).with_doctor(doctor);
    let smartcar = dispatcher(&verifier);
    let forger = dispatcher(&verifier).signing_with(token("old secret"));
    // In the order in which Smartcar sends: one sorted looks written anew.
    let in_mode = |mode: &str| {
        let json =
            format!(r#"{{"eventType":"VEHICLE_STATE","data":{{}},"meta":{{"mode":"{mode}"}}}}"#);
        RawJson::parse(json).unwrap()
    };

    assert_eq!(smartcar.challenge("challenge").await.status(), 200);
    assert_eq!(forger.send(&in_mode("LIVE")).await.status(), 401);
    until(|| verifier.tally().diagnosed(Cause::NeverVerified) == 1);

    assert_eq!(smartcar.send(&in_mode("TEST")).await.status(), 200);
    assert_eq!(forger.send(&in_mode("LIVE")).await.status(), 401);
    until(|| verifier.tally().diagnosed(Cause::LiveFails) == 1);

    assert_eq!(smartcar.send(&in_mode("LIVE")).await.status(), 200);
    assert_eq!(forger.send(&in_mode("LIVE")).await.status(), 401);
    until(|| verifier.tally().diagnosed(Cause::Unexplained) == 1);

    let tally = verifier.tally();
    let counts = [
        tally.challenges_answered(),
        tally.verified(),
        tally.verified_live(),
        tally.verified_test(),
    ];
    assert_eq!(counts, [1, 2, 1, 1]);
    let healthy = verifier.without_doctor();
    let forger = dispatcher(&healthy).signing_with(token("old secret"));
    assert_eq!(forger.send(&in_mode("LIVE")).await.status(), 401);
}

/// Anybody can have a text signed as a challenge, and send that signature with whatever text.
#[tokio::test]
async fn the_answer_to_a_challenge_makes_no_certain_diagnosis_and_no_warning_of_its_own() {
    let log = Log::default();
    let _guard = log.listen();
    let verifier =
        Verifier::new(token("amt")).with_doctor(Doctor::new(Duration::ZERO, Instant::now));
    let smartcar = dispatcher(&verifier);
    // That of `challenge`, from the tests of Smartcar's SDKs.
    let answer = "9baf5a7464bd86740ad5a06e439dcf535a075022ed2c92d74efacf646d79328e";

    let reply = smartcar.challenge("challenge").await;
    assert!(String::from_utf8_lossy(reply.body()).contains(answer));
    let reply = smartcar.send_with_signature("challenge", answer).await;
    assert_eq!(reply.error().unwrap().kind(), ErrorKind::NotAnObject);
    assert!(!log.text().contains("WARN"), "{}", log.text());

    let reply = smartcar.send_with_signature("challenge\n", answer).await;
    assert_eq!(reply.status(), 401);
    until(|| log.text().contains("signatures refused"));
    assert!(log.text().contains("certain=false"), "{}", log.text());
    assert_eq!(verifier.tally().diagnosed(Cause::BodyMalformed), 1);
}

#[tokio::test]
async fn one_refusal_is_examined_at_a_time() {
    let log = Log::default();
    let _guard = log.listen();
    let verifier =
        Verifier::new(token("amt")).with_doctor(Doctor::new(Duration::ZERO, Instant::now));
    let smartcar = dispatcher(&verifier);
    let wrong = "0".repeat(64);
    let lengthy = format!(r#"{{"a":[{}0]}}"#, "1.0,".repeat(10_000));

    // The second comes while the first is looked at.
    for body in [lengthy, "null".to_owned()] {
        assert_eq!(
            smartcar.send_with_signature(body, &wrong).await.status(),
            401
        );
    }
    until(|| log.text().contains("refused=1"));
    let reply = smartcar.send_with_signature("null", &wrong).await;
    assert_eq!(reply.status(), 401);
    until(|| log.text().contains("refused=2"));
    assert_eq!(log.text().matches("WARN").count(), 2);
}

#[tokio::test]
async fn what_is_said_to_be_encoded_as_it_is_was_not_decompressed() {
    let doctor = Doctor::new(Duration::ZERO, Instant::now);
    let verifier = Verifier::new(token("amt")).with_doctor(doctor);
    let webhook = Webhook::new(verifier.clone(), EventRouter::new());
    for (encoding, cause) in [
        ("identity", Cause::Unexplained),
        ("gzip", Cause::BodyDecompressed),
    ] {
        let request = Request::post("/")
            .header(SC_SIGNATURE, "0".repeat(64))
            .header("content-encoding", encoding)
            .body(r#"{"eventType":"X"}"#.into())
            .unwrap();
        let response = webhook.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 401);
        until(|| verifier.tally().diagnosed(cause) == 1);
    }
}

/// A proxy that takes the header away is found out once challenges prove that Smartcar comes through.
#[tokio::test]
async fn signatures_that_are_always_missing_are_examined() {
    let doctor = Doctor::new(Duration::ZERO, Instant::now);
    let verifier = Verifier::new(token("amt")).with_doctor(doctor);
    let smartcar = dispatcher(&verifier);
    let event = r#"{"eventType":"VEHICLE_STATE"}"#;
    assert_eq!(smartcar.send_with_signature(event, "").await.status(), 401);
    assert_eq!(smartcar.challenge("challenge").await.status(), 200);
    assert_eq!(smartcar.send_with_signature(event, "").await.status(), 401);
    until(|| verifier.tally().diagnosed(Cause::HeaderMissing) == 1);
    assert_eq!(smartcar.send_raw(event).await.status(), 200);
    assert_eq!(smartcar.send_with_signature(event, "").await.status(), 401);
    assert_eq!(verifier.tally().refused(ErrorKind::SignatureMissing), 3);
    assert_eq!(verifier.tally().diagnoses().count(), 1);
}
