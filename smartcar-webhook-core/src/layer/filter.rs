//! Deliveries that are not for the handlers behind.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use tower::{Layer, Service, ServiceExt};

use crate::error::{BoxError, Error};
use crate::handler::OutcomeFuture;
use crate::outcome::Outcome;
use crate::payload::{Delivery, EventType, Mode};
use crate::router::Route;

/// A layer that hands on some deliveries and takes out the others: acknowledges them as [`Outcome::Filtered`], or hands them to [another service](Self::or_else).
///
/// What a delivery does not say is never held against it: one without a mode is taken for live, one that names no make for one of any make.
/// To filter by several things, put one layer around the other.
///
/// ```
/// use smartcar_webhook_core::layer::Filter;
/// use smartcar_webhook_core::{EventRouter, ManagementToken, Webhook};
/// use tower::ServiceBuilder;
///
/// # fn main() -> Result<(), smartcar_webhook_core::TokenError> {
/// let service = ServiceBuilder::new()
///     .layer(Filter::webhooks(["d3ad80e2-7d19-4a9c-8a0a-4a6a4a6a4a6a"]))
///     // The deliveries of the test button go to a router of their own.
///     .layer(Filter::live().or_else(EventRouter::new()))
///     .service(EventRouter::new());
/// let webhook = Webhook::new(ManagementToken::new("secret")?, service);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct Filter {
    is_wanted: Arc<dyn Fn(&Delivery) -> bool + Send + Sync>,
    other: Option<Route>,
}

impl Filter {
    /// Hands on the deliveries of which this is true.
    pub fn new(is_wanted: impl Fn(&Delivery) -> bool + Send + Sync + 'static) -> Self {
        Self {
            is_wanted: Arc::new(is_wanted),
            other: None,
        }
    }

    /// Hands on what is about real cars: takes out [`Mode::TEST`], of which the car is invented, and [`Mode::SIMULATED`].
    ///
    /// A mode that is absent, or none of the known ones, may be about a real car and is handed on.
    pub fn live() -> Self {
        Self::new(|delivery| {
            let envelope = delivery.envelope();
            let of_vehicles = envelope.vehicles.iter().map(|it| &it.mode);
            let mut modes = of_vehicles.chain([&envelope.mode]).flatten();
            modes.all(|it| *it != Mode::TEST && *it != Mode::SIMULATED)
        })
    }

    /// Hands on the deliveries of these webhooks, by id, and those without one.
    pub fn webhooks<I>(ids: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let ids: Vec<String> = ids.into_iter().map(Into::into).collect();
        Self::new(move |delivery| {
            let id = delivery.envelope().webhook_id.as_deref();
            id.is_none_or(|id| ids.iter().any(|it| it == id))
        })
    }

    /// Hands on the deliveries of vehicles of these makes, whatever the case, and those that name no make, as are all of 2.0.
    pub fn makes<I>(makes: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let makes: Vec<String> = makes.into_iter().map(Into::into).collect();
        Self::new(move |delivery| {
            let vehicles = delivery.envelope().vehicles.iter();
            let mut named = vehicles.filter_map(|it| it.make.as_deref()).peekable();
            let is_one = |make: &str| makes.iter().any(|it| it.eq_ignore_ascii_case(make));
            named.peek().is_none() || named.any(is_one)
        })
    }

    /// Hands what is taken out to this service, in place of acknowledging it.
    pub fn or_else<S>(mut self, service: S) -> Self
    where
        S: Service<Delivery, Response = Outcome> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
    {
        self.other = Some(Route::new(service));
        self
    }
}

impl<S> Layer<S> for Filter {
    type Service = Filtered<S>;

    fn layer(&self, service: S) -> Filtered<S> {
        Filtered {
            filter: self.clone(),
            service,
        }
    }
}

/// A service behind a [`Filter`].
#[derive(Clone, Debug)]
pub struct Filtered<S> {
    filter: Filter,
    service: S,
}

impl<S> Service<Delivery> for Filtered<S>
where
    S: Service<Delivery, Response = Outcome>,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
{
    type Response = Outcome;
    type Error = Error;
    type Future = OutcomeFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let ready = self.service.poll_ready(cx);
        ready.map_err(|err| Error::from(err.into()))
    }

    fn call(&mut self, delivery: Delivery) -> OutcomeFuture {
        if (self.filter.is_wanted)(&delivery) {
            let work = self.service.call(delivery);
            return Box::pin(async move { work.await.map_err(|err| Error::from(err.into())) });
        }
        let envelope = delivery.envelope();
        tracing::debug!(
            event_type = envelope.event_type.as_ref().map(EventType::as_str),
            event_id = envelope.event_id.as_deref(),
            webhook_id = envelope.webhook_id.as_deref(),
            "delivery filtered out"
        );
        match &self.filter.other {
            Some(other) => Box::pin(other.clone().oneshot(delivery)),
            None => Box::pin(std::future::ready(Ok(Outcome::Filtered))),
        }
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filter")
            .field("other", &self.other)
            .finish_non_exhaustive()
    }
}
