//! A receiver on plain hyper: no framework, one service.
//!
//! ```sh
//! SMARTCAR_MANAGEMENT_TOKEN=secret cargo run -p smartcar-webhook-examples --bin hyper
//! ```
//!
//! It listens at port 8080, or at `PORT`, and is the webhook at every path.
//! The proxy in front speaks TLS and cuts off who sends a body too slowly: hyper does neither.

use std::env;
use std::net::Ipv4Addr;
use std::pin::pin;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::signal::TractionBatteryStateOfCharge;
use smartcar_webhook_core::{
    BoxError, Delivery, EventRouter, HttpService, ManagementToken, Webhook,
};
use smartcar_webhook_examples::stop::drained;
use tokio::net::TcpListener;

/// How long open connections may hold up the end, after the work under way.
const PATIENCE: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    tracing_subscriber::fmt().init();
    let token = ManagementToken::from_env("SMARTCAR_MANAGEMENT_TOKEN")?;
    let port = match env::var("PORT") {
        Ok(port) => port.parse().map_err(|err| format!("PORT: {err}"))?,
        Err(_) => 8080,
    };
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await?;
    tracing::info!("listening at {}", listener.local_addr()?);
    let webhook = webhook(token);
    serve(listener, webhook.clone(), drained(webhook)).await;
    Ok(())
}

fn webhook(token: ManagementToken) -> Webhook {
    let router = EventRouter::new().on(on_state).fallback(on_other);
    Webhook::new(token, router)
}

async fn on_state(state: Delivery<VehicleState>) -> Result<(), BoxError> {
    let charge = state.current::<TractionBatteryStateOfCharge>();
    let percent = charge.map(|it| it.value);
    tracing::info!(vehicle = %state.vehicle.id, percent, "vehicle state");
    Ok(())
}

async fn on_other(other: Delivery) -> Result<(), BoxError> {
    let envelope = other.envelope();
    tracing::info!(event_type = ?envelope.event_type, problem = ?other.problem(), "not handled");
    Ok(())
}

/// Serves until `end`, then lets the deliveries at work be answered.
async fn serve(listener: TcpListener, webhook: Webhook, end: impl Future<Output = ()>) {
    let service = TowerToHyperService::new(HttpService::new(webhook));
    let mut http = http1::Builder::new();
    // With a timer at hand hyper closes connections that send no head.
    http.timer(TokioTimer::new());
    let connections = GracefulShutdown::new();
    let mut end = pin!(end);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut end => break,
        };
        let Ok((stream, _)) = accepted else {
            // Most likely there are too many connections, and soon there will be fewer.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let connection = http.serve_connection(TokioIo::new(stream), service.clone());
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            if let Err(err) = connection.await {
                tracing::debug!("connection broke off: {err}");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(PATIENCE, connections.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some connections were still open");
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::sync::Arc;

    use smartcar_webhook_core::SC_SIGNATURE;
    use smartcar_webhook_core::testing::conformance;
    use tokio::sync::Notify;
    use tokio::task::{JoinHandle, spawn_blocking};
    use tower::ServiceExt;

    use super::*;

    /// Serves at a free port until the returned end is notified.
    async fn served(webhook: Webhook) -> (SocketAddr, Arc<Notify>, JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let end = Arc::new(Notify::new());
        let ended = Arc::clone(&end).notified_owned();
        (address, end, tokio::spawn(serve(listener, webhook, ended)))
    }

    #[tokio::test]
    async fn it_keeps_the_contract_over_connections() {
        let token = ManagementToken::new("secret").unwrap();
        let (address, end, server) = served(webhook(token.clone())).await;
        let run = move || conformance::over_tcp(address, "/webhooks/smartcar", &token);
        spawn_blocking(run).await.unwrap().unwrap();
        end.notify_one();
        server.await.unwrap();
    }

    #[tokio::test]
    async fn it_keeps_the_contract_in_memory() {
        let service = HttpService::new(conformance::webhook());
        for case in conformance::cases() {
            let request = case.request().map(http_body_util::Full::new);
            let response = service.clone().oneshot(request).await.unwrap();
            let (head, body) = response.into_parts();
            let body = http_body_util::BodyExt::collect(body).await.unwrap();
            let response = http::Response::from_parts(head, body.to_bytes());
            case.check(&response).unwrap();
        }
    }

    /// A delivery that a handler is at work on when the end comes.
    #[tokio::test]
    async fn what_is_at_work_is_answered() {
        let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let handler = {
            let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
            move |_: Delivery| {
                let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
                async move {
                    begun.notify_one();
                    go_on.notified().await;
                    Ok::<_, BoxError>(())
                }
            }
        };
        let token = ManagementToken::new("secret").unwrap();
        let webhook = Webhook::new(token.clone(), EventRouter::new().fallback(handler));
        let (address, end, server) = served(webhook).await;

        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = client
            .post(format!("http://{address}/"))
            .header(SC_SIGNATURE, token.sign(b"{}").to_hex())
            .body("{}");
        let response = tokio::spawn(request.send());
        begun.notified().await;
        end.notify_one();
        tokio::task::yield_now().await;
        go_on.notify_one();
        assert_eq!(response.await.unwrap().unwrap().status(), 200);
        server.await.unwrap();
    }
}
