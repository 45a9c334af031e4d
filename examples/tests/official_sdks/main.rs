//! Smartcar's own SDKs sign what both adapters receive, and check what is signed here, alone and in servers that receive it.
//!
//! `.ci/run` installs them and what the servers need; `PYTHONPATH` and `NODE_PATH` say where they lie.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod body;
mod foreign_receiver;
mod receiver;
mod sdk;

use std::time::Duration;

use http::HeaderValue;
use serde_json::json;
use serde_json::value::RawValue;
use smartcar_webhook_core::testing::simulator::{SimulatedWebhook, Simulator};
use smartcar_webhook_core::testing::{HttpTarget, signed};
use smartcar_webhook_core::{ManagementToken, SC_SIGNATURE};

use crate::body::{bodies, built, challenges};
use crate::foreign_receiver::ForeignReceiver;
use crate::receiver::Receiver;
use crate::sdk::Sdk;

/// One as Smartcar makes them, one that is not ASCII and one longer than a block of the hash.
const TOKENS: [&str; 3] = [
    "8f0c2e1a-4d5b-4c6d-9e7f-0a1b2c3d4e5f",
    "schlüssel-é-漢-😀",
    "8f0c2e1a-4d5b-4c6d-9e7f-0a1b2c3d4e5f-8f0c2e1a-4d5b-4c6d-9e7f-0a1b2c3d4e5f",
];

#[tokio::test]
#[ignore = "needs Smartcar's SDKs: .ci/run installs them"]
async fn python() {
    agrees(Sdk::python()).await;
}

#[tokio::test]
#[ignore = "needs Smartcar's SDKs: .ci/run installs them"]
async fn node() {
    agrees(Sdk::node()).await;
}

#[tokio::test]
#[ignore = "needs Express and Smartcar's SDK: .ci/run installs them"]
async fn express() {
    for token in TOKENS {
        let receiver = ForeignReceiver::express(token).await;
        accepts_what_is_sent_here(&receiver, &mut Sdk::node(), token).await;
        accepts_a_fleet(&receiver, token).await;
    }
}

#[tokio::test]
#[ignore = "needs FastAPI and Smartcar's SDK: .ci/run installs them"]
async fn fastapi() {
    for token in TOKENS {
        let receiver = ForeignReceiver::fastapi(token).await;
        accepts_what_is_sent_here(&receiver, &mut Sdk::python(), token).await;
        accepts_a_fleet(&receiver, token).await;
    }
}

async fn agrees(mut sdk: Sdk) {
    for token in TOKENS {
        for receiver in Receiver::all(token).await {
            accepts_what_it_signed(&receiver, &mut sdk, token).await;
            answers_challenges_as_it_does(&receiver, &mut sdk, token).await;
        }
        it_accepts_what_is_signed_here(&mut sdk, token);
    }
}

async fn accepts_what_it_signed(receiver: &Receiver, sdk: &mut Sdk, token: &str) {
    let adapter = receiver.adapter;
    for text in bodies() {
        let body = sdk.body(&text);
        let signature = sdk.hash(token, &body);
        let (status, _, handled) = receiver.post(body.as_bytes(), Some(&signature)).await;
        assert_eq!(status, 200, "{adapter}: {body}");
        assert_eq!(handled.as_deref(), Some(body.as_bytes()), "{adapter}");

        for at in [0, body.len() / 2, body.len() - 1] {
            let mut changed = body.clone().into_bytes();
            changed[at] ^= 1;
            let answer = receiver.post(&changed, Some(&signature)).await;
            let refusal = r#"{"error":"signature_mismatch"}"#.to_owned();
            assert_eq!(
                answer,
                (401, refusal, None),
                "{adapter}: byte {at} of {body}"
            );
        }
    }
}

async fn answers_challenges_as_it_does(receiver: &Receiver, sdk: &mut Sdk, token: &str) {
    let adapter = receiver.adapter;
    for (challenge, verify) in challenges() {
        let body = sdk.body(&verify.to_string());
        let signature = sdk.hash(token, &body);
        let expected = json!({"challenge": sdk.hash(token, &challenge)}).to_string();
        for signature in [None, Some(&*signature)] {
            let answer = receiver.post(body.as_bytes(), signature).await;
            assert_eq!(answer, (200, expected.clone(), None), "{adapter}: {body}");
        }
    }
}

fn it_accepts_what_is_signed_here(sdk: &mut Sdk, token: &str) {
    for text in bodies() {
        let body = sdk.body(&text);
        let sign = |token, body| ManagementToken::new(token).unwrap().sign(body).to_hex();
        let signature = sign(token, body.as_bytes());
        assert!(sdk.verifies(token, &signature, &body), "{body}");
        let others = [sign("another", body.as_bytes()), sign(token, b"another")];
        for other in others {
            assert!(!sdk.verifies(token, &other, &body), "{body}");
        }
    }
}

/// Every kind of webhook, in every spelling.
async fn accepts_a_fleet(receiver: &ForeignReceiver, token: &str) {
    let before = receiver.events().len();
    let simulator = [
        SimulatedWebhook::signals("Signals"),
        SimulatedWebhook::schedule("Schedule", Duration::from_secs(60)),
        SimulatedWebhook::dynamic("Dynamic"),
        SimulatedWebhook::event_based("Charging"),
    ]
    .map(|it| it.callback(receiver.url().clone()))
    .into_iter()
    .fold(
        Simulator::new(ManagementToken::new(token).unwrap()),
        Simulator::webhook,
    )
    .any_spelling()
    .tests_every(Duration::from_secs(1))
    .rate(200.0);
    let target = HttpTarget::new().unwrap();
    let ledger = simulator.run(target, Duration::from_secs(2)).await;
    ledger.assert_nothing_lost();
    let totals = ledger.totals();
    assert!(totals.attempts > 200, "{ledger}");
    assert_eq!(totals.challenges_failed, 0, "{ledger}");
    let arrived = receiver.events().len() - before;
    assert_eq!(arrived as u64, totals.attempts, "{ledger}");
}

async fn accepts_what_is_sent_here(receiver: &ForeignReceiver, sdk: &mut Sdk, token: &str) {
    let token = ManagementToken::new(token).unwrap();
    for (challenge, verify) in challenges() {
        let expected = json!({"challenge": token.sign(challenge.as_bytes()).to_hex()});
        let request = signed(&token, &verify);
        let mut unsigned = request.clone();
        unsigned.headers_mut().remove(SC_SIGNATURE);
        for request in [request, unsigned] {
            let answer = receiver.post(request).await;
            assert_eq!(answer, (200, expected.to_string()), "{verify}");
        }
    }

    let spelled = bodies().into_iter().map(|it| sdk.body(&it));
    let spelled = spelled.map(|it| signed(&token, &RawValue::from_string(it).unwrap()));
    let mut deliveries: Vec<_> = spelled.collect();
    deliveries.extend(built().iter().map(|it| signed(&token, it)));
    let mut sent = Vec::new();
    for delivery in deliveries {
        let body = std::str::from_utf8(delivery.body()).unwrap().to_owned();
        sent.push(sdk.written(&body));

        let signature = delivery.headers()[SC_SIGNATURE].as_bytes();
        let mut forged = delivery.clone();
        let other = HeaderValue::from_bytes(&one_bit_changed(signature, signature.len() - 1));
        forged.headers_mut().insert(SC_SIGNATURE, other.unwrap());
        assert_eq!(receiver.post(forged).await.0, 401, "{body}");
        if let Some(changed) = one_letter_changed(body.as_bytes()) {
            let changed = delivery.clone().map(|_| changed);
            assert_eq!(receiver.post(changed).await.0, 401, "{body}");
        }
        assert_eq!(receiver.post(delivery).await.0, 200, "{body}");
    }
    assert_eq!(receiver.events(), sent);
}

/// One bit of a letter changed, in the second half if it can be; `None` if what remains is no JSON whichever it is.
///
/// Letters alone: other numerals can be the same number.
fn one_letter_changed(body: &[u8]) -> Option<Vec<u8>> {
    let places = (body.len() / 2..body.len()).chain(0..body.len() / 2);
    let letters = places.filter(|&at| body[at].is_ascii_alphabetic());
    let mut changed = letters.map(|at| one_bit_changed(body, at));
    changed.find(|it| serde_json::from_slice::<&RawValue>(it).is_ok())
}

fn one_bit_changed(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[at] ^= 1;
    changed
}
