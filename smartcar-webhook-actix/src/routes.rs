//! The receiver through `App::configure`.

use actix_web::web::{self, ServiceConfig};
use smartcar_webhook_core::Webhook;

use crate::WebhookEndpoint;

/// The paths of a [`Webhook`], for `App::configure` or a scope's.
///
/// POST is received at each of them, other methods are answered 405 with `Allow: POST`.
///
/// ```
/// use actix_web::{App, web};
/// use smartcar_webhook_actix::WebhookRoutes;
/// use smartcar_webhook_actix::core::Webhook;
///
/// # fn app(webhook: Webhook) {
/// let app = App::new()
///     .route("/version", web::get().to(async || "1.0"))
///     .configure(WebhookRoutes::at("/webhooks/smartcar").configure(webhook));
/// # let _ = app;
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct WebhookRoutes {
    paths: Vec<String>,
}

impl WebhookRoutes {
    /// Receives at this path.
    pub fn at(path: &str) -> Self {
        Self {
            paths: vec![path.to_owned()],
        }
    }

    /// Receives at a second path too: Smartcar sends `VEHICLE_ERROR` to an error callback URI of its own, if the webhook has one.
    ///
    /// Either path takes all events and answers challenges, for both URIs are verified.
    #[must_use]
    pub fn errors_at(mut self, path: &str) -> Self {
        self.paths.push(path.to_owned());
        self
    }

    /// What `configure` takes.
    pub fn configure(self, webhook: Webhook) -> impl FnOnce(&mut ServiceConfig) {
        move |config| {
            for path in &self.paths {
                let endpoint = WebhookEndpoint::new(webhook.clone());
                config.service(web::resource(path).to(endpoint));
            }
        }
    }
}
