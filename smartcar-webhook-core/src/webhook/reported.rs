//! What fails after it was acknowledged.

use std::sync::Arc;
use std::task::{Context, Poll};

use tower::{Service, ServiceExt};

use super::hooks::Hooks;
use super::observe;
use crate::error::Error;
use crate::handler::OutcomeFuture;
use crate::health::Health;
use crate::outcome::Outcome;
use crate::payload::Delivery;
use crate::router::Route;

/// Tells hooks and health how work ended, where the request cannot any more.
#[derive(Clone)]
pub(super) struct Reported {
    pub(super) service: Route,
    pub(super) health: Health,
    pub(super) hooks: Arc<Hooks>,
}

impl Service<Delivery> for Reported {
    type Response = Outcome;
    type Error = Error;
    type Future = OutcomeFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, delivery: Delivery) -> OutcomeFuture {
        let Self {
            service,
            health,
            hooks,
        } = self.clone();
        Box::pin(async move {
            let result = service.oneshot(delivery.clone()).await;
            observe::settled(&delivery, &result, &health, &hooks);
            result
        })
    }
}
