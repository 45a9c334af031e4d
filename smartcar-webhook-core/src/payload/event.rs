//! Payload types that know their wire name.

use super::{Delivery, EventType, Raw, RawJson};
use crate::error::Error;

/// A payload type, tied to the event type it is sent under.
///
/// Implement it for an event type this library does not know yet, or for a view of your own:
///
/// ```
/// use smartcar_webhook_core::payload::{Event, RawJson, Text};
/// use smartcar_webhook_core::{Delivery, Error};
///
/// #[derive(serde::Deserialize)]
/// struct VehicleMoved {
///     data: Place,
/// }
///
/// #[derive(serde::Deserialize)]
/// struct Place {
///     place: Text,
/// }
///
/// impl Event for VehicleMoved {
///     const TYPE: &'static str = "VEHICLE_MOVED";
///
///     fn read(body: &RawJson) -> Result<Self, Error> {
///         body.read()
///     }
/// }
///
/// # fn main() -> Result<(), Error> {
/// let body = r#"{"eventType":"VEHICLE_MOVED","data":{"place":"Basel"}}"#;
/// let moved = Delivery::assume_verified(body.into())?.read::<VehicleMoved>()?;
/// assert_eq!(moved.data.place, "Basel");
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event type",
    label = "no event is sent as `{Self}`",
    note = "handlers of single event types take `Delivery<VehicleState>` and the like",
    note = "a handler of whatever nobody else takes goes to `EventRouter::fallback`"
)]
pub trait Event: Sized + Send + 'static {
    /// The event type as sent: `eventType` of a 4.0 delivery, `payload.eventType` of an event-based and `eventName` of any other 2.0 delivery.
    const TYPE: &'static str;

    /// Reads the payload from the whole body of a delivery of this type.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Misfit`](crate::ErrorKind::Misfit) with the path of what is missing or does not fit; the delivery then goes to the fallback.
    fn read(body: &RawJson) -> Result<Self, Error>;
}

/// What a delivery is handed over as: [`Raw`], which takes any, or an [`Event`], which takes those of its type.
///
/// It is implemented for every [`Event`]; there is nothing else to implement it for.
pub trait Payload: Sized + Send + 'static {
    /// Takes a delivery; `None` if it is of another type.
    ///
    /// # Errors
    ///
    /// Those of [`Event::read`].
    fn take(delivery: Delivery) -> Result<Option<Delivery<Self>>, Error>;
}

impl Payload for Raw {
    fn take(delivery: Delivery) -> Result<Option<Delivery>, Error> {
        Ok(Some(delivery))
    }
}

impl<E: Event> Payload for E {
    fn take(delivery: Delivery) -> Result<Option<Delivery<E>>, Error> {
        let event_type = delivery.envelope().event_type.as_ref();
        if event_type != Some(&EventType::from_static(E::TYPE)) {
            return Ok(None);
        }
        delivery.read().map(Some)
    }
}
