//! The registry: which handler takes which event type, and which takes which part of an event.

mod route;
mod error;
mod parts;
mod signal;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use tower::{Layer, Service, ServiceExt};

use crate::error::{BoxError, Error, ErrorKind};
use crate::handler::{Handler, HandlerService, OutcomeFuture};
use crate::outcome::Outcome;
use crate::payload::{Delivery, Event, EventType, Raw, Text};

pub use self::error::ErrorRouter;
pub use self::parts::Failures;
pub use self::route::Route;
pub use self::signal::SignalRouter;

/// Takes each delivery to the handler of its event type.
///
/// Built by value; both generations of payload go into one router.
/// Finding the handler costs the same however many there are.
///
/// * A delivery whose type nobody registered goes to the [`fallback`](Self::fallback), or is acknowledged as [`Outcome::Unhandled`].
/// * A delivery that does not have the shape of its type goes to the fallback too, with the [problem](Raw::problem): nothing Smartcar signed is refused for its shape, for it would come again in the same shape.
///
/// It is a `tower::Service<Delivery>`, so it runs under [`Webhook`](crate::Webhook) as well as in a queue worker or a test.
///
/// # Examples
///
/// ```
/// use smartcar_webhook_core::payload::v2::ChargingCompleted;
/// use smartcar_webhook_core::payload::v4::VehicleState;
/// use smartcar_webhook_core::{BoxError, Delivery, EventRouter};
///
/// let router = EventRouter::new()
///     .on(|state: Delivery<VehicleState>| async move {
///         println!("{}: {} signals", state.vehicle.id, state.signals.len());
///         Ok::<_, BoxError>(())
///     })
///     .on(|completed: Delivery<ChargingCompleted>| async move {
///         println!("{} is charged", completed.vehicle_id);
///         Ok::<_, BoxError>(())
///     })
///     .fallback(|other: Delivery| async move {
///         println!("{:?}", other.envelope().event_type);
///         Ok::<_, BoxError>(())
///     });
/// assert_eq!(format!("{router:?}"), r#"EventRouter["CHARGING_COMPLETED", "VEHICLE_STATE", fallback]"#);
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct EventRouter {
    routes: Arc<Routes>,
}

// Behind an `Arc`, so that the clone each request costs does not grow with the number of handlers.
#[derive(Clone, Default)]
struct Routes {
    by_type: HashMap<EventType, Route>,
    fallback: Option<Route>,
}

impl EventRouter {
    /// A router that acknowledges everything and handles nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Registers the handler of the event type `E`.
    ///
    /// A struct that handles several types is registered for each by name: `.on::<VehicleError, _>(desk)`.
    ///
    /// # Panics
    ///
    /// When the type has a handler already: one event has one handler, which may call others.
    #[track_caller]
    pub fn on<E, H>(mut self, handler: H) -> Self
    where
        E: Event,
        H: Handler<E>,
    {
        let routes = Arc::make_mut(&mut self.routes);
        let route = Route::boxed(HandlerService::<H, E>::new(handler));
        let event_type = EventType::from(Text::from_static(E::TYPE));
        let previous = routes.by_type.insert(event_type, route);
        assert!(previous.is_none(), "`{}` already has a handler", E::TYPE);
        self
    }

    /// Registers the handler of everything that no other handler takes.
    ///
    /// # Panics
    ///
    /// When there is a fallback already.
    #[track_caller]
    pub fn fallback<H: Handler<Raw>>(mut self, handler: H) -> Self {
        let routes = Arc::make_mut(&mut self.routes);
        let route = Route::boxed(HandlerService::<H, Raw>::new(handler));
        let previous = routes.fallback.replace(route);
        assert!(previous.is_none(), "there already is a fallback");
        self
    }

    /// Wraps every handler registered so far, and the fallback, in a tower layer.
    ///
    /// What is registered later stays without it.
    /// The layer wraps each of them apart: a concurrency limit holds for one event type.
    /// It sees a delivery that does not have the shape of its type twice: on the route of the type, where it ends as an [`ErrorKind::Misfit`], and on that of the fallback.
    /// To wrap the router as a whole, use `tower::ServiceBuilder`:
    ///
    /// ```
    /// use smartcar_webhook_core::{Delivery, EventRouter, ManagementToken, Webhook};
    /// use tower::ServiceBuilder;
    ///
    /// # fn main() -> Result<(), smartcar_webhook_core::TokenError> {
    /// let service = ServiceBuilder::new()
    ///     .map_request(|delivery: Delivery| {
    ///         println!("{:?}", delivery.envelope().event_id);
    ///         delivery
    ///     })
    ///     .service(EventRouter::new());
    /// let webhook = Webhook::new(ManagementToken::new("secret")?, service);
    /// # Ok(())
    /// # }
    /// ```
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route>,
        L::Service: Service<Delivery, Response = Outcome> + Clone + Send + Sync + 'static,
        <L::Service as Service<Delivery>>::Error: Into<BoxError>,
        <L::Service as Service<Delivery>>::Future: Send,
    {
        let routes = Arc::make_mut(&mut self.routes);
        for route in routes.by_type.values_mut().chain(&mut routes.fallback) {
            *route = Route::new(layer.layer(route.clone()));
        }
        self
    }
}

impl Routes {
    async fn dispatch(&self, delivery: Delivery) -> Result<Outcome, Error> {
        let event_type = delivery.envelope().event_type.as_ref();
        let Some(route) = event_type.and_then(|it| self.by_type.get(it)) else {
            return self.fall_back(delivery).await;
        };
        match route.clone().oneshot(delivery.clone()).await {
            Err(problem) if problem.kind() == ErrorKind::Misfit => {
                let envelope = delivery.envelope();
                tracing::warn!(
                    event_type = envelope.event_type.as_ref().map(EventType::as_str),
                    event_id = envelope.event_id.as_deref(),
                    path = problem.path(),
                    "payload does not have the shape of its event type"
                );
                self.fall_back(delivery.with_problem(problem)).await
            }
            result => result,
        }
    }

    async fn fall_back(&self, delivery: Delivery) -> Result<Outcome, Error> {
        match &self.fallback {
            Some(fallback) => fallback.clone().oneshot(delivery).await,
            None => Ok(Outcome::Unhandled),
        }
    }
}

impl Service<Delivery> for EventRouter {
    type Response = Outcome;
    type Error = Error;
    type Future = OutcomeFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, delivery: Delivery) -> OutcomeFuture {
        let routes = Arc::clone(&self.routes);
        Box::pin(async move { routes.dispatch(delivery).await })
    }
}

impl fmt::Debug for EventRouter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let types = self.routes.by_type.keys();
        let mut types: Vec<_> = types.map(EventType::as_str).collect();
        types.sort_unstable();
        f.write_str("EventRouter")?;
        let mut list = f.debug_list();
        list.entries(types);
        if self.routes.fallback.is_some() {
            list.entry(&format_args!("fallback"));
        }
        list.finish()
    }
}
