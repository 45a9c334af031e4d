//! What users write: an async function or a struct for each event type.

use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_trait::async_trait;
use tower::Service;

use crate::error::{BoxError, Error, ErrorKind};
use crate::outcome::Outcome;
use crate::payload::{Delivery, Event, Raw};

/// Handles deliveries of one event type: `Handler<VehicleState>`, `Handler<VehicleError>`, `Handler<ChargingStarted>` and so on.
///
/// Async functions and closures of `Delivery<E>` that return `Result<(), _>` are handlers.
/// A closure names its argument, which tells the event type: `|delivery: Delivery<VehicleState>| async move { … }`.
/// Implement it for a struct to keep a database or a client at hand; one struct may handle several types.
///
/// The delivery is acknowledged when the handler returns `Ok`.
/// On `Err` it is answered 500 and Smartcar sends it again, a few times only; the error is logged and goes into the response's extensions as the source of an [`ErrorKind::HandlerFailed`].
///
/// # Examples
///
/// ```
/// use smartcar_webhook_core::payload::v4::{VehicleError, VehicleState};
/// use smartcar_webhook_core::{BoxError, Delivery, EventRouter, Handler, async_trait};
///
/// struct Fleet;
///
/// #[async_trait]
/// impl Handler<VehicleState> for Fleet {
///     async fn handle(&self, state: Delivery<VehicleState>) -> Result<(), BoxError> {
///         println!("{} sent {} signals", state.vehicle.id, state.signals.len());
///         Ok(())
///     }
/// }
///
/// async fn on_error(error: Delivery<VehicleError>) -> Result<(), BoxError> {
///     println!("{} reports {:?}", error.vehicle.id, error.errors);
///     Ok(())
/// }
///
/// let router = EventRouter::new().on(Fleet).on(on_error);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a handler of `{E}`",
    label = "expected an async function of `Delivery<{E}>` that returns `Result<(), _>`, or a `Handler<{E}>`"
)]
#[async_trait]
pub trait Handler<E>: Send + Sync + 'static {
    /// Does whatever there is to do about the delivery.
    ///
    /// # Errors
    ///
    /// Whatever stopped it; the delivery will be sent again.
    async fn handle(&self, delivery: Delivery<E>) -> Result<(), BoxError>;
}

#[async_trait]
impl<E, F, Fut, Err> Handler<E> for F
where
    E: Send + 'static,
    F: Fn(Delivery<E>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), Err>> + Send,
    Err: Into<BoxError>,
{
    async fn handle(&self, delivery: Delivery<E>) -> Result<(), BoxError> {
        self(delivery).await.map_err(Into::into)
    }
}

/// A payload a delivery can be turned into before its handler runs.
pub(crate) trait FromDelivery: Sized + Send + 'static {
    fn from_delivery(delivery: Delivery) -> Result<Delivery<Self>, Error>;
}

impl<E: Event> FromDelivery for E {
    fn from_delivery(delivery: Delivery) -> Result<Delivery<E>, Error> {
        delivery.read()
    }
}

impl FromDelivery for Raw {
    fn from_delivery(delivery: Delivery) -> Result<Delivery, Error> {
        Ok(delivery)
    }
}

/// A handler as a service of unread deliveries.
pub(crate) struct HandlerService<H, E> {
    handler: Arc<H>,
    event: PhantomData<fn(E)>,
}

impl<H, E> HandlerService<H, E> {
    pub(crate) fn new(handler: H) -> Self {
        Self {
            handler: Arc::new(handler),
            event: PhantomData,
        }
    }
}

impl<H, E> Clone for HandlerService<H, E> {
    fn clone(&self) -> Self {
        Self {
            handler: Arc::clone(&self.handler),
            event: PhantomData,
        }
    }
}

pub(crate) type OutcomeFuture = Pin<Box<dyn Future<Output = Result<Outcome, Error>> + Send>>;

impl<H: Handler<E>, E: FromDelivery> Service<Delivery> for HandlerService<H, E> {
    type Response = Outcome;
    type Error = Error;
    type Future = OutcomeFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, delivery: Delivery) -> OutcomeFuture {
        let handler = Arc::clone(&self.handler);
        Box::pin(async move {
            handler
                .handle(E::from_delivery(delivery)?)
                .await
                .map(|()| Outcome::Handled)
                .map_err(|err| Error::with_source(ErrorKind::HandlerFailed, err))
        })
    }
}
