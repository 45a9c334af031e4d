//! The receiver as an actix-web handler.

use std::pin::Pin;

use actix_web::web::Payload;
use actix_web::{Handler, HttpRequest, HttpResponse};
use smartcar_webhook_core::Webhook;
use tower::ServiceExt;

use crate::bridge;
use crate::collect::collect;

/// A [`Webhook`] as an actix-web handler.
///
/// It goes wherever actix-web takes a handler: `web::resource(path).to(endpoint)`, `web::post().to(endpoint)`, `default_service`.
/// Mounted as a resource it answers 405 to other methods than POST; with `App::route(path, web::post().to(endpoint))` actix-web answers them 404.
/// Make one for each worker, from clones of one [`Webhook`].
///
/// It reads the raw body up to [`Verifier::body_limit`](smartcar_webhook_core::Verifier::body_limit), regardless of `PayloadConfig`, and answers 413 beyond.
/// Middleware that changes the body must not be around it: the signature is over the bytes as sent.
///
/// The response's extensions hold the [`Outcome`](smartcar_webhook_core::Outcome) or the [`Error`](smartcar_webhook_core::Error), unless a challenge was answered.
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
        let verifier = self.webhook.verifier();
        let response = match collect(verifier, &request, payload).await {
            Ok(request) => match self.webhook.clone().oneshot(request).await {
                Ok(response) => response,
            },
            Err(err) => verifier.refuse(err),
        };
        bridge::response(response)
    }
}

impl Handler<(HttpRequest, Payload)> for WebhookEndpoint {
    type Output = HttpResponse;
    type Future = Pin<Box<dyn Future<Output = HttpResponse>>>;

    fn call(&self, (request, payload): (HttpRequest, Payload)) -> Self::Future {
        Box::pin(self.clone().answer(request, payload))
    }
}
