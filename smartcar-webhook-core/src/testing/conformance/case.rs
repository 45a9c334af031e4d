//! One request, and what is answered to it.

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response};
use serde_json::Value;

use super::{Departure, TOKEN};
use crate::token::ManagementToken;

/// A request, and what is answered to it.
#[derive(Clone, Debug)]
pub struct Case {
    name: String,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
    status: u16,
    answer: String,
    needs: Option<String>,
}

impl Case {
    /// Reads a case of the file.
    ///
    /// `headers` are pairs, for some are repeated; the body is `body` as text, `body_hex` as bytes, or `repeat`: pairs of a text and how often it is repeated.
    /// Without `answer` the body of the response is empty. `needs` names what of the receiver itself the case is about.
    pub(super) fn new(case: &Value) -> Self {
        let text = |key: &str| case[key].as_str().unwrap_or_default();
        let status = case["status"].as_u64().and_then(|it| it.try_into().ok());
        Self {
            name: text("name").to_owned(),
            method: text("method").parse().unwrap_or_default(),
            headers: headers(&case["headers"]),
            body: body(case),
            status: status.unwrap_or_default(),
            answer: text("answer").to_owned(),
            needs: case["needs"].as_str().map(str::to_owned),
        }
    }

    /// What it is about.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The request.
    pub fn request(&self) -> Request<Bytes> {
        let mut request = Request::new(self.body.clone());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = http::Uri::from_static("/webhooks/smartcar");
        *request.headers_mut() = self.headers.clone();
        request
    }

    /// Compares what was answered.
    ///
    /// # Errors
    ///
    /// How it differs.
    pub fn check(&self, response: &Response<impl AsRef<[u8]>>) -> Result<(), Departure> {
        let differ = |expected: &str, found: &str| Err(Departure::new(&self.name, expected, found));
        let status = response.status().as_u16();
        let body = String::from_utf8_lossy(response.body().as_ref());
        if status != self.status {
            return differ(&self.status.to_string(), &format!("{status} {body}"));
        }
        // An answer to HEAD has no body, but may have the headers of one.
        if self.method != Method::HEAD && body != self.answer {
            return differ(&format!("{:?}", self.answer), &format!("{body:?}"));
        }
        let content_type = response.headers().get(CONTENT_TYPE);
        if !body.is_empty() && content_type.is_none_or(|it| it != "application/json") {
            return differ("application/json", &format!("{content_type:?}"));
        }
        let allow = response.headers().get(ALLOW);
        if status == 405 && allow.is_none_or(|it| it != "POST") {
            return differ("Allow: POST", &format!("{allow:?}"));
        }
        Ok(())
    }

    pub(super) fn needs_own_receiver(&self) -> bool {
        self.needs.is_some()
    }

    /// The same case for a receiver with another token.
    pub(super) fn signed_by(mut self, token: &ManagementToken) -> Self {
        let own = ManagementToken::new(TOKEN).map(|it| it.sign(&self.body).to_hex());
        let signature = token.sign(&self.body).to_hex();
        let upper = signature.to_ascii_uppercase();
        for value in self.headers.values_mut() {
            let is_own = own
                .as_ref()
                .is_ok_and(|own| value.as_bytes().eq_ignore_ascii_case(own.as_bytes()));
            let is_upper = value.as_bytes().iter().any(u8::is_ascii_uppercase);
            let signature = if is_upper { &upper } else { &signature };
            if let (true, Ok(mut signature)) = (is_own, HeaderValue::from_str(signature)) {
                signature.set_sensitive(true);
                *value = signature;
            }
        }
        if self.answer.starts_with(r#"{"challenge":"#) {
            let sent: Value = serde_json::from_slice(&self.body).unwrap_or_default();
            let places = [&sent["data"]["challenge"], &sent["payload"]["challenge"]];
            let challenge = places.into_iter().find_map(Value::as_str);
            let hash = token.sign(challenge.unwrap_or_default().as_bytes());
            self.answer = format!(r#"{{"challenge":"{}"}}"#, hash.to_hex());
        }
        self
    }

    pub(super) fn method(&self) -> &Method {
        &self.method
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    pub(super) fn body(&self) -> &Bytes {
        &self.body
    }
}

fn headers(pairs: &Value) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for pair in pairs.as_array().into_iter().flatten() {
        let name = pair[0].as_str().unwrap_or_default();
        let value = pair[1].as_str().unwrap_or_default();
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_bytes(value.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    headers
}

fn body(case: &Value) -> Bytes {
    if let Some(digits) = case["body_hex"].as_str() {
        return hex::decode(digits).unwrap_or_default().into();
    }
    if let Some(parts) = case["repeat"].as_array() {
        let parts = parts.iter().map(|part| {
            let times = part[1].as_u64().and_then(|it| it.try_into().ok());
            part[0]
                .as_str()
                .unwrap_or_default()
                .repeat(times.unwrap_or_default())
        });
        return parts.collect::<String>().into();
    }
    case["body"].as_str().unwrap_or_default().to_owned().into()
}
