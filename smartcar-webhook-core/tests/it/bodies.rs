//! What a delivery is verified over: the bytes that were sent, and no other spelling of the same JSON.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::Request;
use serde::Deserialize;
use serde_json::Value;
use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::{
    BoxError, Delivery, EventRouter, ManagementToken, Outcome, SC_SIGNATURE, Webhook,
};
use tower::ServiceExt;

use crate::TOKEN;

#[derive(Deserialize)]
struct Case {
    name: String,
    body: Body,
    signature: String,
    status: u16,
    /// What others would make of the body on its way: not what was signed.
    siblings: Vec<Body>,
}

/// A text, or texts and how often each stands there.
#[derive(Deserialize)]
#[serde(untagged)]
enum Body {
    Text(String),
    Parts(Vec<(String, usize)>),
}

impl From<Body> for Bytes {
    fn from(body: Body) -> Self {
        match body {
            Body::Text(text) => text.into(),
            Body::Parts(parts) => {
                let parts = parts.iter().map(|(text, times)| text.repeat(*times));
                parts.collect::<String>().into()
            }
        }
    }
}

#[tokio::test]
async fn a_signature_is_that_of_the_bytes_as_sent() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../vectors/bodies.json")).unwrap();
    assert_eq!(cases.len(), 63);
    let handled = Arc::<Mutex<Vec<Bytes>>>::default();
    let seen = Arc::clone(&handled);
    let router = EventRouter::new().on(move |state: Delivery<VehicleState>| {
        seen.lock().unwrap().push(state.raw().clone());
        std::future::ready(Ok::<_, BoxError>(()))
    });
    let webhook = Webhook::new(ManagementToken::new(TOKEN).unwrap(), router);
    for case in cases {
        let (name, signature) = (case.name, case.signature);
        let post = |body: Bytes| {
            let request = Request::post("/").header(SC_SIGNATURE, &signature);
            webhook.clone().oneshot(request.body(body).unwrap())
        };
        let body = Bytes::from(case.body);
        let mut siblings: Vec<_> = case.siblings.into_iter().map(Bytes::from).collect();
        assert!(!siblings.is_empty(), "{name}");
        if let Ok(value) = serde_json::from_slice::<Value>(&body) {
            siblings.extend([value.to_string().into(), format!("{value:#}").into()]);
        }
        for sibling in siblings.into_iter().filter(|it| *it != body) {
            let shown = sibling.escape_ascii().to_string();
            assert_eq!(
                post(sibling).await.unwrap().status(),
                401,
                "{name}: {shown}"
            );
        }
        assert!(handled.lock().unwrap().is_empty(), "{name}");

        let response = post(body.clone()).await.unwrap();
        assert_eq!(response.status(), case.status, "{name}");
        let handled = std::mem::take(&mut *handled.lock().unwrap());
        if case.status == 200 {
            assert_eq!(response.extensions().get(), Some(&Outcome::Handled));
            assert!(handled == [body], "{name}");
        } else {
            assert_eq!(response.body(), r#"{"error":"not_an_object"}"#, "{name}");
            assert!(handled.is_empty(), "{name}");
        }
    }
}
