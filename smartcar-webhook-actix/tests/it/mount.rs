use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web::{self, Data, PayloadConfig, ServiceConfig};
use actix_web::{App, HttpServer};
use smartcar_webhook_actix::WebhookEndpoint;
use smartcar_webhook_actix::core::{Error, ErrorKind, Outcome, Webhook};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use smartcar_webhook_core::testing::conformance::webhook as receiver;

const BODY: &str = r#"{"pizza":"pasta"}"#;
/// By `openssl dgst -sha256 -hmac amt`.
const SIGNATURE: (&str, &str) = (
    "sc-signature",
    "4c05a8da471f05156ad717baa4017acd13a3a809850b9ca7d3301dcaaa854f70",
);

fn configure(config: &mut ServiceConfig, webhook: &Webhook) {
    let endpoint = || WebhookEndpoint::new(webhook.clone());
    config
        .app_data(Data::new("1.0"))
        .app_data(PayloadConfig::new(3))
        .route(
            "/version",
            web::get().to(async |it: Data<&'static str>| **it),
        )
        .route("/route", web::post().to(endpoint()))
        .service(web::resource("/resource").to(endpoint()))
        .service(web::scope("/scope").route("/hook", web::post().to(endpoint())))
        .default_service(web::to(endpoint()));
}

/// Where a route of POST alone is mounted, actix-web says that there is nothing else.
#[actix_web::test]
async fn other_methods_are_answered() {
    let webhook = receiver();
    let app = init_service(App::new().configure(|it| configure(it, &webhook))).await;
    for path in ["/resource", "/whatever"] {
        let get = TestRequest::get().uri(path).to_request();
        let response = call_service(&app, get).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
    let route = web::post().to(WebhookEndpoint::new(webhook));
    let app = init_service(App::new().route("/hook", route)).await;
    let get = TestRequest::get().uri("/hook").to_request();
    assert_eq!(
        call_service(&app, get).await.status(),
        StatusCode::NOT_FOUND
    );
}

#[actix_web::test]
async fn it_mounts_wherever_actix_takes_a_handler() {
    let webhook = receiver();
    let app = init_service(App::new().configure(|it| configure(it, &webhook))).await;
    let version = TestRequest::get().uri("/version").to_request();
    assert_eq!(read_body(call_service(&app, version).await).await, "1.0");
    for path in ["/route", "/resource", "/scope/hook", "/whatever"] {
        let request = || TestRequest::post().uri(path).append_header(SIGNATURE);
        let response = call_service(&app, request().set_payload(BODY).to_request()).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let outcome = response.response().extensions().get().copied();
        assert_eq!(outcome, Some(Outcome::Unhandled));

        let response = call_service(&app, request().set_payload("{}").to_request()).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{path}");
        let extensions = response.response().extensions();
        let err = extensions.get::<Error>().unwrap();
        assert_eq!(err.kind(), ErrorKind::SignatureMismatch);
    }
}

/// Writes a request whole, then reads the answer until the server closes.
async fn exchange(address: std::net::SocketAddr, head: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("POST /hook HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{head}\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[actix_web::test]
async fn several_workers_share_one_receiver_over_real_connections() {
    let webhook = receiver();
    let server = HttpServer::new(move || {
        let endpoint = WebhookEndpoint::new(webhook.clone());
        App::new().route("/hook", web::post().to(endpoint))
    });
    let server = server.workers(2).bind("127.0.0.1:0").unwrap();
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);

    let (name, value) = SIGNATURE;
    let signed = format!("{name}: {value}\r\ncontent-length: 17\r\n");
    for _ in 0..8 {
        let answer = exchange(address, &signed, BODY.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    }
    let chunked = format!("{name}: {value}\r\ntransfer-encoding: chunked\r\n");
    let answer = exchange(
        address,
        &chunked,
        b"8\r\n{\"pizza\"\r\n9\r\n:\"pasta\"}\r\n0\r\n\r\n",
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");

    let oversized = vec![b' '; 5 * 1024 * 1024];
    let length = format!("content-length: {}\r\n", oversized.len());
    let one_chunk = [
        format!("{:x}\r\n", oversized.len()).as_bytes(),
        &oversized,
        b"\r\n0\r\n\r\n",
    ]
    .concat();
    for answer in [
        exchange(address, &length, &oversized).await,
        exchange(address, "transfer-encoding: chunked\r\n", &one_chunk).await,
    ] {
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert!(
            answer.ends_with(r#"{"error":"body_too_large"}"#),
            "{answer}"
        );
    }
    handle.stop(false).await;
}
