use smartcar_webhook_core::ManagementToken;
use smartcar_webhook_core::testing::conformance::{cases, cases_signed_by, webhook};
use smartcar_webhook_core::{EventRouter, Webhook};
use tower::ServiceExt;

#[tokio::test]
async fn core_answers_every_case() {
    let cases = cases();
    assert!(cases.len() > 50);
    for case in cases {
        let response = webhook().oneshot(case.request()).await.unwrap();
        case.check(&response).unwrap();
    }
}

/// A receiver with another token and without handlers answers all that is not about handlers.
#[tokio::test]
async fn the_cases_hold_for_other_receivers() {
    let token = ManagementToken::new("another").unwrap();
    let webhook = Webhook::new(token.clone(), EventRouter::new());
    let cases = cases_signed_by(&token);
    assert!(cases.len() > 50);
    for case in cases {
        let response = webhook.clone().oneshot(case.request()).await.unwrap();
        case.check(&response).unwrap();
    }
}

#[tokio::test]
async fn a_wrong_answer_is_told() {
    let token = ManagementToken::new("wrong").unwrap();
    let webhook = Webhook::new(token, EventRouter::new());
    let mut told = Vec::new();
    for case in cases() {
        let response = webhook.clone().oneshot(case.request()).await.unwrap();
        told.extend(case.check(&response).err());
    }
    assert!(told.len() > 10);
    assert_eq!(told[0].case(), "a delivery that is handled");
    let text = told[0].to_string();
    assert!(
        text.contains("expected a success (2xx), found 401"),
        "{text}"
    );
}
