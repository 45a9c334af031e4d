//! What the layer makes of a service.

use std::mem::replace;
use std::task::{Context, Poll};

use tower::Service;

use super::Idempotency;
use crate::error::{BoxError, Error};
use crate::handler::OutcomeFuture;
use crate::outcome::Outcome;
use crate::payload::Delivery;

/// A service that does not handle again what it has handled, made by [`Idempotency`].
///
/// A copy never reaches the service inside.
///
/// ```
/// use smartcar_webhook_core::EventRouter;
/// use smartcar_webhook_core::layer::Idempotency;
/// use smartcar_webhook_core::layer::idempotency::{Idempotent, MemoryStore};
/// use tower::Layer;
///
/// let layer = Idempotency::new(MemoryStore::new());
/// let service: Idempotent<EventRouter> = layer.layer(EventRouter::new());
/// ```
#[derive(Clone, Debug)]
pub struct Idempotent<S> {
    inner: S,
    idempotency: Idempotency,
}

impl<S> Idempotent<S> {
    pub(super) fn new(inner: S, idempotency: Idempotency) -> Self {
        Self { inner, idempotency }
    }
}

impl<S> Service<Delivery> for Idempotent<S>
where
    S: Service<Delivery, Response = Outcome> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
{
    type Response = Outcome;
    type Error = Error;
    type Future = OutcomeFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let ready = self.inner.poll_ready(cx);
        ready.map_err(|err| Error::from(err.into()))
    }

    fn call(&mut self, delivery: Delivery) -> OutcomeFuture {
        let clone = self.inner.clone();
        // The clone has not been asked whether it is ready.
        let mut inner = replace(&mut self.inner, clone);
        let idempotency = self.idempotency.clone();
        let work: OutcomeFuture = {
            let delivery = delivery.clone();
            Box::pin(async move {
                let result = inner.call(delivery).await;
                result.map_err(|err| Error::from(err.into()))
            })
        };
        Box::pin(async move { idempotency.once(&delivery, work).await })
    }
}
