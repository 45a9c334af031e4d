//! A webhook in axum with all that comes out of the box, and handlers that count.
//!
//! ```sh
//! PORT=8080 AMT=secret cargo run -p smartcar-webhook-load --bin minimal
//! ```
#![expect(clippy::print_stdout, reason = "it says where it listens")]

use std::env;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::routing::get;
use smartcar_webhook_axum::WebhookRoutes;
use smartcar_webhook_axum::core::payload::v2::{
    ChargingCompleted, ChargingStarted, ChargingStopped, Dynamic, Schedule,
};
use smartcar_webhook_axum::core::payload::v4::{VehicleError, VehicleState};
use smartcar_webhook_axum::core::{BoxError, Delivery, EventRouter, ManagementToken, Webhook};
use tokio::net::TcpListener;

static HANDLED: AtomicU64 = AtomicU64::new(0);

async fn count<E>(_: Delivery<E>) -> Result<(), BoxError> {
    HANDLED.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let port = env::var("PORT").map_err(|err| format!("PORT: {err}"))?;
    let port: u16 = port.parse().map_err(|err| format!("PORT: {err}"))?;
    let router = EventRouter::new()
        .on(count::<VehicleState>)
        .on(count::<VehicleError>)
        .on(count::<Dynamic>)
        .on(count::<Schedule>)
        .on(count::<ChargingStarted>)
        .on(count::<ChargingStopped>)
        .on(count::<ChargingCompleted>);
    let webhook = Webhook::new(ManagementToken::from_env("AMT")?, router);
    let handled = async || HANDLED.load(Ordering::Relaxed).to_string();
    let app = WebhookRoutes::at("/webhook")
        .router(webhook)
        .route("/handled", get(handled));
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening at {}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
