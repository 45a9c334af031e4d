//! Smartcar's side: one connection for each delivery.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use smartcar_webhook_core::testing::{signed, vehicle_state};
use smartcar_webhook_core::{ManagementToken, SC_SIGNATURE};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) const PATH: &str = "/webhooks/smartcar";

pub(crate) fn token() -> ManagementToken {
    ManagementToken::new("test").unwrap()
}

#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Answer {
    /// With this code as its body.
    pub(crate) fn refused(status: u16, code: &str) -> Self {
        let body = format!(r#"{{"error":"{code}"}}"#);
        Self { status, body }
    }
}

/// Sends the event with this id, and does not wait for the answer.
pub(crate) async fn send(address: SocketAddr, event: &str) -> io::Result<TcpStream> {
    let request = signed(&token(), &vehicle_state().with("/eventId", event));
    let signature = request.headers()[SC_SIGNATURE].to_str().unwrap();
    let body = request.body();
    let length = body.len();
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nsc-signature: {signature}\r\ncontent-length: {length}\r\n\r\n"
    );
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(&[head.as_bytes(), body].concat()).await?;
    Ok(stream)
}

/// Goes away at once: to one that closes alone, actix-web answers, for it may have closed its half only.
pub(crate) fn reset(stream: TcpStream) {
    stream.set_zero_linger().unwrap();
    drop(stream);
}

pub(crate) async fn deliver(address: SocketAddr, event: &str) -> io::Result<Answer> {
    let mut stream = send(address, event).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .ok_or(io::ErrorKind::UnexpectedEof)?;
    let status = head.split(' ').nth(1).and_then(|it| it.parse().ok());
    Ok(Answer {
        status: status.ok_or(io::ErrorKind::InvalidData)?,
        body: body.to_owned(),
    })
}

/// Sends it again for as long as it is told to try later.
pub(crate) async fn retry(address: SocketAddr, event: &str) -> Answer {
    loop {
        let answer = deliver(address, event).await.unwrap();
        if answer.status != 503 {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
