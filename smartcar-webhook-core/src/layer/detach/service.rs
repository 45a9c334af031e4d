//! The service that a detaching layer makes of another.

use std::task::{Context, Poll};

use tokio::runtime::Handle;
use tokio::time::timeout;
use tower::Service;

use super::attached::Attached;
use super::work::{Finished, Work};
use super::{Acknowledge, Detach};
use crate::error::{BoxError, Error, ErrorKind};
use crate::handler::OutcomeFuture;
use crate::outcome::Outcome;
use crate::payload::Delivery;

/// A service under [`Detach`].
///
/// It is always ready: the wait for the service inside is part of the work, so the deadline holds for it too.
/// No work begins before the future is polled.
#[derive(Clone, Debug)]
pub struct Detached<S> {
    detach: Detach,
    inner: S,
}

impl<S> Detached<S> {
    pub(super) fn new(detach: Detach, inner: S) -> Self {
        Self { detach, inner }
    }
}

impl<S> Service<Delivery> for Detached<S>
where
    S: Service<Delivery, Response = Outcome> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
{
    type Response = Outcome;
    type Error = Error;
    type Future = OutcomeFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, delivery: Delivery) -> OutcomeFuture {
        Box::pin(run(self.detach.clone(), self.inner.clone(), delivery))
    }
}

async fn run<S>(detach: Detach, service: S, delivery: Delivery) -> Result<Outcome, Error>
where
    S: Service<Delivery, Response = Outcome> + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
{
    let slot = detach.in_flight.enter(&delivery, detach.limit)?;
    let number = slot.number();
    let work = Work::new(delivery, slot, detach.on_finish, detach.on_unheard).run(service);
    let begins_here = detach.runtime.is_none() && detach.acknowledge == Acknowledge::AfterHandling;
    let Some(runtime) = detach.runtime.or_else(|| Handle::try_current().ok()) else {
        let cancelled = || Err(Error::new(ErrorKind::Cancelled));
        return work.await.map_or_else(cancelled, Finished::hear);
    };
    let mut attached = if begins_here {
        Attached::here(Box::pin(work), runtime.clone(), number, detach.in_flight)
    } else {
        Attached::task(work, &runtime, number, detach.in_flight)
    };
    if detach.acknowledge == Acknowledge::BeforeHandling {
        return Ok(Outcome::Accepted);
    }
    let waiting = {
        // The caller may be in no runtime, or in one without a timer.
        let _runtime = runtime.enter();
        timeout(detach.deadline, &mut attached)
    };
    let Ok(result) = waiting.await else {
        attached.leave();
        return Err(Error::new(ErrorKind::DeadlineExceeded));
    };
    result
}
