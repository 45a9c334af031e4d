//! A service of deliveries whose own type is forgotten.

use std::fmt;
use std::task::{Context, Poll};

use tower::Service;

use crate::error::{BoxError, Error};
use crate::handler::OutcomeFuture;
use crate::outcome::Outcome;
use crate::payload::Delivery;

/// A service of deliveries whose own type is forgotten: a handler with the layers around it.
// Not tower's `BoxCloneSyncService`, which boxes every future, also those that are boxed already.
pub struct Route(Box<dyn Erased>);

impl Route {
    pub(crate) fn new<S>(service: S) -> Self
    where
        S: Service<Delivery, Response = Outcome> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
    {
        Self::boxed(Boxing(service))
    }

    /// Takes a service that boxes its futures itself.
    pub(crate) fn boxed<S>(service: S) -> Self
    where
        S: Service<Delivery, Response = Outcome, Error = Error, Future = OutcomeFuture>,
        S: Clone + Send + Sync + 'static,
    {
        Self(Box::new(service))
    }
}

// With `Sync`, without which every adapter fails to mount.
trait Erased: Send + Sync {
    fn clone_box(&self) -> Box<dyn Erased>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>>;

    fn call(&mut self, delivery: Delivery) -> OutcomeFuture;
}

impl<S> Erased for S
where
    S: Service<Delivery, Response = Outcome, Error = Error, Future = OutcomeFuture>,
    S: Clone + Send + Sync + 'static,
{
    fn clone_box(&self) -> Box<dyn Erased> {
        Box::new(self.clone())
    }

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Service::poll_ready(self, cx)
    }

    fn call(&mut self, delivery: Delivery) -> OutcomeFuture {
        Service::call(self, delivery)
    }
}

impl Clone for Route {
    fn clone(&self) -> Self {
        Self(self.0.clone_box())
    }
}

impl Service<Delivery> for Route {
    type Response = Outcome;
    type Error = Error;
    type Future = OutcomeFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, delivery: Delivery) -> OutcomeFuture {
        self.0.call(delivery)
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Route")
    }
}

/// Any service as one that boxes its futures, and whose errors are of this crate.
#[derive(Clone)]
struct Boxing<S>(S);

impl<S> Service<Delivery> for Boxing<S>
where
    S: Service<Delivery, Response = Outcome>,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
{
    type Response = Outcome;
    type Error = Error;
    type Future = OutcomeFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let ready = self.0.poll_ready(cx);
        ready.map_err(|err| Error::from(err.into()))
    }

    fn call(&mut self, delivery: Delivery) -> OutcomeFuture {
        let result = self.0.call(delivery);
        Box::pin(async move { result.await.map_err(|err| Error::from(err.into())) })
    }
}
