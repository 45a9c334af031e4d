//! Deliveries of one vehicle, one after another.

mod queue;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use tower::{Layer, Service, ServiceExt};

use self::queue::{Limits, Queues};
use crate::error::{BoxError, Error, ErrorKind};
use crate::handler::OutcomeFuture;
use crate::outcome::Outcome;
use crate::payload::{Delivery, EventType};

/// A layer by which deliveries of one vehicle are handled one after another, in the order they came, while other vehicles are handled at the same time.
///
/// Each vehicle has a lane as long as somebody is in it.
/// A delivery of several vehicles, as there are in 2.0, waits until it is the first in all of its lanes; one that names no vehicle waits for nobody.
/// A delivery whose work is given up, waiting or not, leaves its lanes at once.
///
/// Where the limits are reached, deliveries are refused as [`ErrorKind::Overloaded`], answered 503, and so sent again.
/// Waiting counts as time to answer: a layer with a deadline goes around this one, and what it leaves running stays in its lane until it is done.
/// Deliveries come in no order; which readings are old, a [`FreshnessTracker`](crate::freshness::FreshnessTracker) tells.
///
/// A clone has the same lanes.
/// They are those of one process: another has its own.
///
/// ```
/// use smartcar_webhook_core::layer::Lanes;
/// use smartcar_webhook_core::{EventRouter, ManagementToken, Webhook};
/// use tower::ServiceBuilder;
///
/// # fn main() -> Result<(), smartcar_webhook_core::TokenError> {
/// let service = ServiceBuilder::new()
///     .layer(Lanes::new())
///     .service(EventRouter::new());
/// let webhook = Webhook::new(ManagementToken::new("secret")?, service);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct Lanes {
    limits: Limits,
    queues: Queues,
}

impl Lanes {
    /// The number of lanes in use unless told otherwise.
    pub const DEFAULT_LANES: usize = 10_000;

    /// The number of deliveries that may wait in each lane unless told otherwise: more are not answered in time if each takes a second.
    pub const DEFAULT_WAITING: usize = 10;

    /// Lanes with the default limits.
    pub fn new() -> Self {
        let limits = Limits {
            lanes: Self::DEFAULT_LANES,
            waiting: Self::DEFAULT_WAITING,
        };
        Self {
            limits,
            queues: Queues::default(),
        }
    }

    /// Sets how many lanes may be in use at once; a delivery of many vehicles is let in where there is one left.
    pub fn with_lanes(mut self, lanes: usize) -> Self {
        self.limits.lanes = lanes;
        self
    }

    /// Sets how many deliveries may wait in each lane, beside the one that is handled.
    pub fn with_waiting(mut self, deliveries: usize) -> Self {
        self.limits.waiting = deliveries;
        self
    }

    /// How many lanes are in use: of vehicles with a delivery that is handled or waits.
    pub fn in_use(&self) -> usize {
        self.queues.len()
    }
}

impl Default for Lanes {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Layer<S> for Lanes {
    type Service = InLane<S>;

    fn layer(&self, service: S) -> InLane<S> {
        InLane {
            lanes: self.clone(),
            service,
        }
    }
}

/// A service behind [`Lanes`].
#[derive(Clone, Debug)]
pub struct InLane<S> {
    lanes: Lanes,
    service: S,
}

impl<S> Service<Delivery> for InLane<S>
where
    S: Service<Delivery, Response = Outcome> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
{
    type Response = Outcome;
    type Error = Error;
    type Future = OutcomeFuture;

    /// Always: whether the service within is ready is asked when it is the delivery's turn.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, delivery: Delivery) -> OutcomeFuture {
        let envelope = delivery.envelope();
        let vehicles = envelope.vehicles.iter();
        let vehicles: BTreeSet<_> = vehicles.filter_map(|it| it.vehicle_id.as_deref()).collect();
        let vehicles = vehicles.into_iter().map(Arc::from).collect();
        let Some(mut turn) = self.lanes.queues.enter(vehicles, self.lanes.limits) else {
            tracing::debug!(
                event_type = envelope.event_type.as_ref().map(EventType::as_str),
                event_id = envelope.event_id.as_deref(),
                webhook_id = envelope.webhook_id.as_deref(),
                "no room in the lanes"
            );
            let full = Error::new(ErrorKind::Overloaded);
            return Box::pin(std::future::ready(Err(full)));
        };
        let service = self.service.clone();
        Box::pin(async move {
            (&mut turn).await;
            let end = service.oneshot(delivery).await;
            drop(turn);
            end.map_err(|err| Error::from(err.into()))
        })
    }
}

impl fmt::Debug for Lanes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lanes")
            .field("limits", &self.limits)
            .field("in_use", &self.in_use())
            .finish_non_exhaustive()
    }
}
