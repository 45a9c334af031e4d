//! Mounts a Smartcar webhook receiver in an [axum] app.
//!
//! ```no_run
//! use axum::{Router, routing::post_service};
//! use smartcar_webhook_axum::WebhookEndpoint;
//! use smartcar_webhook_axum::core::payload::v4::VehicleState;
//! use smartcar_webhook_axum::core::{BoxError, Delivery, EventRouter, ManagementToken, Webhook};
//!
//! async fn on_state(state: Delivery<VehicleState>) -> Result<(), BoxError> {
//!     println!("{} sent {} signals", state.vehicle.id, state.signals.len());
//!     Ok(())
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), BoxError> {
//! let token = ManagementToken::from_env("SMARTCAR_MANAGEMENT_TOKEN")?;
//! let webhook = Webhook::new(token, EventRouter::new().on(on_state));
//! let app: Router = Router::new()
//!     .route("/webhooks/smartcar", post_service(WebhookEndpoint::new(webhook)));
//! axum::serve(tokio::net::TcpListener::bind("0.0.0.0:8080").await?, app).await?;
//! # Ok(())
//! # }
//! ```
//!
//! Everything else, handlers, answers and security, is documented in [`core`].

mod body;

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::BoxError;
use axum::body::{Body, HttpBody};
use axum::http::header::EXPECT;
use axum::http::request::Parts;
use axum::http::{Request, Response};
use bytes::Bytes;
use smartcar_webhook_core::{Error, ErrorKind, Webhook};
use tower::{Service, ServiceExt};

#[doc(no_inline)]
pub use smartcar_webhook_core as core;

/// A [`Webhook`] as an axum service.
///
/// It mounts wherever axum takes a service: `post_service`, `any_service`, `route_service`, `nest_service`, `fallback_service`.
/// To other methods than POST, `post_service` has axum answer 405 with an empty body; elsewhere the endpoint does, with a code.
///
/// It reads the raw body up to [`Webhook::body_limit`], regardless of `DefaultBodyLimit`, and answers 413 beyond.
/// Layers that change the body, such as `tower_http`'s `RequestDecompressionLayer`, must not be around it: the signature is over the bytes as sent.
///
/// The response's extensions hold the [`Outcome`](smartcar_webhook_core::Outcome) or the [`Error`], unless a challenge was answered.
///
/// # Examples
///
/// Beside the app's own routes, layers and state:
///
/// ```
/// use axum::routing::{get, post_service};
/// use axum::{Router, extract::State};
/// use smartcar_webhook_axum::WebhookEndpoint;
/// use smartcar_webhook_axum::core::{EventRouter, ManagementToken, TokenError, Webhook};
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
    webhook: Webhook,
}

impl WebhookEndpoint {
    /// Makes a service of the receiver.
    pub fn new(webhook: Webhook) -> Self {
        Self { webhook }
    }

    async fn answer<B>(self, request: Request<B>) -> Response<Bytes>
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let (head, body) = request.into_parts();
        let mut body = Box::pin(body);
        match self.collect(&head, body.as_mut()).await {
            Ok(bytes) => match self.webhook.oneshot(Request::from_parts(head, bytes)).await {
                Ok(response) => response,
            },
            Err(err) => {
                let still_sending = err.kind() != ErrorKind::BodyIncomplete;
                if still_sending && !head.headers.contains_key(EXPECT) {
                    body::drain(body);
                }
                self.webhook.refuse(err)
            }
        }
    }

    async fn collect<B>(&self, head: &Parts, body: Pin<&mut B>) -> Result<Bytes, Error>
    where
        B: HttpBody<Data = Bytes>,
        B::Error: Into<BoxError>,
    {
        let at_least = body.size_hint().lower();
        self.webhook.admit(&head.method, Some(at_least))?;
        body::read(body, self.webhook.body_limit()).await
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
        let endpoint = self.clone();
        Box::pin(async move { Ok(endpoint.answer(request).await.map(Body::from)) })
    }
}
