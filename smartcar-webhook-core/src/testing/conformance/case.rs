//! One request, and what is answered to it.

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response};
use serde_json::Value;

use super::asks::Asks;
use super::{Departure, Severity, TOKEN};
use crate::testing::SMARTCAR;
use crate::token::ManagementToken;

/// How the answer to a challenge begins.
const CHALLENGE_ANSWER: &str = r#"{"challenge":"#;

/// A request, and what is answered to it.
#[derive(Clone, Debug)]
pub struct Case {
    name: String,
    why: String,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
    signs: Bytes,
    status: u16,
    answer: String,
    asks: Asks,
    needs: Option<String>,
}

impl Case {
    /// Reads a case of the file.
    ///
    /// `headers` are pairs, for some are repeated; the type of the content, and whom it is from, are as Smartcar has them unless the case is `bare`.
    /// The body is `body` as text, `body_hex` as bytes, or `repeat`: pairs of a text and how often it is repeated; `signs` is what was signed, if it is not the body.
    /// Without `answer` the body of the response is empty. `needs` names what of the receiver itself the case is about.
    /// What is asked of other receivers follows from the status; a `choice` is theirs, as long as they do not break.
    pub(super) fn new(case: &Value) -> Self {
        let text = |key: &str| case[key].as_str().unwrap_or_default();
        let status = case["status"].as_u64().and_then(|it| it.try_into().ok());
        let status = status.unwrap_or_default();
        let method = text("method").parse().unwrap_or_default();
        let mut headers = headers(&case["headers"]);
        if method == Method::POST && !is(&case["bare"]) {
            let json = HeaderValue::from_static("application/json");
            headers.entry(CONTENT_TYPE).or_insert(json);
            headers.insert(USER_AGENT, HeaderValue::from_static(SMARTCAR));
        }
        let body = body(case);
        let signs = case["signs"].as_str();
        let asks = if is(&case["choice"]) {
            Asks::Survival
        } else if text("answer").starts_with(CHALLENGE_ANSWER) {
            Asks::Hash
        } else {
            Asks::of(status)
        };
        Self {
            name: text("name").to_owned(),
            why: text("why").to_owned(),
            method,
            headers,
            signs: signs.map_or_else(|| body.clone(), |it| it.to_owned().into()),
            body,
            status,
            answer: text("answer").to_owned(),
            asks,
            needs: case["needs"].as_str().map(str::to_owned),
        }
    }

    /// What it is about.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is good for: what goes wrong in production where a receiver falls short of it.
    pub fn why(&self) -> &str {
        &self.why
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
        let status = response.status().as_u16();
        let body = String::from_utf8_lossy(response.body().as_ref());
        let content_type = response.headers().get(CONTENT_TYPE);
        // What answers a refused request with a success may show the signature of a forgery.
        let is_shown = self.asks == Asks::Hash || status >= 300;
        let found = match &*body {
            "" => status.to_string(),
            body if is_shown => format!("{status} {}", excerpt(body)),
            _ => format!("{status} with a body"),
        };
        if !self.asks.allows(status) {
            return Err(self.departure(Severity::FallsShort, self.asks.in_words(), &found));
        }
        if self.asks == Asks::Hash {
            if !self.has_hash(&body) {
                let found = excerpt(&body);
                return Err(self.departure(Severity::FallsShort, &self.answer, &found));
            }
            let is_json = content_type
                .and_then(|it| it.to_str().ok())
                .is_some_and(is_json);
            if !is_json {
                let found = format!("{content_type:?}");
                return Err(self.departure(Severity::FallsShort, "application/json", &found));
            }
        }
        let differ =
            |expected: &str, found: &str| Err(self.departure(Severity::Differs, expected, found));
        if status != self.status {
            return differ(&self.status.to_string(), &found);
        }
        // An answer to HEAD has no body, but may have the headers of one.
        if self.method != Method::HEAD && body != self.answer {
            return match &*self.answer {
                "" => differ("no body", "one"),
                answer => differ(answer, &excerpt(&body)),
            };
        }
        if !body.is_empty() && content_type.is_none_or(|it| it != "application/json") {
            return differ("application/json", &format!("{content_type:?}"));
        }
        let allow = response.headers().get(ALLOW);
        if status == 405 && allow.is_none_or(|it| it != "POST") {
            return differ("Allow: POST", &format!("{allow:?}"));
        }
        Ok(())
    }

    /// That there was no answer, for a reason.
    pub(super) fn unanswered(&self, reason: &str) -> Departure {
        // A connection that is closed on a large body harms nobody.
        let severity = if self.is_large() {
            Severity::Differs
        } else {
            Severity::FallsShort
        };
        self.departure(severity, self.asks.in_words(), reason)
    }

    fn departure(&self, severity: Severity, expected: &str, found: &str) -> Departure {
        Departure {
            case: self.name.clone(),
            why: self.why.clone(),
            severity,
            expected: expected.to_owned(),
            found: found.to_owned(),
        }
    }

    /// Whether a response says what the answer says, in whatever spelling.
    fn has_hash(&self, body: &str) -> bool {
        let [expected, found] = [&self.answer, body].map(|it| {
            let it: Value = serde_json::from_str(it).unwrap_or_default();
            it["challenge"].as_str().map(str::to_owned)
        });
        expected.is_some() && expected == found
    }

    /// Whether its body is larger than any of Smartcar's by far.
    pub(super) fn is_large(&self) -> bool {
        self.body.len() > 512 * 1024
    }

    pub(super) fn needs_own_receiver(&self) -> bool {
        self.needs.is_some()
    }

    /// The same case for a receiver with another token.
    pub(super) fn signed_by(mut self, token: &ManagementToken) -> Self {
        let Ok(own) = ManagementToken::new(TOKEN) else {
            return self;
        };
        let own = own.sign(&self.signs).to_hex();
        let signature = token.sign(&self.signs).to_hex();
        for value in self.headers.values_mut() {
            let replaced = value.to_str().ok().map(|it| replaced(it, &own, &signature));
            let Some(Ok(mut replaced)) = replaced.map(HeaderValue::try_from) else {
                continue;
            };
            if replaced != *value {
                replaced.set_sensitive(true);
                *value = replaced;
            }
        }
        if self.answer.starts_with(CHALLENGE_ANSWER) {
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

fn is(mark: &Value) -> bool {
    mark.as_bool().unwrap_or_default()
}

fn is_json(content_type: &str) -> bool {
    let name = content_type.split(';').next().unwrap_or_default();
    name.trim().eq_ignore_ascii_case("application/json")
}

/// The beginning of a body, fit for a terminal.
fn excerpt(body: &str) -> String {
    const LENGTH: usize = 100;
    if body.is_empty() {
        return "no body".to_owned();
    }
    let mut shown: String = body.chars().take(LENGTH).collect();
    if shown.len() < body.len() {
        shown.push('…');
    }
    if shown.contains(char::is_control) {
        shown = shown.escape_debug().to_string();
    }
    shown
}

/// A header with another signature in it, in whole or in part, where it had that of [`TOKEN`].
fn replaced(value: &str, own: &str, signature: &str) -> String {
    const PART: usize = 16;
    if !value.is_empty() && own.starts_with(value) {
        return signature[..value.len()].to_owned();
    }
    let mut value = value.to_owned();
    for at in (0..own.len()).step_by(PART) {
        let [own, signature] = [own, signature].map(|it| &it[at..at + PART]);
        value = value.replace(own, signature);
        value = value.replace(&own.to_ascii_uppercase(), &signature.to_ascii_uppercase());
    }
    value
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
