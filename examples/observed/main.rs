//! An axum app that is watched: counts at `/metrics`, as Prometheus reads them, and spans for OpenTelemetry.
//!
//! ```sh
//! SMARTCAR_MANAGEMENT_TOKEN=secret OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 \
//!     cargo run -p smartcar-webhook-examples --bin observed
//! ```
//!
//! It listens at port 8080, or at `PORT`. Without `OTEL_EXPORTER_OTLP_ENDPOINT` it exports no spans.
//! `RUST_LOG` sets what is logged, and has no say in what is exported.
//! `/metrics` tells the labels of your keys, so have the proxy in front keep it to those inside.

mod prometheus;
mod spans;
#[cfg(test)]
mod tests;

use std::env;
use std::io::{self, IsTerminal};

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use smartcar_webhook_axum::WebhookRoutes;
use smartcar_webhook_axum::core::payload::v4::VehicleState;
use smartcar_webhook_axum::core::signal::TractionBatteryStateOfCharge;
use smartcar_webhook_axum::core::{BoxError, Delivery, EventRouter, ManagementToken, Webhook};
use smartcar_webhook_examples::receiver::PATH;
use smartcar_webhook_examples::stop::{drained, out_of_patience};
use tokio::net::TcpListener;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let token = ManagementToken::from_env("SMARTCAR_MANAGEMENT_TOKEN")?;
    let port = match env::var("PORT") {
        Ok(port) => port.parse().map_err(|err| format!("PORT: {err}"))?,
        Err(_) => 8080,
    };

    let exported = spans::exported()?;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let logged = fmt::layer().with_ansi(io::stdout().is_terminal());
    tracing_subscriber::registry()
        .with(logged.with_filter(filter))
        .with(exported.as_ref().map(spans::layer))
        .init();

    let recorder = prometheus::recorder()?;
    let counts = recorder.handle();
    metrics::set_global_recorder(recorder)?;
    tokio::spawn(prometheus::keep_up(counts.clone()));

    let webhook = webhook(token);
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    tracing::info!("listening at {}", listener.local_addr()?);
    let server = axum::serve(listener, app(webhook.clone(), counts));
    tokio::select! {
        result = server.with_graceful_shutdown(drained(webhook)) => result?,
        () = out_of_patience() => tracing::warn!("some connections were still open"),
    }
    // Blocks for some seconds at most, when there is nothing else left to do.
    if let Some(Err(err)) = exported.map(|it| it.shutdown()) {
        tracing::warn!("spans may be lost: {err}");
    }
    Ok(())
}

fn webhook(token: ManagementToken) -> Webhook {
    Webhook::new(token, EventRouter::new().on(on_state))
}

fn app(webhook: Webhook, counts: PrometheusHandle) -> Router {
    WebhookRoutes::at(PATH)
        .router(webhook)
        .route_layer(from_fn(spans::of_request))
        .route("/metrics", get(async move || prometheus::page(&counts)))
}

async fn on_state(state: Delivery<VehicleState>) -> Result<(), BoxError> {
    let charge = state.current::<TractionBatteryStateOfCharge>();
    let percent = charge.map(|it| it.value);
    tracing::info!(vehicle = %state.vehicle.id, percent, "vehicle state");
    Ok(())
}
