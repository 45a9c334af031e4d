//! An actix-web app with routes, data, middleware and errors of its own, which receives Smartcar webhooks as well.
//!
//! ```sh
//! API_KEY=key SMARTCAR_MANAGEMENT_TOKEN=token cargo run --bin actix-app
//! ```

mod api;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use actix_web::{App, HttpServer};
use smartcar_webhook_actix::WebhookRoutes;
use smartcar_webhook_actix::core::{BoxError, ManagementToken, Webhook};
use smartcar_webhook_examples::fleet::{self, Memory};
use smartcar_webhook_examples::stop::drained;

use crate::api::Api;

#[actix_web::main]
async fn main() -> Result<(), BoxError> {
    tracing_subscriber::fmt().init();
    let key = std::env::var("API_KEY").map_err(|err| format!("API_KEY: {err}"))?;
    let api = Api {
        database: Arc::new(Memory::default()),
        key: key.into(),
    };
    let token = ManagementToken::from_env("SMARTCAR_MANAGEMENT_TOKEN")?;
    // One for all workers.
    let webhook = webhook(&api, token);
    let drained = drained(webhook.clone());
    HttpServer::new(move || App::new().configure(|it| configure(it, &api, &webhook)))
        .workers(4)
        .bind("127.0.0.1:8080")?
        .shutdown_signal(drained)
        .run()
        .await?;
    Ok(())
}

fn webhook(api: &Api, token: ManagementToken) -> Webhook {
    Webhook::new(token, fleet::router(Arc::clone(&api.database)))
}

fn configure(config: &mut ServiceConfig, api: &Api, webhook: &Webhook) {
    api::configure(config, api.clone());
    // Beside the routes that ask for the key of the app: Smartcar has none, it signs.
    config.configure(WebhookRoutes::at("/webhooks/smartcar").configure(webhook.clone()));
}
