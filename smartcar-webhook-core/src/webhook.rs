//! The receiver: everything between an HTTP request and its response.

mod builder;
mod hooks;
mod observe;

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
#[cfg(feature = "tokio")]
use std::time::Duration;
use std::time::Instant;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use tower::{Service, ServiceExt};
use tracing::Instrument;

use self::hooks::Hooks;
use crate::answer::Answer;
use crate::error::BoxError;
use crate::health::Health;
#[cfg(feature = "tokio")]
use crate::layer::{DetachHandle, ShutdownReport};
use crate::outcome::Outcome;
use crate::payload::Delivery;
use crate::router::Route;
use crate::verify::{Received, Verifier};

pub use self::builder::WebhookBuilder;

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
    health: Health,
    hooks: Arc<Hooks>,
    #[cfg(feature = "tokio")]
    detached: Option<DetachHandle>,
}

impl Webhook {
    /// The longest body read unless told otherwise, in bytes: [`Verifier::DEFAULT_BODY_LIMIT`].
    pub const DEFAULT_BODY_LIMIT: usize = Verifier::DEFAULT_BODY_LIMIT;

    /// A receiver that accepts what `verifier` accepts, and hands it to `service`; [`builder`](Self::builder) has the settings.
    ///
    /// For a verifier goes a [`ManagementToken`](crate::ManagementToken), a [`Keyring`](crate::Keyring), a [`SharedKeyring`](crate::SharedKeyring) to replace while it runs, or one [with a source](Verifier::with_source) of keys.
    ///
    /// The service is an [`EventRouter`](crate::EventRouter), or whatever tower layers make of one.
    /// An error it returns is an [`Error`](crate::Error), of which the kind decides the answer, or any other, which is answered 500 as an [`ErrorKind::HandlerFailed`](crate::ErrorKind::HandlerFailed).
    ///
    /// With the feature `tokio`, which both adapters turn on, work [outlives its request](crate::layer::Detach) and is answered within 10 s, and [copies](crate::layer::Idempotency) of what was handled are not handled again.
    pub fn new<S>(verifier: impl Into<Verifier>, service: S) -> Self
    where
        S: Service<Delivery, Response = Outcome> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
    {
        Self::builder(verifier).build(service)
    }

    /// Sets up a receiver that accepts what `verifier` accepts.
    pub fn builder(verifier: impl Into<Verifier>) -> WebhookBuilder {
        WebhookBuilder::new(verifier.into())
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

    /// How the deliveries of each Smartcar webhook fared.
    pub fn health(&self) -> &Health {
        &self.inner.health
    }

    /// Refuses deliveries from here on with 503, so that Smartcar sends them again, and waits for the work that is under way, or until the limit.
    ///
    /// Call it before the server is stopped, and before its runtime ends; see [`DetachHandle::shutdown`].
    /// Without [`Detach`](crate::layer::Detach) there is nothing to wait for: the work of each request ends with it. Behind the feature `tokio`.
    #[cfg(feature = "tokio")]
    pub async fn shutdown(&self, limit: Duration) -> ShutdownReport {
        match &self.inner.detached {
            Some(detached) => detached.shutdown(limit).await,
            None => ShutdownReport::default(),
        }
    }

    async fn answer(&self, head: &mut Parts, body: Bytes) -> Answer {
        match self.inner.verifier.open(head, body).await {
            Ok(Received::Challenge(signature)) => Answer::challenge(signature),
            Ok(Received::Delivery(delivery)) => self.hand_on(delivery).await,
            Err(err) => Answer::refused(err),
        }
    }

    async fn hand_on(&self, delivery: Delivery) -> Answer {
        let began = Instant::now();
        let attempt = self.inner.health.received(&delivery);
        let span = observe::span(&delivery, attempt);
        let service = self.inner.service.clone();
        let result = service
            .oneshot(delivery.clone())
            .instrument(span.clone())
            .await;
        observe::ended(&span, &delivery, &result, began.elapsed());
        // Work that goes on reports its end itself.
        if !matches!(result, Ok(Outcome::Accepted)) {
            observe::settled(&delivery, &result, &self.inner.health, &self.inner.hooks);
        }
        match result {
            Ok(outcome) => Answer::Acknowledged(outcome),
            Err(err) => Answer::Refused(err),
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
        let (mut head, body) = request.into_parts();
        Box::pin(async move { Ok(webhook.answer(&mut head, body).await.into_response()) })
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("verifier", &self.inner.verifier)
            .field("health", &self.inner.health)
            .field("hooks", &self.inner.hooks)
            .finish_non_exhaustive()
    }
}
