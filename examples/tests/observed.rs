//! The program `observed`, with a collector to send spans to.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::routing::post;
use smartcar_webhook_core::testing::{signed, vehicle_state};
use smartcar_webhook_core::{ManagementToken, SC_SIGNATURE};
use tokio::net::TcpListener;

type Received = Arc<Mutex<Vec<(HeaderMap, Bytes)>>>;

/// A collector at the returned address.
async fn collector() -> (String, Received) {
    let received = Received::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let spans = Arc::clone(&received);
    let take = async move |headers: HeaderMap, body: Bytes| {
        spans.lock().unwrap().push((headers, body));
    };
    let app = Router::new().route("/v1/traces", post(take));
    tokio::spawn(async { axum::serve(listener, app).await });
    (address, received)
}

/// The program at a free port, its address, and what it goes on to log.
fn started(endpoint: &str) -> (Child, String, BufReader<ChildStdout>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_observed"))
        .env_clear()
        .env("SMARTCAR_MANAGEMENT_TOKEN", "test")
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
        // So that what arrives was sent because the program ends.
        .env("OTEL_BSP_SCHEDULE_DELAY", "3600000")
        .env("PORT", "0")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(child.stdout.take().unwrap());
    let address = loop {
        let mut line = String::new();
        assert_ne!(log.read_line(&mut line).unwrap(), 0, "it listens");
        if let Some((_, address)) = line.trim_end().split_once("listening at ") {
            break address.to_owned();
        }
    };
    (child, format!("http://{address}"), log)
}

/// Sends a delivery under this token.
async fn deliver(address: &str, token: &str) -> u16 {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let token = ManagementToken::new(token).unwrap();
    let request = signed(&token, &vehicle_state().vehicle("v1"));
    let request = client
        .post(format!("{address}/webhooks/smartcar"))
        .header(SC_SIGNATURE, &request.headers()[SC_SIGNATURE])
        .body(request.into_body());
    request.send().await.unwrap().status().as_u16()
}

fn terminate(mut child: Child) {
    let mut kill = Command::new("kill");
    assert!(kill.arg(child.id().to_string()).status().unwrap().success());
    assert!(child.wait().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn spans_arrive_before_it_ends() {
    let (endpoint, received) = collector().await;
    let (child, address, _log) = started(&endpoint);
    assert_eq!(deliver(&address, "test").await, 200);
    assert_eq!(deliver(&address, "guessed").await, 401);
    terminate(child);

    let received = received.lock().unwrap();
    let [(headers, body)] = &received[..] else {
        panic!("{} batches", received.len())
    };
    assert_eq!(headers["content-type"], "application/x-protobuf");
    // Protobuf has texts as they are, behind their lengths.
    let body = String::from_utf8_lossy(body);
    for text in [
        "service.name\x12\x12\n\x10smartcar-webhook",
        "\x0dvehicle state",
        "\x08delivery",
        "request refused: signature does not fit",
    ] {
        assert!(body.contains(text), "{text:?}: {body:?}");
    }
    assert_eq!(body.matches("http.response.status_code").count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_collector_it_only_logs() {
    let (child, address, mut log) = started("");
    assert_eq!(deliver(&address, "test").await, 200);
    terminate(child);
    let mut lines = String::new();
    log.read_to_string(&mut lines).unwrap();
    assert!(lines.contains("vehicle state vehicle=v1"), "{lines}");
    assert_eq!(lines.lines().count(), 1, "{lines}");
}
