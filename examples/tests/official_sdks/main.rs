//! Smartcar's own SDKs sign what both adapters receive, and check what is signed here.
//!
//! `.ci/run` installs them; `PYTHONPATH` and `NODE_PATH` say where they lie.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod body;
mod receiver;
mod sdk;

use serde_json::json;
use smartcar_webhook_core::ManagementToken;

use crate::body::bodies;
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
    let longest = "é".repeat(256);
    for challenge in [
        "challenge",
        "nsQsLU7wY9WKt2IU",
        "3a5c8f72-e6d9-4b1a-9f2e-8c7d6a5b4e3f",
        "<random-string>",
        " of several words ",
        r"\u0063 and /",
        "Zürich-é-漢-😀\u{2028}",
        &longest,
        "",
    ] {
        for verify in [
            json!({"eventId": "e1", "eventType": "VERIFY", "data": {"challenge": challenge}}),
            json!({"version": "2.0", "eventName": "verify", "payload": {"challenge": challenge}}),
        ] {
            let body = sdk.body(&verify.to_string());
            let signature = sdk.hash(token, &body);
            let expected = json!({"challenge": sdk.hash(token, challenge)}).to_string();
            for signature in [None, Some(&*signature)] {
                let answer = receiver.post(body.as_bytes(), signature).await;
                assert_eq!(
                    answer,
                    (200, expected.clone(), None),
                    "{}: {body}",
                    receiver.adapter
                );
            }
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
