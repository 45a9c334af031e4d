//! Several customers, each with a Smartcar application, and so a token, of its own, at `/tenants/{tenant}/smartcar`.
//!
//! ```sh
//! ACME_TOKEN=one GLOBEX_TOKEN=two cargo run -p smartcar-webhook-examples --bin tenants acme globex
//! ```
#![expect(clippy::print_stdout, reason = "it says what it received")]

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use smartcar_webhook_axum::WebhookRoutes;
use smartcar_webhook_axum::core::payload::v4::VehicleState;
use smartcar_webhook_axum::core::{
    BoxError, Delivery, EventRouter, KeySource, Keyring, ManagementToken, Unverified, Verifier,
    Webhook, async_trait,
};
use smartcar_webhook_examples::stop::drained;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    tracing_subscriber::fmt().init();
    let mut tenants = Tenants::default();
    for tenant in std::env::args().skip(1) {
        let token = ManagementToken::from_env(&format!("{}_TOKEN", tenant.to_uppercase()))?;
        tenants.add(tenant, token);
    }
    let webhook = webhook(tenants);
    let listener = TcpListener::bind("127.0.0.1:8080").await?;
    let server = axum::serve(listener, app(webhook.clone()));
    Ok(server.with_graceful_shutdown(drained(webhook)).await?)
}

/// The keys of each tenant, labelled with its name.
#[derive(Default)]
struct Tenants(HashMap<String, Arc<Keyring>>);

impl Tenants {
    fn add(&mut self, tenant: String, token: ManagementToken) {
        let keys = Keyring::new(&tenant, token);
        self.0.insert(tenant, Arc::new(keys));
    }
}

#[async_trait]
impl KeySource for Tenants {
    async fn keys(&self, request: &Unverified<'_>) -> Result<Option<Arc<Keyring>>, BoxError> {
        // The last segment but one, wherever this is nested.
        let tenant = request.path().rsplit('/').nth(1);
        Ok(tenant.and_then(|it| self.0.get(it)).cloned())
    }
}

fn webhook(tenants: Tenants) -> Webhook {
    let router = EventRouter::new().on(async |state: Delivery<VehicleState>| {
        let tenant = state.verified_by().unwrap_or_default();
        let signals = state.signals.len();
        println!("{tenant}: {} sent {signals} signals", state.vehicle.id);
        Ok::<_, BoxError>(())
    });
    Webhook::new(Verifier::with_source(tenants), router)
}

fn app(webhook: Webhook) -> Router {
    WebhookRoutes::at("/tenants/{tenant}/smartcar").router(webhook)
}
