//! Nobody gets anything signed without a signature but a harmless challenge.
#![no_main]

use bytes::Bytes;
use futures_util::FutureExt;
use http::Request;
use libfuzzer_sys::fuzz_target;
use smartcar_webhook_core::{EventRouter, ManagementToken, Webhook};
use tower::ServiceExt;

fuzz_target!(|bytes: &[u8]| {
    let token = ManagementToken::new("amt").expect("a token");
    let webhook = Webhook::new(token.clone(), EventRouter::new());
    let request = Request::post("/").body(Bytes::copy_from_slice(bytes));
    let answer = webhook.oneshot(request.expect("a request")).now_or_never();
    let response = answer.expect("no handler to wait for").expect("no error");
    let status = response.status().as_u16();
    assert!([200, 400, 401, 403, 413].contains(&status), "{status}");
    if status == 200 {
        let is_answer = |text: &String| {
            let signature = token.sign(text.as_bytes()).to_hex();
            *response.body() == format!(r#"{{"challenge":"{signature}"}}"#)
        };
        let mut texts = texts(bytes).filter(|it| is_harmless(it));
        assert!(texts.any(|it| is_answer(&it)));
    }
});

fn is_harmless(text: &str) -> bool {
    let refused = |it: char| it == '{' || it == '"' || it.is_control();
    text.chars().count() <= 256 && !text.contains(refused)
}

/// Every string, key and number in the bytes, wherever it stands: a challenge may be written as a number.
fn texts(bytes: &[u8]) -> impl Iterator<Item = String> {
    (0..bytes.len()).filter_map(|at| {
        let rest = &bytes[at..];
        if rest[0] == b'"' {
            let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<String>();
            return values.next()?.ok();
        }
        let is_number = |it: &&u8| it.is_ascii_digit() || b"+-.eE".contains(it);
        let number = rest.iter().take_while(is_number).copied().collect();
        String::from_utf8(number).ok().filter(|it| !it.is_empty())
    })
}
