//! A client that goes away, over a real connection.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::routing::post_service;
use smartcar_webhook_axum::WebhookEndpoint;
use smartcar_webhook_axum::core::layer::Detach;
use smartcar_webhook_axum::core::{
    Delivery, EventRouter, ManagementToken, Webhook, WebhookBuilder,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

/// The signature by `openssl dgst -sha256 -hmac amt`.
const REQUEST: &str = concat!(
    "POST /hook HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 60\r\n",
    "sc-signature: 9f01c7303e8d07fdb45290640d14a5f9637e768eb561ec2e15e8ce54ee4774de\r\n\r\n",
    r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v1"}}}"#
);

#[derive(Debug, PartialEq)]
enum Seen {
    Begin,
    /// The future of the request is gone.
    Gone,
    /// The future of the handler was dropped before its end.
    CutOff,
    End,
}

/// Tells when it is dropped.
struct OnDrop(UnboundedSender<Seen>, Option<Seen>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        if let Some(seen) = self.1.take() {
            let _ = self.0.send(seen);
        }
    }
}

/// A handler that stops in its middle until it is told to go on.
struct Stage {
    seen: UnboundedReceiver<Seen>,
    tell: UnboundedSender<Seen>,
    go_on: Arc<Notify>,
}

impl Stage {
    fn new() -> Self {
        let (tell, seen) = unbounded_channel();
        Self {
            seen,
            tell,
            go_on: Arc::default(),
        }
    }

    fn router(&self) -> EventRouter {
        let (tell, go_on) = (self.tell.clone(), Arc::clone(&self.go_on));
        EventRouter::new().fallback(move |_: Delivery| {
            let (tell, go_on) = (tell.clone(), Arc::clone(&go_on));
            async move {
                let mut cut_off = OnDrop(tell.clone(), Some(Seen::CutOff));
                let _ = tell.send(Seen::Begin);
                go_on.notified().await;
                cut_off.1 = Some(Seen::End);
                Ok::<_, Infallible>(())
            }
        })
    }

    async fn serve(&self, webhook: WebhookBuilder) -> SocketAddr {
        let tell = self.tell.clone();
        let watch = move |request: Request, next: Next| {
            let gone = OnDrop(tell.clone(), Some(Seen::Gone));
            let answer = next.run(request);
            async move {
                let mut answer = pin!(answer);
                // Dropped before the answer is.
                let _gone = gone;
                answer.as_mut().await
            }
        };
        let endpoint = post_service(WebhookEndpoint::new(webhook.build(self.router())));
        let app = Router::new().route("/hook", endpoint);
        let app = app.layer(from_fn(watch));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        address
    }

    async fn next(&mut self) -> Seen {
        let seen = timeout(Duration::from_secs(10), self.seen.recv());
        seen.await.expect("something happens").unwrap()
    }
}

fn webhook() -> WebhookBuilder {
    Webhook::builder(ManagementToken::new("amt").unwrap())
}

async fn send(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(REQUEST.as_bytes()).await.unwrap();
    stream
}

async fn answer(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// What the layer is for.
#[tokio::test]
async fn without_it_a_client_that_leaves_cuts_off_the_handler() {
    let mut stage = Stage::new();
    let address = stage
        .serve(webhook().without_detach().without_idempotency())
        .await;
    let stream = send(address).await;
    assert_eq!(stage.next().await, Seen::Begin);
    drop(stream);
    assert_eq!(stage.next().await, Seen::Gone);
    assert_eq!(stage.next().await, Seen::CutOff);
}

#[tokio::test]
async fn a_client_that_leaves_does_not_cut_off_the_handler() {
    for resets in [false, true] {
        let mut stage = Stage::new();
        let detach = Detach::new();
        let handle = detach.handle();
        let address = stage.serve(webhook().detach(detach)).await;
        let stream = send(address).await;
        assert_eq!(stage.next().await, Seen::Begin);
        if resets {
            stream.set_zero_linger().unwrap();
        }
        drop(stream);
        assert_eq!(stage.next().await, Seen::Gone);
        assert_eq!(handle.in_flight(), 1);
        stage.go_on.notify_one();
        assert_eq!(stage.next().await, Seen::End);

        // Smartcar sends it again.
        let answer = answer(send(address).await).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        assert_eq!(handle.shutdown(Duration::from_secs(10)).await.left(), 0);
    }
}

#[tokio::test]
async fn the_deadline_and_the_shutdown_are_answered_503() {
    let mut stage = Stage::new();
    let detach = Detach::new().deadline(Duration::from_millis(1));
    let handle = detach.handle();
    let address = stage.serve(webhook().detach(detach)).await;
    let late = answer(send(address).await).await;
    assert!(late.starts_with("HTTP/1.1 503"), "{late}");
    assert!(late.ends_with(r#"{"error":"deadline_exceeded"}"#), "{late}");
    assert_eq!(stage.next().await, Seen::Begin);
    assert_eq!(stage.next().await, Seen::Gone);

    assert_eq!(handle.shutdown(Duration::ZERO).await.left(), 1);
    let refused = answer(send(address).await).await;
    assert!(
        refused.ends_with(r#"{"error":"shutting_down"}"#),
        "{refused}"
    );
    assert_eq!(stage.next().await, Seen::Gone);
    stage.go_on.notify_one();
    assert_eq!(stage.next().await, Seen::End);
    assert_eq!(handle.shutdown(Duration::from_secs(10)).await.left(), 0);
}
