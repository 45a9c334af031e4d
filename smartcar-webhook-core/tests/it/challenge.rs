use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use http::Request;
use smartcar_webhook_core::{
    ChallengePolicy, Error, ErrorKind, EventRouter, ManagementToken, SC_SIGNATURE, Verifier,
    Webhook,
};
use tower::ServiceExt;

use crate::{FIXTURES, TOKEN, listed};

async fn answer(token: &str, body: String) -> (u16, String, Option<ErrorKind>) {
    let webhook = Webhook::new(ManagementToken::new(token).unwrap(), EventRouter::new());
    let request = Request::post("/").body(body.into()).unwrap();
    let response = webhook.oneshot(request).await.unwrap();
    let kind = response.extensions().get().map(Error::kind);
    let body = String::from_utf8(response.body().to_vec()).unwrap();
    (response.status().as_u16(), body, kind)
}

fn verify_v4(challenge: &str) -> String {
    serde_json::json!({"eventType": "VERIFY", "data": {"challenge": challenge}}).to_string()
}

/// Answers published by Smartcar's SDKs, or computed with Python's `hmac`.
#[tokio::test]
async fn answers_are_those_of_other_implementations() {
    let long = "k".repeat(65);
    let cases = [
        (
            "amt",
            "challenge",
            "9baf5a7464bd86740ad5a06e439dcf535a075022ed2c92d74efacf646d79328e",
        ),
        (
            "amt",
            "",
            "8121f40c2dd80d17701cd496159018a55da5f0656fccfeefcb18206b60b5c019",
        ),
        (
            "amt",
            "9c9c9c9c",
            "abe7851fd59097a9737889f2572633d8d5a606ce848204974c38078fea06f93d",
        ),
        (
            TOKEN,
            "nsQsLU7wY9WKt2IU",
            "f0d44f5cc8363b5f5ca033d6a368bc371025b7c460af44159c6bb6eb30a2cfde",
        ),
        (
            TOKEN,
            "3a5c8f72-e6d9-4b1a-9f2e-8c7d6a5b4e3f",
            "e377303082f0b6398c0dc6d61265503cd2fd93720de3f4392331e721f9fb221d",
        ),
        (
            TOKEN,
            "<random-string>",
            "5eb8cca24dddcd97353fd6a0a67448bcbce950b765dc972e038b9f6e1bd371a3",
        ),
        (
            TOKEN,
            "Zürich-é-漢-😀",
            "0e5033120a8c44b7801223d9a399ffaac0a9e65406f9ed731d659b140b82ef40",
        ),
        (
            &long,
            "challenge",
            "3db3be49ec4531db976db1b531923a98b0968e7a581c9aaebf956dab2e5b5eea",
        ),
    ];
    for (token, challenge, hash) in cases {
        let expected = (200, format!(r#"{{"challenge":"{hash}"}}"#), None);
        assert_eq!(
            answer(token, verify_v4(challenge)).await,
            expected,
            "{challenge}"
        );
        let v2 = serde_json::json!({
            "version": "2.0", "webhookId": "w1", "eventName": "verify", "payload": {"challenge": challenge},
        });
        assert_eq!(answer(token, v2.to_string()).await, expected, "{challenge}");
    }
}

/// Signed or not: whether Smartcar signs it is not known.
#[tokio::test]
async fn every_fixture_of_verify_is_answered_with_its_hash() {
    let challenges = listed(&format!("{FIXTURES}/verify"), "answers.tsv");
    assert_eq!(challenges.len(), 4);
    for (name, body, hash) in challenges {
        let token = ManagementToken::new(TOKEN).unwrap();
        let right = token.sign(&body).to_hex();
        let webhook = Webhook::new(token, EventRouter::new());
        for signature in [None, Some(&*right), Some(&*hash)] {
            let mut request = Request::post("/");
            if let Some(signature) = signature {
                request = request.header(SC_SIGNATURE, signature);
            }
            let request = request.body(body.clone().into()).unwrap();
            let response = webhook.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), 200, "{name}");
            assert_eq!(response.headers()["content-type"], "application/json");
            let expected = format!(r#"{{"challenge":"{hash}"}}"#);
            assert_eq!(response.body(), expected.as_bytes(), "{name}");
        }
    }
}

#[tokio::test]
async fn row_05_the_challenge_is_taken_by_generation() {
    let hash = "9baf5a7464bd86740ad5a06e439dcf535a075022ed2c92d74efacf646d79328e";
    let hash = format!(r#"{{"challenge":"{hash}"}}"#);
    let answered = [
        // One page has the challenge of 4.0 where 2.0 has it.
        r#"{"eventType":"VERIFY","payload":{"challenge":"challenge"}}"#,
        r#"{"eventType":"verify","data":{"challenge":"challenge"},"payload":{"challenge":"other"}}"#,
        r#"{"payload":{"challenge":"challenge"},"mode":null,"eventName":"VERIFY"}"#,
        r#"{"data":{"challenge":"\u0063hallenge"},"eventType":"VERIFY"}"#,
    ];
    for body in answered {
        assert_eq!(
            answer("amt", body.to_owned()).await,
            (200, hash.clone(), None),
            "{body}"
        );
    }
    let not_a_challenge = [
        r#"{"challenge":"challenge"}"#,
        r#"{"eventType":"VEHICLE_STATE","data":{"challenge":"challenge"}}"#,
        r#"{"eventName":"verify","data":{"challenge":"challenge"}}"#,
        r#"{"eventType":"VEHICLE_STATE","eventName":"verify","payload":{"challenge":"challenge"}}"#,
        r#"{"eventType":"VERIFY","data":{"challenge":["challenge"]}}"#,
        r#"{"eventType":"VERIFY","data":{"challenge":null}}"#,
        r#"{"eventType":"VERIFY","data":{"challenge":"\ud800"}}"#,
        r#"[{"eventType":"VERIFY","data":{"challenge":"challenge"}}]"#,
        r#"{"eventType":"VERIFY","data":{"challenge":"challenge"}} trailing"#,
    ];
    for body in not_a_challenge {
        let (status, _, kind) = answer("amt", body.to_owned()).await;
        assert_eq!(
            (status, kind),
            (401, Some(ErrorKind::SignatureMissing)),
            "{body}"
        );
    }
}

#[tokio::test]
async fn challenges_that_could_be_deliveries_are_refused() {
    let refused = [
        r#"{"eventId":"forged","eventType":"VEHICLE_STATE","data":{}}"#,
        " \t{}",
        "\u{feff}{",
        "a{b",
        "say \"hi\"",
        "line\nbreak",
        "nul\0",
        "next\u{85}line",
        &"x".repeat(257),
        &"é".repeat(257),
    ];
    for challenge in refused {
        let (status, body, kind) = answer(TOKEN, verify_v4(challenge)).await;
        assert_eq!(
            (status, kind),
            (403, Some(ErrorKind::ChallengeRefused)),
            "{challenge:?}"
        );
        assert_eq!(body, r#"{"error":"challenge_refused"}"#);
    }
    for challenge in ["x".repeat(256), "é".repeat(256)] {
        assert_eq!(answer(TOKEN, verify_v4(&challenge)).await.0, 200);
    }
}

/// The attack: have a forged delivery signed as a challenge, then deliver it.
#[tokio::test]
async fn the_endpoint_is_no_signing_oracle() {
    let forged = r#"{"eventId":"forged","eventType":"VEHICLE_STATE","data":{}}"#;
    // What the attack would get, by Python's `hmac`; with it the forgery is accepted.
    let leak = "b41d01de8d976c183ee46f92a539eaa9bb4f9d76c8499defe626537ce1aebc60";
    let webhook = Webhook::new(ManagementToken::new(TOKEN).unwrap(), EventRouter::new());
    let request = Request::post("/").header(SC_SIGNATURE, leak);
    let response = webhook.oneshot(request.body(forged.into()).unwrap());
    assert_eq!(response.await.unwrap().status(), 200);

    let spellings = [
        forged.to_owned(),
        format!(" {forged}"),
        format!("{forged}\n"),
        forged.replace(',', " , "),
        forged.replace('"', "\\u0022"),
    ];
    for forgery in spellings {
        let challenge = serde_json::Value::from(forgery).to_string();
        let escaped = challenge.replace('{', "\\u007b").replace('}', "\\u007d");
        for challenge in [challenge, escaped] {
            let asked = [
                format!(r#"{{"eventType":"VERIFY","data":{{"challenge":{challenge}}}}}"#),
                format!(r#"{{"eventType":"VERIFY","payload":{{"challenge":{challenge}}}}}"#),
                format!(r#"{{"eventName":"verify","payload":{{"challenge":{challenge}}}}}"#),
                format!(
                    r#"{{"eventType":"VERIFY","data":{{"challenge":"x","challenge":{challenge}}}}}"#
                ),
                format!(
                    r#"{{"eventType":"VERIFY","data":{{"challenge":"x"}},"data":{{"challenge":{challenge}}}}}"#
                ),
            ];
            for body in asked {
                let (status, answered, kind) = answer(TOKEN, body.clone()).await;
                assert_eq!(
                    (status, kind),
                    (403, Some(ErrorKind::ChallengeRefused)),
                    "{body}"
                );
                assert_eq!(answered, r#"{"error":"challenge_refused"}"#);
            }
        }
    }
}

/// The look for a challenge is bounded, so a large unsigned body costs no parse.
#[tokio::test]
async fn a_challenge_in_a_large_body_is_not_looked_for() {
    let body = |padding: usize| {
        let padding = "x".repeat(padding);
        format!(r#"{{"padding":"{padding}","eventType":"VERIFY","data":{{"challenge":"c"}}}}"#)
    };
    assert_eq!(answer(TOKEN, body(8000)).await.0, 200);
    assert_eq!(answer(TOKEN, body(8192)).await.0, 401);
    let nested = format!(r#"{{"a":{}"challenge"#, "[".repeat(8000));
    assert_eq!(answer(TOKEN, nested).await.0, 401);
}

fn webhook(policy: ChallengePolicy) -> Webhook {
    let verifier = Verifier::new(ManagementToken::new("amt").unwrap());
    let verifier = verifier.with_challenge_policy(policy);
    Webhook::new(verifier, EventRouter::new())
}

async fn refused(webhook: &Webhook, body: serde_json::Value) -> (u16, Option<ErrorKind>) {
    let request = Request::post("/").body(body.to_string().into()).unwrap();
    let response = webhook.clone().oneshot(request).await.unwrap();
    let kind = response.extensions().get().map(Error::kind);
    (response.status().as_u16(), kind)
}

#[tokio::test]
async fn a_policy_lets_known_webhooks_pass() {
    let webhook = webhook(ChallengePolicy::new().only_webhooks(["w1", " W2"]));
    let unknown = (403, Some(ErrorKind::ChallengeUnknownWebhook));
    let data = serde_json::json!({"challenge": "challenge"});
    for (body, expected) in [
        (
            serde_json::json!({"eventType": "VERIFY", "data": data, "meta": {"webhookId": "w1"}}),
            (200, None),
        ),
        (
            serde_json::json!({"webhookId": "w2", "eventName": "verify", "payload": data}),
            (200, None),
        ),
        (
            serde_json::json!({"eventType": "VERIFY", "data": data, "meta": {"webhookId": "W1"}}),
            (200, None),
        ),
        (
            serde_json::json!({"eventType": "VERIFY", "data": data, "meta": {"webhookId": "w3"}}),
            unknown,
        ),
        (
            serde_json::json!({"eventType": "VERIFY", "data": data, "meta": {"webhookId": 1}}),
            unknown,
        ),
        (
            serde_json::json!({"eventType": "VERIFY", "data": data}),
            unknown,
        ),
        // The guard comes first.
        (
            serde_json::json!({"eventType": "VERIFY", "data": {"challenge": "{"}, "meta": {"webhookId": "w1"}}),
            (403, Some(ErrorKind::ChallengeRefused)),
        ),
    ] {
        assert_eq!(refused(&webhook, body.clone()).await, expected, "{body}");
    }
    let tally = webhook.verifier().tally();
    assert_eq!(tally.challenges_answered(), 3);
    assert_eq!(tally.refused(ErrorKind::ChallengeUnknownWebhook), 3);
    assert_eq!(tally.refused(ErrorKind::ChallengeRefused), 1);
}

#[tokio::test]
async fn a_policy_answers_while_it_is_armed_and_not_too_often() {
    let armed = Arc::new(AtomicBool::new(false));
    let now = Arc::new(Mutex::new(Instant::now()));
    let (switch, clock) = (Arc::clone(&armed), Arc::clone(&now));
    let policy = ChallengePolicy::new()
        .only_while(move || switch.load(Ordering::Relaxed))
        .at_most(2, Duration::from_secs(60), move || *clock.lock().unwrap());
    let webhook = webhook(policy);
    let challenge = serde_json::json!({"eventType": "VERIFY", "data": {"challenge": "challenge"}});
    let mut answers = Vec::new();
    for arm in [false, true, true, true] {
        armed.store(arm, Ordering::Relaxed);
        answers.push(refused(&webhook, challenge.clone()).await);
    }
    *now.lock().unwrap() += Duration::from_secs(60);
    answers.push(refused(&webhook, challenge).await);
    let expected = [
        (403, Some(ErrorKind::ChallengeDisarmed)),
        (200, None),
        (200, None),
        (429, Some(ErrorKind::ChallengeThrottled)),
        (200, None),
    ];
    assert_eq!(answers, expected);
}
