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
    Ok(axum::serve(listener, app(api, token)).await?)
}

fn app(api: Api, token: ManagementToken) -> Router {
    let smartcar = smartcar(&api, token);
    // Beside the routes that ask for the key of the app: Smartcar has none, it signs.
    api::routes(api).merge(smartcar)
}

/// All that Smartcar needs.
fn smartcar(api: &Api, token: ManagementToken) -> Router {
    let webhook = Webhook::new(token, fleet::router(Arc::clone(&api.database)));
    WebhookRoutes::at("/webhooks/smartcar").router(webhook)
}
