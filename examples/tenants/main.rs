//! Several customers, each with a Smartcar application, and so a token, of its own, at `/tenants/{tenant}/smartcar`.
//!
//! ```sh
//! ACME_TOKEN=one GLOBEX_TOKEN=two cargo run --bin tenants acme globex
//! ```
#![expect(clippy::print_stdout, reason = "it says what it received")]

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::routing::post;
use smartcar_webhook_axum::WebhookEndpoint;
use smartcar_webhook_axum::core::payload::v4::VehicleState;
use smartcar_webhook_axum::core::{
    BoxError, Delivery, EventRouter, ManagementToken, TokenError, Webhook,
};
use tokio::net::TcpListener;
use tower::ServiceExt;
use uuid::Uuid;

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    tracing_subscriber::fmt().init();
    let mut tenants = HashMap::new();
    for tenant in std::env::args().skip(1) {
        let token = ManagementToken::from_env(&format!("{}_TOKEN", tenant.to_uppercase()))?;
        let endpoint = endpoint(&tenant, token);
        tenants.insert(tenant, endpoint);
    }
    let listener = TcpListener::bind("127.0.0.1:8080").await?;
    Ok(axum::serve(listener, app(tenants)?).await?)
}

fn endpoint(tenant: &str, token: ManagementToken) -> WebhookEndpoint {
    let tenant: Arc<str> = tenant.into();
    let router = EventRouter::new().on(move |state: Delivery<VehicleState>| {
        let tenant = Arc::clone(&tenant);
        async move {
            println!(
                "{tenant}: {} sent {} signals",
                state.vehicle.id,
                state.signals.len()
            );
            Ok::<_, BoxError>(())
        }
    });
    WebhookEndpoint::new(Webhook::new(token, router))
}

struct Tenants {
    by_name: HashMap<String, WebhookEndpoint>,
    /// Receives for who is no tenant. Its token nobody has, so no answer tells a stranger who is one.
    nobody: WebhookEndpoint,
}

fn app(by_name: HashMap<String, WebhookEndpoint>) -> Result<Router, TokenError> {
    let nobody = ManagementToken::new(Uuid::new_v4())?;
    let nobody = WebhookEndpoint::new(Webhook::new(nobody, EventRouter::new()));
    let tenants = Tenants { by_name, nobody };
    Ok(Router::new()
        .route("/tenants/{tenant}/smartcar", post(receive))
        .with_state(Arc::new(tenants)))
}

async fn receive(
    State(tenants): State<Arc<Tenants>>,
    Path(tenant): Path<String>,
    request: Request,
) -> Response {
    let endpoint = tenants.by_name.get(&tenant).unwrap_or(&tenants.nobody);
    match endpoint.clone().oneshot(request).await {
        Ok(response) => response,
    }
}
