//! The receiver as a router.

use axum::Router;
use smartcar_webhook_core::Webhook;

use crate::WebhookEndpoint;

/// The paths of a [`Webhook`], made into a [`Router`] to merge or nest.
///
/// POST is received at each of them, other methods are answered 405 with `Allow: POST`.
///
/// ```
/// use axum::Router;
/// use axum::routing::get;
/// use smartcar_webhook_axum::WebhookRoutes;
/// use smartcar_webhook_axum::core::Webhook;
///
/// fn app(webhook: Webhook) -> Router {
///     Router::new()
///         .route("/version", get("1.0"))
///         .merge(WebhookRoutes::at("/webhooks/smartcar").router(webhook))
/// }
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

    /// A router of these paths, for an app with any state.
    pub fn router<S>(&self, webhook: Webhook) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let endpoint = WebhookEndpoint::new(webhook);
        let paths = self.paths.iter();
        paths.fold(Router::new(), |router, path| {
            router.route_service(path, endpoint.clone())
        })
    }
}
