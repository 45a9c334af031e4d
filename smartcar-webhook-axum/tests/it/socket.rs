//! Over a real connection, byte by byte.

use std::net::SocketAddr;

use axum::Router;
use axum::routing::post_service;
use smartcar_webhook_axum::WebhookEndpoint;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use smartcar_webhook_core::testing::conformance::webhook as receiver;

async fn serve() -> SocketAddr {
    let endpoint = WebhookEndpoint::new(receiver());
    let app = Router::new().route("/hook", post_service(endpoint));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// Writes a request whole, then reads the answer until the server closes.
async fn exchange(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

fn post(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("POST /hook HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}

fn chunked(body: &[u8]) -> Vec<u8> {
    let mut sent = Vec::new();
    for chunk in body.chunks(10_000) {
        sent.extend(format!("{:x}\r\n", chunk.len()).bytes());
        sent.extend(chunk);
        sent.extend(b"\r\n");
    }
    sent.extend(b"0\r\n\r\n");
    sent
}

/// By `openssl dgst -sha256 -hmac amt`.
const PIZZA: &str =
    "sc-signature: 4c05a8da471f05156ad717baa4017acd13a3a809850b9ca7d3301dcaaa854f70\r\n";

#[tokio::test]
async fn a_delivery_is_accepted_whole_and_in_chunks() {
    let address = serve().await;
    let body = br#"{"pizza":"pasta"}"#;
    let whole = post(&format!("{PIZZA}content-length: 17\r\n"), body);
    assert!(
        exchange(address, &whole)
            .await
            .starts_with("HTTP/1.1 200 OK")
    );
    let in_chunks = post(
        &format!("{PIZZA}transfer-encoding: chunked\r\n"),
        &chunked(body),
    );
    assert!(
        exchange(address, &in_chunks)
            .await
            .starts_with("HTTP/1.1 200 OK")
    );
    let changed = post(
        &format!("{PIZZA}content-length: 17\r\n"),
        br#"{"pizza":"Pasta"}"#,
    );
    assert!(
        exchange(address, &changed)
            .await
            .starts_with("HTTP/1.1 401")
    );
}

/// Who still sends when the answer is known gets to see it.
#[tokio::test]
async fn an_oversized_body_is_answered_413_even_to_who_sends_it_all_first() {
    let address = serve().await;
    let body = vec![b' '; 5 * 1024 * 1024];
    let length = format!("content-length: {}\r\n", body.len());
    let answers = [
        exchange(address, &post(&length, &body)).await,
        exchange(
            address,
            &post("transfer-encoding: chunked\r\n", &chunked(&body)),
        )
        .await,
    ];
    for answer in answers {
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert!(
            answer.ends_with(r#"{"error":"body_too_large"}"#),
            "{answer}"
        );
    }
}

/// Who asks first is spared the sending.
#[tokio::test]
async fn an_oversized_body_is_not_asked_for() {
    let address = serve().await;
    let head = post("content-length: 5000000\r\nexpect: 100-continue\r\n", b"");
    let answer = exchange(address, &head).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

/// Who announces a body and sends none of it is not waited for.
#[tokio::test]
async fn a_refusal_does_not_wait_for_the_body() {
    let address = serve().await;
    for head in [
        &post("content-length: 5000000\r\n", b"")[..],
        b"PUT /hook HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head).await.unwrap();
        let mut answer = [0; 12];
        let read = stream.read_exact(&mut answer);
        let read = tokio::time::timeout(std::time::Duration::from_secs(10), read);
        read.await.expect("an answer").unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 4"), "{answer:?}");
    }
}

#[tokio::test]
async fn garbage_leaves_the_server_serving() {
    let address = serve().await;
    let body = br#"{"pizza":"pasta"}"#;
    for garbage in [
        &b"\x16\x03\x01\x02\x00"[..],
        b"POST /hook HTTP/1.1\r\n\r\n",
        b"POST /hook HTTP/1.1\r\nhost: x\r\ncontent-length: nine\r\n\r\n",
        &post("transfer-encoding: chunked\r\n", b"zz\r\n"),
        &post("sc-signature: é\r\ncontent-length: 0\r\n", b""),
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(garbage).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(!answer.starts_with(b"HTTP/1.1 2"), "{garbage:?}");
        assert!(!answer.starts_with(b"HTTP/1.1 5"), "{garbage:?}");
        let whole = post(&format!("{PIZZA}content-length: 17\r\n"), body);
        assert!(
            exchange(address, &whole)
                .await
                .starts_with("HTTP/1.1 200 OK")
        );
    }
}
