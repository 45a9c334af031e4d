//! Deliveries in memory.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use serde::Serialize;
use serde_json::json;
use tower::ServiceExt;

use super::body::body_of;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::token::ManagementToken;
use crate::verify::SC_SIGNATURE;
use crate::webhook::Webhook;

/// Sends deliveries to a [`Webhook`] as Smartcar does, without a network.
///
/// It signs with the receiver's own primary key, or with a [chosen one](Self::signing_with); everything from the challenge to the answer is what runs in production.
/// So an event that is sent twice is a copy, as it is from Smartcar, and the handler is called once: give the second one another seed, or build the webhook without [idempotency](crate::layer::Idempotency).
#[derive(Clone, Debug)]
pub struct Dispatcher {
    webhook: Webhook,
    token: Option<ManagementToken>,
}

impl Dispatcher {
    /// Sends to this receiver.
    pub fn new(webhook: Webhook) -> Self {
        Self {
            webhook,
            token: None,
        }
    }

    /// Signs with this token: for a receiver whose keys come from a source, or to try another key.
    #[must_use]
    pub fn signing_with(mut self, token: ManagementToken) -> Self {
        self.token = Some(token);
        self
    }

    /// Sends an event, signed.
    ///
    /// # Panics
    ///
    /// When the event cannot be written as JSON, and as [`send_raw`](Self::send_raw).
    pub async fn send(&self, event: &(impl Serialize + ?Sized)) -> Reply {
        self.send_raw(body_of(event)).await
    }

    /// Sends these bytes, signed.
    ///
    /// # Panics
    ///
    /// When the keys come from a source and no [token](Self::signing_with) was chosen.
    #[expect(clippy::expect_used, reason = "a test fails by panicking")]
    pub async fn send_raw(&self, body: impl Into<Bytes>) -> Reply {
        let body = body.into();
        let primary = || Some(self.webhook.verifier().keys()?.primary().clone());
        let token = self.token.clone().or_else(primary);
        let signature = token.expect("a token to sign with").sign(&body).to_hex();
        self.send_with_signature(body, &signature).await
    }

    /// Sends these bytes under this signature, or without one if it is empty.
    ///
    /// # Panics
    ///
    /// When the signature cannot be a header.
    pub async fn send_with_signature(&self, body: impl Into<Bytes>, signature: &str) -> Reply {
        self.request(post(body.into(), signature)).await
    }

    /// Sends a 4.0 challenge, unsigned.
    pub async fn challenge(&self, challenge: &str) -> Reply {
        let verify = json!({
            "eventId": "00000000-0000-4000-8000-000000000000",
            "eventType": "VERIFY",
            "data": {"challenge": challenge},
            "meta": {"version": "4.0"},
        });
        self.send_with_signature(verify.to_string(), "").await
    }

    /// Sends any request.
    pub async fn request(&self, request: Request<Bytes>) -> Reply {
        let Ok(response) = self.webhook.clone().oneshot(request).await;
        Reply { response }
    }
}

/// A signed POST of an event, to send through an app of whatever framework.
///
/// Its numbers are spelled as Smartcar spells them, 78.0 as 78; its `Content-Type` is that of JSON.
///
/// # Panics
///
/// When the event cannot be written as JSON.
pub fn signed(token: &ManagementToken, event: &(impl Serialize + ?Sized)) -> Request<Bytes> {
    let body = body_of(event);
    let signature = token.sign(&body).to_hex();
    post(body, &signature)
}

/// A POST of JSON under this signature, or without one if it is empty.
#[expect(clippy::expect_used, reason = "a test fails by panicking")]
pub(super) fn post(body: Bytes, signature: &str) -> Request<Bytes> {
    let mut request = Request::new(body);
    *request.method_mut() = Method::POST;
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(CONTENT_TYPE, json);
    if !signature.is_empty() {
        let mut value = HeaderValue::from_str(signature).expect("a header value");
        value.set_sensitive(true);
        request.headers_mut().insert(SC_SIGNATURE, value);
    }
    request
}

/// What the receiver answered.
#[derive(Clone, Debug)]
pub struct Reply {
    response: Response<Bytes>,
}

impl Reply {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// The body.
    pub fn body(&self) -> &Bytes {
        self.response.body()
    }

    /// How the delivery ended, if it ended well.
    pub fn outcome(&self) -> Option<Outcome> {
        self.response.extensions().get().copied()
    }

    /// What went wrong.
    pub fn error(&self) -> Option<&Error> {
        self.response.extensions().get()
    }

    /// The whole response.
    pub fn into_response(self) -> Response<Bytes> {
        self.response
    }
}
