//! A request and what is answered to it, as data: `cases.json`.

use http::{HeaderName, HeaderValue, Request, Response};
use serde_json::Value;
use smartcar_webhook_core::payload::v2::ChargingStarted;
use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::{BoxError, Delivery, EventRouter, Keyring, ManagementToken, Webhook};

/// The receiver the cases are about.
pub(crate) fn receiver() -> Webhook {
    let token = |text| ManagementToken::new(text).unwrap();
    let keys = Keyring::new("new", token("8f0c2e1a-4d5b-4c6d-9e7f-0a1b2c3d4e5f"));
    let router = EventRouter::new()
        .on(async |_: Delivery<VehicleState>| Ok::<_, BoxError>(()))
        .on(async |_: Delivery<ChargingStarted>| Err("no database"));
    Webhook::new(keys.with("old", token("amt")), router)
}

pub(crate) struct Case(Value);

/// Every case, from the one file.
pub(crate) fn cases() -> Vec<Case> {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../smartcar-webhook-core/tests/conformance/cases.json"
    );
    let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert!(cases.len() > 50);
    cases.into_iter().map(Case).collect()
}

impl Case {
    pub(crate) fn request(&self) -> Request<Vec<u8>> {
        let mut request = Request::new(self.body());
        *request.method_mut() = self.0["method"].as_str().unwrap().parse().unwrap();
        *request.uri_mut() = "/webhooks/smartcar".parse().unwrap();
        for header in self.0["headers"].as_array().into_iter().flatten() {
            let name = header[0].as_str().unwrap();
            let value = header[1].as_str().unwrap().as_bytes();
            request.headers_mut().append(
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_bytes(value).unwrap(),
            );
        }
        request
    }

    fn body(&self) -> Vec<u8> {
        if let Some(digits) = self.0["body_hex"].as_str() {
            return hex(digits);
        }
        if let Some(parts) = self.0["repeat"].as_array() {
            let parts = parts.iter().map(|part| {
                let times = usize::try_from(part[1].as_u64().unwrap()).unwrap();
                part[0].as_str().unwrap().repeat(times)
            });
            return parts.collect::<String>().into_bytes();
        }
        self.0["body"].as_str().unwrap_or_default().into()
    }

    /// Compares what was answered; `HEAD` is answered without a body.
    pub(crate) fn check(&self, response: &Response<impl AsRef<[u8]>>) {
        let name = self.0["name"].as_str().unwrap();
        let answer = self.0["answer"].as_str().unwrap_or_default();
        let body = String::from_utf8_lossy(response.body().as_ref());
        assert_eq!(
            u64::from(response.status().as_u16()),
            self.0["status"],
            "{name}: {body}"
        );
        if self.0["method"] != "HEAD" {
            assert_eq!(body, answer, "{name}");
        }
        let json = response.headers().get("content-type");
        assert_eq!(
            json.is_some_and(|it| it == "application/json"),
            !body.is_empty(),
            "{name}"
        );
        let allow = response.headers().get("allow");
        assert_eq!(
            allow.is_some_and(|it| it == "POST"),
            self.0["status"] == 405,
            "{name}"
        );
    }
}

fn hex(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2);
    let pairs = pairs.map(|it| std::str::from_utf8(it).unwrap());
    pairs
        .map(|it| u8::from_str_radix(it, 16).unwrap())
        .collect()
}
