//! What is between Smartcar and a receiver.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::response::IntoResponse;
use bytes::Bytes;
use http::header::{
    CONNECTION, CONTENT_LENGTH, HeaderName, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::uri::{Parts, PathAndQuery};
use http::{HeaderMap, Request, Response, StatusCode, Uri};
use serde_json::json;
use smartcar_webhook_core::payload::EventType;
use smartcar_webhook_core::{Delivery, Keyring, SC_SIGNATURE, Signature, Webhook};
use smartcar_webhook_examples::printer::{Printer, say};
use smartcar_webhook_examples::text::{millis, plain};

use super::counts::Counts;
use super::shelf::Shelf;
use crate::client::Client;

/// Passes requests on, and has deliveries written down.
pub(super) struct Proxy {
    client: Client,
    to: Uri,
    keys: Keyring,
    shelf: Shelf,
    printer: Printer,
    counts: Counts,
}

impl Proxy {
    pub(super) fn new(
        client: Client,
        to: Uri,
        keys: Keyring,
        shelf: Shelf,
        printer: Printer,
    ) -> Self {
        let counts = Counts::default();
        Self {
            client,
            to,
            keys,
            shelf,
            printer,
            counts,
        }
    }

    pub(super) fn counts(&self) -> Counts {
        self.counts.clone()
    }

    pub(super) fn router(self) -> Router {
        Router::new().fallback(pass).with_state(Arc::new(self))
    }

    /// Where a request goes.
    fn target(&self, asked: &Uri) -> Option<Uri> {
        let path = self.to.path_and_query().filter(|it| it.path() != "/");
        let path = match (path, asked.query()) {
            (None, _) => asked.path_and_query()?.clone(),
            (Some(path), None) => path.clone(),
            (Some(path), Some(query)) => {
                let joint = if path.query().is_some() { '&' } else { '?' };
                format!("{path}{joint}{query}")
                    .parse::<PathAndQuery>()
                    .ok()?
            }
        };
        let mut parts = Parts::from(self.to.clone());
        parts.path_and_query = Some(path);
        Uri::from_parts(parts).ok()
    }

    /// Writes a delivery down if its signature fits; what was done.
    fn note(&self, headers: &HeaderMap, body: &Bytes, answer: Option<u16>) -> String {
        let signature = headers
            .get(SC_SIGNATURE)
            .and_then(|it| Signature::from_hex(it).ok());
        let verified = signature.is_some_and(|it| self.keys.verify(body, &it).is_ok());
        let delivery = Delivery::assume_verified(body.clone());
        let event_type = delivery
            .as_ref()
            .ok()
            .and_then(|it| it.envelope().event_type.clone());
        let event_type = event_type
            .as_ref()
            .map(EventType::as_str)
            .unwrap_or_default();
        if event_type.eq_ignore_ascii_case("VERIFY") {
            self.counts.count(|it| it.challenges += 1);
            return "a challenge".to_owned();
        }
        if !verified {
            self.counts.count(|it| it.unverified += 1);
            return "not verified".to_owned();
        }
        match self.shelf.put(event_type, body, answer) {
            Ok(name) => {
                self.counts.count(|it| it.recorded += 1);
                name
            }
            Err(err) => {
                self.counts.count(|it| it.unwritten += 1);
                say(&format!("not written: {err}"));
                "not written".to_owned()
            }
        }
    }
}

async fn pass(State(proxy): State<Arc<Proxy>>, request: Request<Body>) -> Response<Body> {
    let (mut head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, Webhook::DEFAULT_BODY_LIMIT).await else {
        proxy.counts.count(|it| it.refused += 1);
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let Some(target) = proxy.target(&head.uri) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    strip(&mut head.headers);
    let mut request = Request::new(body.clone());
    *request.method_mut() = head.method;
    *request.uri_mut() = target;
    *request.headers_mut() = head.headers.clone();
    let exchange = proxy.client.send(request).await;
    proxy.counts.count(|it| it.passed += 1);
    let noted = proxy.note(&head.headers, &body, exchange.status());
    let (answer, took) = (exchange.in_short(), millis(exchange.took));
    proxy
        .printer
        .line(plain(&format!("{answer} after {took} ms  {noted}")));
    proxy
        .printer
        .json(&json!({"answer": answer, "ms": took, "noted": noted}));
    match exchange.answer {
        Ok(mut answer) => {
            strip(answer.headers_mut());
            answer.map(Body::from)
        }
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

/// Takes away what is about one connection alone, and the length, which the sender writes anew.
fn strip(headers: &mut HeaderMap) {
    let named: Vec<_> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(','))
        .filter_map(|it| it.trim().parse::<HeaderName>().ok())
        .collect();
    for name in named {
        headers.remove(name);
    }
    for name in [
        CONNECTION,
        CONTENT_LENGTH,
        TE,
        TRAILER,
        TRANSFER_ENCODING,
        UPGRADE,
    ] {
        headers.remove(name);
    }
    for name in ["keep-alive", "proxy-connection", "expect"] {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests;
