//! What users write: an async function or a struct for each event type.

use std::future::poll_fn;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
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
/// Implement it for a struct to keep a database or a client at hand, with [`#[async_trait]`](crate::async_trait) on the `impl`; one struct may handle several types, and an `Arc` of a handler is one.
/// `Handler<Raw>` is a handler of unread deliveries, for the fallback.
///
/// The delivery is acknowledged when the handler returns `Ok`.
/// On `Err` it is answered 500, whatever the error, and Smartcar sends it again, a few times only; so return `Ok` for a reading that trying again cannot mend.
/// The error is logged and goes into the response's extensions as the source of an [`ErrorKind::HandlerFailed`].
/// A panic of the handler is answered 500, too, as an [`ErrorKind::HandlerPanicked`].
///
/// # Examples
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::{Arc, Mutex};
///
/// use smartcar_webhook_core::payload::v2::ChargingCompleted;
/// use smartcar_webhook_core::payload::v4::{VehicleError, VehicleState};
/// use smartcar_webhook_core::{BoxError, Delivery, EventRouter, Handler, async_trait};
///
/// #[derive(Default)]
/// struct Fleet {
///     signals: Mutex<HashMap<String, usize>>,
/// }
///
/// #[async_trait]
/// impl Handler<VehicleState> for Fleet {
///     async fn handle(&self, state: Delivery<VehicleState>) -> Result<(), BoxError> {
///         let mut signals = self.signals.lock().map_err(|_| "poisoned")?;
///         signals.insert(state.vehicle.id.to_string(), state.signals.len());
///         Ok(())
///     }
/// }
///
/// #[async_trait]
/// impl Handler<VehicleError> for Fleet {
///     async fn handle(&self, error: Delivery<VehicleError>) -> Result<(), BoxError> {
///         println!("{} reports {} errors", error.vehicle.id, error.errors.len());
///         Ok(())
///     }
/// }
///
/// async fn on_completed(event: Delivery<ChargingCompleted>) -> Result<(), BoxError> {
///     println!("{} is charged", event.vehicle_id);
///     Ok(())
/// }
///
/// let fleet = Arc::new(Fleet::default());
/// let router = EventRouter::new()
///     .on::<VehicleState, _>(Arc::clone(&fleet))
///     .on::<VehicleError, _>(fleet)
///     .on(on_completed);
/// ```
// The handlers of this crate are not recommended, for to list them helps nobody whose own is none.
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

/// A handler shared with the rest of the app.
#[async_trait]
impl<E, H> Handler<E> for Arc<H>
where
    E: Send + 'static,
    H: Handler<E> + ?Sized,
{
    async fn handle(&self, delivery: Delivery<E>) -> Result<(), BoxError> {
        (**self).handle(delivery).await
    }
}

/// A payload a delivery can be turned into before its handler runs.
pub(crate) trait FromDelivery: Sized + Send + 'static {
    /// How the delivery ends when the handler succeeds.
    const OUTCOME: Outcome;

    fn from_delivery(delivery: Delivery) -> Result<Delivery<Self>, Error>;
}

impl<E: Event> FromDelivery for E {
    const OUTCOME: Outcome = Outcome::Handled;

    fn from_delivery(delivery: Delivery) -> Result<Delivery<E>, Error> {
        // Whatever kind an `Event` of the user's gives it.
        delivery.read().map_err(|err| match err.kind() {
            ErrorKind::Misfit => err,
            _ => Error::with_source(ErrorKind::Misfit, err),
        })
    }
}

impl FromDelivery for Raw {
    const OUTCOME: Outcome = Outcome::FellBack;

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
            let work = async move {
                let delivery = E::from_delivery(delivery)?;
                // That of the handler, not that of its `Arc`, which would box another future.
                match H::handle(&handler, delivery).await {
                    Ok(()) => Ok(E::OUTCOME),
                    Err(err) => Err(Error::with_source(ErrorKind::HandlerFailed, err)),
                }
            };
            catch_panic(work).await
        })
    }
}

/// Runs a handler with the read before it, or a layer, so that a panic does not end the connection without an answer.
///
/// The message of the panic goes to the panic hook and no further, for it may quote the payload.
pub(crate) async fn catch_panic<T>(
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let mut work = pin!(work);
    poll_fn(|cx| {
        // After a panic the future is dropped, and the handler's own state is the handler's to keep sound.
        let poll = AssertUnwindSafe(|| work.as_mut().poll(cx));
        catch_unwind(poll)
            .unwrap_or_else(|_| Poll::Ready(Err(Error::new(ErrorKind::HandlerPanicked))))
    })
    .await
}
