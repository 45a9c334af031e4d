//! The receiver as a service of any HTTP host.

mod body;

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::EXPECT;
use http::{Method, Request, Response};
use http_body::Body;
use http_body_util::Full;
use tower::{Service, ServiceExt};

use crate::error::{BoxError, Error, ErrorKind};
use crate::verify::Verifier;
use crate::webhook::Webhook;

/// A [`Webhook`] as a service over any `http_body::Body`: hyper's, or one of a gateway's. Behind the feature `http-body`.
///
/// It reads the raw body up to [`Verifier::body_limit`](crate::Verifier::body_limit) and answers 413 beyond.
/// Where a body is refused unread and a tokio runtime is at hand, it reads on beside the answer, up to a bound, so that who is still sending gets to see the answer.
///
/// ```
/// use http_body_util::Full;
/// use smartcar_webhook_core::{EventRouter, HttpService, ManagementToken, Webhook};
/// use tower::ServiceExt;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let webhook = Webhook::new(ManagementToken::new("amt")?, EventRouter::new());
/// let service = HttpService::new(webhook);
/// let request = http::Request::post("/").body(Full::from("{}"))?;
/// assert_eq!(service.oneshot(request).await?.status(), 401);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct HttpService {
    webhook: Webhook,
}

impl HttpService {
    /// Makes a service of the receiver.
    pub fn new(webhook: Webhook) -> Self {
        Self { webhook }
    }

    async fn answer<B>(self, request: Request<B>) -> Response<Bytes>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        match self.webhook.verifier().collect(request).await {
            Ok(request) => match self.webhook.oneshot(request).await {
                Ok(response) => response,
            },
            Err(refusal) => refusal,
        }
    }
}

impl<B> Service<Request<B>> for HttpService
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move { Ok(service.answer(request).await.map(Full::new)) })
    }
}

impl Verifier {
    /// Reads the body of a request, to [receive](Self::receive) it; for adapters, behind the feature `http-body`.
    ///
    /// # Errors
    ///
    /// The response to give: to what [`admit`](Self::admit) refuses, to a body that is too long or breaks off.
    pub async fn collect<B>(&self, request: Request<B>) -> Result<Request<Bytes>, Response<Bytes>>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let is_head = request.method() == Method::HEAD;
        self.read(request).await.map_err(|err| {
            let mut refusal = self.refuse(err);
            // Over HTTP/2 a host sends whatever there is, which a client has to take for an error.
            if is_head {
                refusal.body_mut().clear();
            }
            refusal
        })
    }

    async fn read<B>(&self, request: Request<B>) -> Result<Request<Bytes>, Error>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let (head, body) = request.into_parts();
        let mut body = Box::pin(body);
        let at_least = body.size_hint().lower();
        if let Err(err) = self.admit(&head.method, Some(at_least)) {
            // Who asks first does not send what is not admitted.
            if !head.headers.contains_key(EXPECT) {
                body::drain(body);
            }
            return Err(err);
        }
        match body::read(body.as_mut(), self.body_limit()).await {
            Ok(bytes) => Ok(Request::from_parts(head, bytes)),
            Err(err) => {
                if err.kind() == ErrorKind::BodyTooLarge {
                    body::drain(body);
                }
                Err(err)
            }
        }
    }
}
