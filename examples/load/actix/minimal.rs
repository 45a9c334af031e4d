//! A webhook in actix-web with all that comes out of the box, and handlers that count.
//!
//! ```sh
//! PORT=8080 AMT=secret cargo run -p smartcar-webhook-load --bin minimal-actix
//! ```
#![expect(clippy::print_stdout, reason = "it says where it listens")]

use std::env;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::{App, HttpServer, web};
use smartcar_webhook_actix::WebhookRoutes;
use smartcar_webhook_actix::core::payload::v2::{
    ChargingCompleted, ChargingStarted, ChargingStopped, Dynamic, Schedule,
};
use smartcar_webhook_actix::core::payload::v4::{VehicleError, VehicleState};
use smartcar_webhook_actix::core::{BoxError, Delivery, EventRouter, ManagementToken, Webhook};

static HANDLED: AtomicU64 = AtomicU64::new(0);

async fn count<E>(_: Delivery<E>) -> Result<(), BoxError> {
    HANDLED.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

#[actix_web::main]
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
    let server = HttpServer::new(move || {
        App::new()
            .configure(WebhookRoutes::at("/webhook").configure(webhook.clone()))
            .route("/handled", web::get().to(handled))
    })
    .bind(("127.0.0.1", port))?;
    println!("listening at {}", server.addrs()[0]);
    Ok(server.run().await?)
}
