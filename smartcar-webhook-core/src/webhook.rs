//! The receiver: everything between an HTTP request and its response.

use std::convert::Infallible;
use std::error::Error as _;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Method, Request, Response};
use tower::{Service, ServiceExt};

use crate::answer::Answer;
use crate::challenge::Challenge;
use crate::error::{BoxError, Error, ErrorKind};
use crate::outcome::Outcome;
use crate::payload::{Delivery, EventType};
use crate::router::Route;
use crate::signature::Signature;
use crate::token::Keyring;
use crate::verify::verify;

/// Receives the requests of a webhook: answers challenges, verifies deliveries, hands them on and answers for what became of them.
///
/// It is a `tower::Service` from `http::Request<Bytes>` to `http::Response<Bytes>` that never fails; cloning it is cheap.
/// The adapter crates mount it into a web framework; to call it from another, depend on http 1, bytes 1 and tower 0.5 with its feature `util`.
///
/// # Examples
///
/// ```
/// use smartcar_webhook_core::{EventRouter, ManagementToken, Webhook};
/// use tower::ServiceExt;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let webhook = Webhook::new(ManagementToken::new("amt")?, EventRouter::new());
///
/// let request = http::Request::post("/webhooks/smartcar")
///     .body(r#"{"eventType":"VERIFY","data":{"challenge":"challenge"}}"#.into())?;
/// let response = webhook.oneshot(request).await?;
/// assert_eq!(response.status(), 200);
/// assert!(response.body().starts_with(br#"{"challenge":"9baf5a7464bd8674"#));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Webhook {
    inner: Arc<Inner>,
}

#[derive(Clone)]
struct Inner {
    keys: Keyring,
    body_limit: usize,
    service: Route,
}

impl Webhook {
    /// The longest body read unless told otherwise, in bytes: 1 MiB.
    ///
    /// 4.0 deliveries have at most 50 KB; for 2.0 scheduled ones no bound is known.
    /// See [Smartcar Docs/Delivery behavior](https://smartcar.com/docs/api-reference/webhooks/delivery-behavior).
    pub const DEFAULT_BODY_LIMIT: usize = 1024 * 1024;

    /// A receiver that accepts deliveries signed by `keys`, one [`ManagementToken`](crate::ManagementToken) or a [`Keyring`], and hands them to `service`.
    ///
    /// The service is an [`EventRouter`](crate::EventRouter), or whatever tower layers make of one.
    /// An error it returns is an [`Error`], of which the kind decides the answer, or any other, which is answered 500 as an [`ErrorKind::HandlerFailed`].
    pub fn new<S>(keys: impl Into<Keyring>, service: S) -> Self
    where
        S: Service<Delivery, Response = Outcome> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
    {
        Self {
            inner: Arc::new(Inner {
                keys: keys.into(),
                body_limit: Self::DEFAULT_BODY_LIMIT,
                service: Route::new(service),
            }),
        }
    }

    /// Sets the longest body to read, in bytes.
    #[must_use]
    pub fn with_body_limit(mut self, bytes: usize) -> Self {
        Arc::make_mut(&mut self.inner).body_limit = bytes;
        self
    }

    /// The longest body to read, in bytes.
    pub fn body_limit(&self) -> usize {
        self.inner.body_limit
    }

    /// Whether a request is worth reading: for adapters to ask before they collect the body.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MethodNotAllowed`] for anything but a POST, [`ErrorKind::BodyTooLarge`] when the body is known to be longer than the limit.
    pub fn admit(&self, method: &Method, body_length: Option<u64>) -> Result<(), Error> {
        if method != Method::POST {
            return Err(Error::new(ErrorKind::MethodNotAllowed));
        }
        let limit = u64::try_from(self.body_limit()).unwrap_or(u64::MAX);
        if body_length.is_some_and(|length| length > limit) {
            return Err(Error::new(ErrorKind::BodyTooLarge));
        }
        Ok(())
    }

    /// The answer to a request that cannot be handed to the service: for adapters.
    pub fn refuse(&self, err: Error) -> Response<Bytes> {
        refused(err).into_response()
    }

    /// What a stranger's request turns out to be.
    fn receive(&self, request: Request<Bytes>) -> Result<Received, Error> {
        let (head, body) = request.into_parts();
        self.admit(&head.method, u64::try_from(body.len()).ok())?;
        // Before the signature: VERIFY is not reliably signed, and a wrong signature on it does not count.
        if let Some(challenge) = Challenge::find(&body) {
            return challenge.answer(&self.inner.keys).map(Received::Challenge);
        }
        verify(&self.inner.keys, &head.headers, body).map(Received::Delivery)
    }

    async fn answer(&self, request: Request<Bytes>) -> Answer {
        match self.receive(request) {
            Ok(Received::Challenge(signature)) => {
                tracing::info!("challenge answered");
                Answer::Challenge(signature)
            }
            Ok(Received::Delivery(delivery)) => self.hand_on(delivery).await,
            Err(err) => refused(err),
        }
    }

    async fn hand_on(&self, delivery: Delivery) -> Answer {
        let service = self.inner.service.clone();
        match service.oneshot(delivery.clone()).await {
            Ok(outcome) => {
                tracing::trace!(?outcome, "delivery acknowledged");
                Answer::Acknowledged(outcome)
            }
            Err(err) if err.kind() == ErrorKind::Misfit => {
                tracing::warn!(path = err.path(), "delivery acknowledged, but: {err}");
                Answer::Refused(err)
            }
            Err(err) => {
                let envelope = delivery.envelope();
                tracing::error!(
                    code = err.kind().code(),
                    event_type = envelope.event_type.as_ref().map(EventType::as_str),
                    event_id = envelope.event_id.as_deref(),
                    webhook_id = envelope.webhook_id.as_deref(),
                    error = err.source(),
                    "delivery not acknowledged: {err}"
                );
                Answer::Refused(err)
            }
        }
    }
}

enum Received {
    Challenge(Signature),
    Delivery(Delivery),
}

fn refused(err: Error) -> Answer {
    match err.kind() {
        // What nobody but Smartcar, or an attacker, sends.
        ErrorKind::SignatureMismatch | ErrorKind::ChallengeRefused | ErrorKind::NotAnObject => {
            tracing::warn!(code = err.kind().code(), "request refused: {err}");
        }
        _ => tracing::debug!(code = err.kind().code(), "request refused: {err}"),
    }
    Answer::Refused(err)
}

impl Service<Request<Bytes>> for Webhook {
    type Response = Response<Bytes>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let webhook = self.clone();
        Box::pin(async move { Ok(webhook.answer(request).await.into_response()) })
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("keys", &self.inner.keys)
            .field("body_limit", &self.inner.body_limit)
            .finish_non_exhaustive()
    }
}
