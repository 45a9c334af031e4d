//! An axum app with routes, state, middleware and errors of its own, which receives Smartcar webhooks as well.
//!
//! ```sh
//! API_KEY=key SMARTCAR_MANAGEMENT_TOKEN=token cargo run --bin axum-app
//! ```

mod api;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use smartcar_webhook_axum::WebhookRoutes;
use smartcar_webhook_axum::core::{BoxError, ManagementToken, Webhook};
use smartcar_webhook_examples::fleet::{self, Memory};
use smartcar_webhook_examples::stop::{drained, out_of_patience};
use tokio::net::TcpListener;

use crate::api::Api;

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    tracing_subscriber::fmt().init();
    let key = std::env::var("API_KEY").map_err(|err| format!("API_KEY: {err}"))?;
    let api = Api {
        database: Arc::new(Memory::default()),
        key: key.into(),
    };
    let token = ManagementToken::from_env("SMARTCAR_MANAGEMENT_TOKEN")?;
    let listener = TcpListener::bind("127.0.0.1:8080").await?;
    let webhook = webhook(&api, token);
    let server = axum::serve(listener, app(api, webhook.clone()));
    tokio::select! {
        result = server.with_graceful_shutdown(drained(webhook)) => result?,
        () = out_of_patience() => tracing::warn!("some connections were still open"),
    }
    Ok(())
}

fn webhook(api: &Api, token: ManagementToken) -> Webhook {
    Webhook::new(token, fleet::router(Arc::clone(&api.database)))
}

fn app(api: Api, webhook: Webhook) -> Router {
    // Beside the routes that ask for the key of the app: Smartcar has none, it signs.
    api::routes(api).merge(WebhookRoutes::at("/webhooks/smartcar").router(webhook))
}
