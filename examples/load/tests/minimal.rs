//! Both minimal receivers, run as a user does.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use bytes::Bytes;
use http::{Request, Response};
use smartcar_webhook_core::testing::{HttpTarget, conformance, signed, vehicle_state};
use smartcar_webhook_core::{ManagementToken, SC_SIGNATURE};
use tower::ServiceExt;

const RECEIVERS: [&str; 2] = [
    env!("CARGO_BIN_EXE_minimal"),
    env!("CARGO_BIN_EXE_minimal-actix"),
];

/// A receiver at a free port, until it is dropped.
struct Receiver {
    child: Child,
    address: SocketAddr,
}

impl Receiver {
    fn start(program: &str) -> Self {
        let mut command = Command::new(program);
        command.env("PORT", "0").env("AMT", "test");
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening at ").unwrap();
        let address = address.parse().unwrap();
        Self { child, address }
    }

    async fn answer(&self, path: &str, mut request: Request<Bytes>) -> Response<Bytes> {
        *request.uri_mut() = format!("http://{}{path}", self.address).parse().unwrap();
        HttpTarget::new().unwrap().oneshot(request).await.unwrap()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[tokio::test]
async fn a_delivery_is_handled_once_and_a_forgery_never() {
    let token = ManagementToken::new("test").unwrap();
    for program in RECEIVERS {
        let receiver = Receiver::start(program);
        let delivery = signed(&token, &vehicle_state());
        let mut forgery = signed(&token, &vehicle_state().vehicle("v2"));
        let signature = delivery.headers()[SC_SIGNATURE].clone();
        forgery.headers_mut().insert(SC_SIGNATURE, signature);
        for (request, status) in [(delivery.clone(), 200), (delivery, 200), (forgery, 401)] {
            let answer = receiver.answer("/webhook", request).await;
            assert_eq!(answer.status(), status, "{program}");
        }
        let handled = receiver.answer("/handled", Request::default()).await;
        assert_eq!(handled.body(), "1", "{program}");
    }
}

#[test]
fn they_keep_the_contract() {
    let token = ManagementToken::new("test").unwrap();
    for program in RECEIVERS {
        let receiver = Receiver::start(program);
        conformance::over_tcp(receiver.address, "/webhook", &token).unwrap();
    }
}

#[test]
fn a_variable_that_is_missing_is_named() {
    for program in RECEIVERS {
        for (variable, other) in [("PORT", "AMT"), ("AMT", "PORT")] {
            let mut command = Command::new(program);
            command.env(other, "1").env_remove(variable);
            let output = command.output().unwrap();
            assert!(!output.status.success());
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(said.contains(variable), "{said}");
        }
    }
}
