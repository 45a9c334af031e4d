//! Only the signature of a body lets it in, as 64 digits in any case.
#![no_main]

use futures_util::FutureExt;
use http::{HeaderValue, Request};
use libfuzzer_sys::fuzz_target;
use smartcar_webhook_core::{EventRouter, ManagementToken, SC_SIGNATURE, Webhook};
use tower::ServiceExt;

const BODY: &str = r#"{"pizza":"pasta"}"#;

/// From the tests of Smartcar's own SDKs, under the token `amt`.
const SIGNATURE: &[u8] = b"4c05a8da471f05156ad717baa4017acd13a3a809850b9ca7d3301dcaaa854f70";

fuzz_target!(|bytes: &[u8]| {
    let Ok(header) = HeaderValue::from_bytes(bytes) else {
        return;
    };
    let token = ManagementToken::new("amt").expect("a token");
    let request = Request::post("/").header(SC_SIGNATURE, header);
    let request = request.body(BODY.into()).expect("a request");
    let answer = Webhook::new(token, EventRouter::new()).oneshot(request);
    let response = answer.now_or_never().expect("no handler to wait for");
    let is_right = bytes.eq_ignore_ascii_case(SIGNATURE);
    let expected = if is_right { 200 } else { 401 };
    assert_eq!(response.expect("no error").status(), expected);
});
