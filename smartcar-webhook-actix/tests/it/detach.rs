//! A client that goes away and a server that stops, over real connections.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{ServerHandle, Service};
use actix_web::{App, HttpServer, rt, web};
use smartcar_webhook_actix::WebhookEndpoint;
use smartcar_webhook_actix::core::layer::Detach;
use smartcar_webhook_actix::core::{
    Delivery, Error, ErrorKind, EventRouter, ManagementToken, Outcome, Webhook, WebhookBuilder,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

const TEN_SECONDS: Duration = Duration::from_secs(10);

/// The signature by `openssl dgst -sha256 -hmac amt`.
const REQUEST: &str = concat!(
    "POST /hook HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 17\r\n",
    "sc-signature: 4c05a8da471f05156ad717baa4017acd13a3a809850b9ca7d3301dcaaa854f70\r\n\r\n",
    r#"{"pizza":"pasta"}"#
);

#[derive(Debug, PartialEq)]
enum Seen {
    Begin,
    /// The future of the request is gone.
    Gone,
    /// The future of the handler was dropped before its end.
    CutOff,
    End,
    /// What `on_finish` was told.
    Finish(Result<Outcome, ErrorKind>),
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

    fn detach(&self) -> Detach {
        let tell = self.tell.clone();
        Detach::new().on_finish(move |_, result| {
            let result = result.as_ref().map_err(Error::kind).copied();
            let _ = tell.send(Seen::Finish(result));
        })
    }

    fn serve(&self, webhook: WebhookBuilder) -> (SocketAddr, ServerHandle) {
        let webhook = webhook.build(self.router());
        let tell = self.tell.clone();
        let server = HttpServer::new(move || {
            let tell = tell.clone();
            let endpoint = WebhookEndpoint::new(webhook.clone());
            App::new()
                .route("/hook", web::post().to(endpoint))
                .wrap_fn(move |request, app| {
                    let gone = OnDrop(tell.clone(), Some(Seen::Gone));
                    let answer = app.call(request);
                    async move {
                        let mut answer = pin!(answer);
                        // Dropped before the answer is.
                        let _gone = gone;
                        answer.as_mut().await
                    }
                })
        });
        let server = server.workers(1).disable_signals();
        let server = server.bind("127.0.0.1:0").unwrap();
        let address = server.addrs()[0];
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        (address, handle)
    }

    async fn next(&mut self) -> Seen {
        let seen = timeout(TEN_SECONDS, self.seen.recv());
        seen.await.expect("something happens").unwrap()
    }

    /// Sends a delivery, and leaves in the middle of its handling.
    async fn leave(&mut self, address: SocketAddr) {
        let stream = send(address).await;
        assert_eq!(self.next().await, Seen::Begin);
        // To a client that closes alone, actix-web answers: it may have closed its half only.
        stream.set_zero_linger().unwrap();
        drop(stream);
        assert_eq!(self.next().await, Seen::Gone);
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
#[actix_web::test]
async fn without_it_a_client_that_leaves_cuts_off_the_handler() {
    let mut stage = Stage::new();
    let (address, server) = stage.serve(webhook().without_detach().without_idempotency());
    stage.leave(address).await;
    assert_eq!(stage.next().await, Seen::CutOff);
    server.stop(false).await;
}

#[actix_web::test]
async fn a_client_that_leaves_does_not_cut_off_the_handler() {
    let mut stage = Stage::new();
    let detach = stage.detach();
    let (address, server) = stage.serve(webhook().detach(detach.clone()));
    stage.leave(address).await;
    assert_eq!(detach.handle().in_flight(), 1);
    stage.go_on.notify_one();
    assert_eq!(stage.next().await, Seen::End);
    assert_eq!(stage.next().await, Seen::Finish(Ok(Outcome::FellBack)));

    // Smartcar sends it again.
    let answer = answer(send(address).await).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    server.stop(true).await;
}

/// The order to stop in.
#[actix_web::test]
async fn a_shutdown_before_the_server_stops_waits_for_the_work() {
    let mut stage = Stage::new();
    let detach = stage.detach();
    let (address, server) = stage.serve(webhook().detach(detach.clone()));
    stage.leave(address).await;

    let shutdown = rt::spawn({
        let handle = detach.handle();
        async move { handle.shutdown(TEN_SECONDS).await }
    });
    while !detach.handle().is_shutting_down() {
        tokio::task::yield_now().await;
    }
    let refused = answer(send(address).await).await;
    assert!(
        refused.ends_with(r#"{"error":"shutting_down"}"#),
        "{refused}"
    );
    assert_eq!(stage.next().await, Seen::Gone);
    stage.go_on.notify_one();
    assert_eq!(shutdown.await.unwrap().left(), 0);
    server.stop(true).await;
    assert_eq!(stage.next().await, Seen::End);
    assert_eq!(stage.next().await, Seen::Finish(Ok(Outcome::FellBack)));
}

/// A worker without connections ends at once, and its runtime with it.
#[actix_web::test]
async fn the_end_of_a_worker_is_the_end_of_what_runs_on_it() {
    let mut stage = Stage::new();
    let detach = stage.detach();
    let (address, server) = stage.serve(webhook().detach(detach.clone()));
    stage.leave(address).await;
    server.stop(true).await;
    assert_eq!(stage.next().await, Seen::CutOff);
    let cancelled = Err(ErrorKind::Cancelled);
    assert_eq!(stage.next().await, Seen::Finish(cancelled));
    assert_eq!(detach.handle().shutdown(TEN_SECONDS).await.left(), 0);
}

#[actix_web::test]
async fn work_on_another_runtime_outlives_the_worker() {
    let mut stage = Stage::new();
    let detach = stage.detach().runtime(Handle::current());
    let (address, server) = stage.serve(webhook().detach(detach.clone()));
    stage.leave(address).await;
    server.stop(true).await;
    assert_eq!(detach.handle().in_flight(), 1);
    stage.go_on.notify_one();
    assert_eq!(detach.handle().shutdown(TEN_SECONDS).await.left(), 0);
    assert_eq!(stage.next().await, Seen::End);
    assert_eq!(stage.next().await, Seen::Finish(Ok(Outcome::FellBack)));
}

/// Workers started from a plain tokio runtime have runtimes of their own too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_the_same_under_tokio_main() {
    let mut stage = Stage::new();
    let (address, server) = stage.serve(webhook().detach(stage.detach()).without_idempotency());
    stage.leave(address).await;
    stage.go_on.notify_one();
    assert_eq!(stage.next().await, Seen::End);
    assert_eq!(stage.next().await, Seen::Finish(Ok(Outcome::FellBack)));

    stage.leave(address).await;
    server.stop(true).await;
    assert_eq!(stage.next().await, Seen::CutOff);
    let cancelled = Err(ErrorKind::Cancelled);
    assert_eq!(stage.next().await, Seen::Finish(cancelled));
}
