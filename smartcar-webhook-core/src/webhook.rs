//! The receiver: everything between an HTTP request and its response.

use std::convert::Infallible;
use std::error::Error as _;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use tower::{Service, ServiceExt};

use crate::answer::Answer;
use crate::error::{BoxError, ErrorKind};
use crate::outcome::Outcome;
use crate::payload::{Delivery, EventType};
use crate::router::Route;
use crate::verify::{Received, Verifier};

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
    verifier: Verifier,
    service: Route,
}

impl Webhook {
    /// The longest body read unless told otherwise, in bytes: [`Verifier::DEFAULT_BODY_LIMIT`].
    pub const DEFAULT_BODY_LIMIT: usize = Verifier::DEFAULT_BODY_LIMIT;

    /// A receiver that accepts what `verifier` accepts, and hands it to `service`.
    ///
    /// For a verifier goes a [`ManagementToken`](crate::ManagementToken), a [`Keyring`](crate::Keyring), a [`SharedKeyring`](crate::SharedKeyring) to replace while it runs, or one [with a source](Verifier::with_source) of keys.
    ///
    /// The service is an [`EventRouter`](crate::EventRouter), or whatever tower layers make of one.
    /// An error it returns is an [`Error`](crate::Error), of which the kind decides the answer, or any other, which is answered 500 as an [`ErrorKind::HandlerFailed`].
    pub fn new<S>(verifier: impl Into<Verifier>, service: S) -> Self
    where
        S: Service<Delivery, Response = Outcome> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
    {
        Self {
            inner: Arc::new(Inner {
                verifier: verifier.into(),
                service: Route::new(service),
            }),
        }
    }

    /// Sets the longest body to read, in bytes.
    #[must_use]
    pub fn with_body_limit(mut self, bytes: usize) -> Self {
        let inner = Arc::make_mut(&mut self.inner);
        inner.verifier = inner.verifier.clone().with_body_limit(bytes);
        self
    }

    /// What verifies the requests, before the handlers.
    pub fn verifier(&self) -> &Verifier {
        &self.inner.verifier
    }

    async fn answer(&self, request: Request<Bytes>) -> Answer {
        match self.inner.verifier.open(request).await {
            Ok(Received::Challenge(signature)) => Answer::challenge(signature),
            Ok(Received::Delivery(delivery)) => self.hand_on(delivery).await,
            Err(err) => Answer::refused(err),
        }
    }

    async fn hand_on(&self, delivery: Delivery) -> Answer {
        let service = self.inner.service.clone();
        match service.oneshot(delivery.clone()).await {
            Ok(outcome) => {
                tracing::trace!(?outcome, "delivery acknowledged");
                Answer::Acknowledged(outcome)
            }
            Err(err) if err.kind() == ErrorKind::Misfit => Answer::refused(err),
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
            .field("verifier", &self.inner.verifier)
            .finish_non_exhaustive()
    }
}
