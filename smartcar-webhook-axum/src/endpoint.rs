//! The receiver as an axum service.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::BoxError;
use axum::body::{Body, HttpBody};
use axum::http::{Request, Response};
use bytes::Bytes;
use smartcar_webhook_core::{HttpService, Webhook};
use tower::Service;

/// A [`Webhook`] as an axum service.
///
/// It mounts wherever axum takes a service: `post_service`, `any_service`, `route_service`, `nest_service`, `fallback_service`.
/// To other methods than POST, `post_service` has axum answer 405 with an empty body; elsewhere the endpoint does, with a code.
///
/// It reads the raw body up to [`Verifier::body_limit`](smartcar_webhook_core::Verifier::body_limit), regardless of `DefaultBodyLimit`, and answers 413 beyond.
/// Layers that change the body, such as `tower_http`'s `RequestDecompressionLayer`, must not be around it: the signature is over the bytes as sent.
///
/// What the app's layers put into the request's extensions is in [those of the delivery](smartcar_webhook_core::Delivery::extensions).
/// The response's extensions hold the [`Outcome`](smartcar_webhook_core::Outcome) or the [`Error`](smartcar_webhook_core::Error), unless a challenge was answered.
///
/// # Examples
///
/// Beside the app's own routes, layers and state:
///
/// ```
/// use axum::routing::{get, post_service};
/// use axum::{Router, extract::State};
/// use smartcar_webhook_axum::WebhookEndpoint;
/// use smartcar_webhook_axum::core::{EventRouter, ManagementToken, Webhook};
///
/// fn app(token: ManagementToken) -> Router {
///     let webhook = Webhook::new(token, EventRouter::new());
///     Router::new()
///         .route("/version", get(async |State(version): State<&'static str>| version))
///         .route("/webhooks/smartcar", post_service(WebhookEndpoint::new(webhook)))
///         .with_state("1.0")
/// }
/// ```
#[derive(Clone, Debug)]
pub struct WebhookEndpoint {
    service: HttpService,
}

impl WebhookEndpoint {
    /// Makes a service of the receiver.
    pub fn new(webhook: Webhook) -> Self {
        Self {
            service: HttpService::new(webhook),
        }
    }
}

impl<B> Service<Request<B>> for WebhookEndpoint
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let answer = self.service.call(request);
        Box::pin(async move { Ok(answer.await?.map(Body::new)) })
    }
}
