//! What no receiver does without: the hash of every byte, and a look at every token of JSON.

use std::hint::black_box;

use bytes::Bytes;
use http::{Request, Response};
use serde::de::IgnoredAny;
use smartcar_webhook_core::ManagementToken;

pub(crate) fn tokenise(body: &[u8]) {
    black_box(serde_json::from_slice::<IgnoredAny>(body).unwrap());
}

pub(crate) fn handle(token: &ManagementToken, request: &Request<Bytes>) -> Response<Bytes> {
    black_box(token.sign(request.body()));
    tokenise(request.body());
    Response::new(Bytes::new())
}
