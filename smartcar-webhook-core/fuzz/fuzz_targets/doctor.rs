//! Whatever comes, the doctor ends with a diagnosis, and says the right thing of what fits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartcar_webhook_core::ManagementToken;
use smartcar_webhook_core::doctor::Examination;

// A header, a token and a body, with line breaks between.
fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(3, |it| *it == b'\n');
    let mut part = || parts.next().unwrap_or_default();
    let (header, token, body) = (part(), String::from_utf8_lossy(part()), part());
    let examination = Examination::new(header, body).token("a", &token);
    if let Some(diagnosis) = examination.diagnose() {
        assert!(!diagnosis.causes().is_empty());
    }
    let right = ManagementToken::new("amt")
        .expect("a token")
        .sign(body)
        .to_hex();
    let examination = Examination::new(right.as_bytes(), body).token("amt", "amt");
    assert!(examination.diagnose().is_none());
});
