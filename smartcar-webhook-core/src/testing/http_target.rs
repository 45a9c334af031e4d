//! A receiver that is reached over HTTP.

use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use http::{Request, Response};
use reqwest::redirect::Policy;
use tower::Service;

use crate::error::BoxError;

/// How much of the body of an answer is read: many times as much as one to a challenge has. Smartcar looks at no other.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Sends requests over HTTP, each to its own address, as Smartcar does: straight, whatever proxy the environment names, and without following redirects. Behind the feature `http-client`.
///
/// `https` wants a feature of reqwest that brings TLS, such as `rustls`, in the crate that is built.
///
/// ```no_run
/// use std::time::Duration;
///
/// use smartcar_webhook_core::testing::HttpTarget;
/// use smartcar_webhook_core::testing::simulator::{SimulatedWebhook, Simulator};
/// use smartcar_webhook_core::{BoxError, ManagementToken};
///
/// # async fn simulate(token: ManagementToken) -> Result<(), BoxError> {
/// let callback = "http://127.0.0.1:8080/webhooks/smartcar".parse()?;
/// let webhook = SimulatedWebhook::signals("Fleet").callback(callback);
/// let simulator = Simulator::new(token).webhook(webhook).rate(20.0);
/// let ledger = simulator.run(HttpTarget::new()?, Duration::from_secs(60)).await;
/// ledger.assert_nothing_lost();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct HttpTarget {
    client: reqwest::Client,
}

impl HttpTarget {
    /// Makes a client, with a pool of connections of its own.
    ///
    /// # Errors
    ///
    /// If the TLS of the system cannot be set up.
    pub fn new() -> Result<Self, BoxError> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .build()?;
        Ok(Self { client })
    }
}

impl Service<Request<Bytes>> for HttpTarget {
    type Response = Response<Bytes>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response<Bytes>, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let client = self.client.clone();
        Box::pin(async move {
            let mut answer = client.execute(request.try_into()?).await?;
            let mut response = Response::new(Bytes::new());
            *response.status_mut() = answer.status();
            *response.headers_mut() = std::mem::take(answer.headers_mut());
            let mut body = BytesMut::new();
            while body.len() < LONGEST_ANSWER
                && let Some(piece) = answer.chunk().await?
            {
                let room = LONGEST_ANSWER - body.len();
                body.extend_from_slice(&piece[..piece.len().min(room)]);
            }
            *response.body_mut() = body.freeze();
            Ok(response)
        })
    }
}
