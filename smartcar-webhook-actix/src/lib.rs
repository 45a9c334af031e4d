//! Mounts a Smartcar webhook receiver in an [actix-web](actix_web) app.
//!
//! ```no_run
//! use actix_web::{App, HttpServer, web};
//! use smartcar_webhook_actix::WebhookEndpoint;
//! use smartcar_webhook_actix::core::payload::v4::VehicleState;
//! use smartcar_webhook_actix::core::{BoxError, Delivery, EventRouter, ManagementToken, Webhook};
//!
//! async fn on_state(state: Delivery<VehicleState>) -> Result<(), BoxError> {
//!     println!("{} sent {} signals", state.vehicle.id, state.signals.len());
//!     Ok(())
//! }
//!
//! # #[actix_web::main]
//! # async fn main() -> Result<(), BoxError> {
//! let token = ManagementToken::from_env("SMARTCAR_MANAGEMENT_TOKEN")?;
//! let webhook = Webhook::new(token, EventRouter::new().on(on_state));
//! HttpServer::new(move || {
//!     let endpoint = WebhookEndpoint::new(webhook.clone());
//!     App::new().service(web::resource("/webhooks/smartcar").to(endpoint))
//! })
//! .bind("0.0.0.0:8080")?
//! .run()
//! .await?;
//! # Ok(())
//! # }
//! ```
//!
//! Everything else, handlers, answers and security, is documented in [`core`].

mod bridge;

use std::pin::Pin;

use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::Payload;
use actix_web::{Handler, HttpRequest, HttpResponse};
use smartcar_webhook_core::{Error, ErrorKind, Webhook};
use tower::ServiceExt;

#[doc(no_inline)]
pub use smartcar_webhook_core as core;

/// A [`Webhook`] as an actix-web handler.
///
/// It goes wherever actix-web takes a handler: `web::resource(path).to(endpoint)`, `web::post().to(endpoint)`, `default_service`.
/// Mounted as a resource it answers 405 to other methods than POST; with `App::route(path, web::post().to(endpoint))` actix-web answers them 404.
/// Make one for each worker, from clones of one [`Webhook`].
///
/// It reads the raw body up to [`Webhook::body_limit`], regardless of `PayloadConfig`, and answers 413 beyond.
/// Middleware that changes the body must not be around it: the signature is over the bytes as sent.
///
/// The response's extensions hold the [`Outcome`](smartcar_webhook_core::Outcome) or the [`Error`], unless a challenge was answered.
///
/// # Examples
///
/// Beside the app's own routes and data:
///
/// ```
/// use actix_web::web::{self, Data, ServiceConfig};
/// use smartcar_webhook_actix::WebhookEndpoint;
/// use smartcar_webhook_actix::core::Webhook;
///
/// fn configure(config: &mut ServiceConfig, webhook: Webhook) {
///     config
///         .app_data(Data::new("1.0"))
///         .route("/version", web::get().to(async |version: Data<&'static str>| **version))
///         .service(web::resource("/webhooks/smartcar").to(WebhookEndpoint::new(webhook)));
/// }
/// ```
#[derive(Clone, Debug)]
pub struct WebhookEndpoint {
    webhook: Webhook,
}

impl WebhookEndpoint {
    /// Makes a handler of the receiver.
    pub fn new(webhook: Webhook) -> Self {
        Self { webhook }
    }

    async fn answer(self, request: HttpRequest, payload: Payload) -> HttpResponse {
        let response = match self.collect(&request, payload).await {
            Ok(request) => match self.webhook.oneshot(request).await {
                Ok(response) => response,
            },
            Err(err) => self.webhook.refuse(err),
        };
        bridge::response(response)
    }

    async fn collect(
        &self,
        request: &HttpRequest,
        payload: Payload,
    ) -> Result<http::Request<bytes::Bytes>, Error> {
        let head = bridge::head(request);
        let length = request.headers().get(CONTENT_LENGTH);
        let length = length.and_then(|it| it.to_str().ok()?.parse().ok());
        self.webhook.admit(head.method(), length)?;
        match payload.to_bytes_limited(self.webhook.body_limit()).await {
            Ok(Ok(body)) => Ok(head.map(|()| body)),
            Ok(Err(err)) => Err(Error::with_source(
                ErrorKind::BodyIncomplete,
                err.to_string(),
            )),
            Err(_) => Err(Error::new(ErrorKind::BodyTooLarge)),
        }
    }
}

impl Handler<(HttpRequest, Payload)> for WebhookEndpoint {
    type Output = HttpResponse;
    type Future = Pin<Box<dyn Future<Output = HttpResponse>>>;

    fn call(&self, (request, payload): (HttpRequest, Payload)) -> Self::Future {
        Box::pin(self.clone().answer(request, payload))
    }
}
