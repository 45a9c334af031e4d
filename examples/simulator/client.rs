//! One request after another, as Smartcar makes them.

use std::error::Error;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue, USER_AGENT};
use http::{Method, Request, Response, Uri};
use smartcar_webhook_core::testing::HttpTarget;
use smartcar_webhook_core::{BoxError, ManagementToken, SC_SIGNATURE};
use smartcar_webhook_examples::text::excerpt;
use tower::ServiceExt;

/// How long Smartcar waits for an answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// Sends requests, and says how long the answers took.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    target: HttpTarget,
}

/// An answer, or why there is none.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) answer: Result<Response<Bytes>, String>,
    pub(crate) took: Duration,
}

impl Client {
    pub(crate) fn new() -> Result<Self, BoxError> {
        let target = HttpTarget::new()?;
        Ok(Self { target })
    }

    /// Sends any request to where its URI says.
    pub(crate) async fn send(&self, request: Request<Bytes>) -> Exchange {
        let begun = Instant::now();
        let sent = self.target.clone().oneshot(request);
        let answer = match tokio::time::timeout(PATIENCE, sent).await {
            Ok(answer) => answer.map_err(|err| reason(&*err)),
            Err(_) => Err("no answer within 15 s".to_owned()),
        };
        Exchange {
            answer,
            took: begun.elapsed(),
        }
    }
}

impl Exchange {
    pub(crate) fn status(&self) -> Option<u16> {
        let answer = self.answer.as_ref().ok();
        answer.map(|it| it.status().as_u16())
    }

    /// Whether Smartcar takes the event for delivered.
    pub(crate) fn acknowledges(&self) -> bool {
        self.status().is_some_and(|it| (200..300).contains(&it))
    }

    pub(crate) fn body(&self) -> String {
        self.answer
            .as_ref()
            .map(|it| excerpt(it.body()))
            .unwrap_or_default()
    }

    pub(crate) fn problem(&self) -> Option<&str> {
        self.answer.as_ref().err().map(|it| &**it)
    }

    /// `200`, or why there is no answer.
    pub(crate) fn in_short(&self) -> String {
        match &self.answer {
            Ok(answer) => answer.status().as_u16().to_string(),
            Err(problem) => problem.clone(),
        }
    }
}

/// A POST as Smartcar makes it, under this signature if there is any.
#[expect(
    clippy::expect_used,
    reason = "a signature that was made or checked here"
)]
pub(crate) fn post(url: &Uri, body: Bytes, signature: Option<&str>) -> Request<Bytes> {
    let mut request = Request::new(body);
    *request.method_mut() = Method::POST;
    *request.uri_mut() = url.clone();
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, HeaderValue::from_static("Smartcar/1.0"));
    if let Some(signature) = signature {
        let mut signature = HeaderValue::from_str(signature).expect("a header value");
        signature.set_sensitive(true);
        headers.insert(SC_SIGNATURE, signature);
    }
    request
}

/// The same, signed.
pub(crate) fn signed(url: &Uri, token: &ManagementToken, body: Bytes) -> Request<Bytes> {
    let signature = token.sign(&body).to_hex();
    post(url, body, Some(&signature))
}

/// What an error is about: the innermost of those it came of.
pub(crate) fn reason(err: &(dyn Error + 'static)) -> String {
    let mut innermost = err;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
