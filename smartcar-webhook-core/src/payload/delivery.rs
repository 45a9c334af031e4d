//! A verified delivery, as handlers and layers get it.

use std::fmt;
use std::ops::Deref;
#[cfg(feature = "tokio")]
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::Extensions;
use serde::{Serialize, Serializer};

use super::envelope::Head;
use super::whole::{self, Waiting};
use super::{Envelope, Event};
use crate::error::{Error, ErrorKind};
use crate::json::{Odd, RawJson, Text};

/// A delivery whose signature was verified: its payload, its envelope and the bytes as signed.
///
/// It derefs to the payload `E`, so `delivery.vehicle` is the vehicle of a [`VehicleState`](super::v4::VehicleState).
/// `Delivery` alone has not been read yet; it is the request type of every service between verification and handler, and what the fallback gets.
/// Cloning it copies no body.
///
/// ```
/// use smartcar_webhook_core::Delivery;
/// use smartcar_webhook_core::payload::v2::ChargingCompleted;
///
/// # fn main() -> Result<(), smartcar_webhook_core::Error> {
/// let body = r#"{
///     "version": "2.0", "webhookId": "w1", "eventName": "eventBased", "mode": "live",
///     "payload": {"eventId": "e1", "vehicleId": "v1", "eventType": "CHARGING_COMPLETED"}
/// }"#;
/// let delivery = Delivery::assume_verified(body.into())?;
/// assert_eq!(delivery.envelope().event_id.as_deref(), Some("e1"));
///
/// let completed = delivery.read::<ChargingCompleted>()?;
/// assert_eq!(completed.vehicle_id, "v1");
/// # Ok(())
/// # }
/// ```
pub struct Delivery<E = Raw> {
    shared: Arc<Shared>,
    /// Those of this clone, once it has others than it came with: to clone what is in them costs more than all else of a clone.
    extensions: Option<Arc<Extensions>>,
    payload: E,
}

struct Shared {
    envelope: Envelope,
    body: RawJson,
    verified_by: Option<Arc<str>>,
    extensions: Extensions,
    /// Where in the body there stands what is of the attempt.
    #[cfg(feature = "tokio")]
    of_attempt: [Range<usize>; 2],
    /// The payload, if it was read with the envelope and nobody has asked for it yet.
    waiting: Mutex<Option<Waiting>>,
}

/// What to read of a delivery before anybody has asked for its payload.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reads {
    /// Both, in one pass: for those who are going to ask.
    Payload,
    Envelope,
}

/// The payload of a delivery that has not been read as any type, or could not be.
#[derive(Clone, Debug, Default)]
pub struct Raw {
    problem: Option<Error>,
}

impl Raw {
    /// Why the delivery could not be read as its type, for a delivery that came to the fallback because of that.
    pub fn problem(&self) -> Option<&Error> {
        self.problem.as_ref()
    }
}

impl Delivery {
    /// Takes the body of a delivery that was verified earlier, say by the process that put it into a queue.
    ///
    /// # Security
    ///
    /// Nothing is checked: whoever can choose the bytes can forge a delivery.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotAnObject`] when the body is not a JSON object.
    pub fn assume_verified(body: Bytes) -> Result<Self, Error> {
        Self::new(body, None, Extensions::new(), Reads::Payload)
    }

    pub(crate) fn new(
        signed: Bytes,
        verified_by: Option<Arc<str>>,
        extensions: Extensions,
        reads: Reads,
    ) -> Result<Self, Error> {
        // JSON is UTF-8; checked once here, every later look at the text is free.
        let text = Text::from_utf8(signed).ok_or_else(|| Error::new(ErrorKind::NotAnObject))?;
        let body = RawJson::trusted(text);
        let whole = match reads {
            Reads::Payload => whole::read(&body),
            Reads::Envelope => Err(Odd),
        };
        let (head, waiting) = match whole {
            Ok((head, waiting)) => (head, Some(waiting)),
            Err(Odd) => (Head::read(&body)?, None),
        };
        #[cfg(feature = "tokio")]
        let place = |it: &RawJson| body.text().place_of(it.as_str()).unwrap_or_default();
        #[cfg(feature = "tokio")]
        let of_attempt = head.of_attempt().map(place);
        Ok(Self {
            shared: Arc::new(Shared {
                envelope: head.into(),
                body,
                verified_by,
                extensions,
                #[cfg(feature = "tokio")]
                of_attempt,
                waiting: Mutex::new(waiting),
            }),
            extensions: None,
            payload: Raw::default(),
        })
    }

    /// Reads the payload as `E`, whatever type the envelope names: a `VEHICLE_ERROR` read as a [`VehicleState`](super::v4::VehicleState) is one without signals.
    ///
    /// Where the type is not known, look at [`Envelope::event_type`] first.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Misfit`] with the path of what does not fit, or whatever an [`Event`] of your own returns.
    pub fn read<E: Event>(&self) -> Result<Delivery<E>, Error> {
        let payload = match self.shared.waiting() {
            Some(payload) => payload,
            None => E::read(&self.shared.body)?,
        };
        Ok(self.with_payload(payload))
    }

    pub(crate) fn with_problem(mut self, problem: Error) -> Self {
        self.payload.problem = Some(problem);
        self
    }
}

impl<E> Delivery<E> {
    /// The ids, times and names around the payload.
    pub fn envelope(&self) -> &Envelope {
        &self.shared.envelope
    }

    /// The bytes as received and signed.
    pub fn raw(&self) -> &Bytes {
        self.shared.body.text().as_bytes()
    }

    /// The whole body as JSON.
    pub fn json(&self) -> &RawJson {
        &self.shared.body
    }

    /// The label of the key that verified the signature; `None` for [`assume_verified`](Delivery::assume_verified).
    pub fn verified_by(&self) -> Option<&str> {
        self.shared.verified_by.as_deref()
    }

    /// What the app and the layers around the handler know of this delivery, by type.
    ///
    /// Those of the request are among them: what a middleware of the app put there, such as a tenant, reaches the handler.
    /// A delivery of [`assume_verified`](Delivery::assume_verified) has none to begin with.
    pub fn extensions(&self) -> &Extensions {
        self.extensions
            .as_deref()
            .unwrap_or(&self.shared.extensions)
    }

    /// The same, for a layer to leave something there for the layers and handlers further in.
    ///
    /// ```
    /// use smartcar_webhook_core::Delivery;
    ///
    /// #[derive(Clone, Debug, PartialEq)]
    /// struct Tenant(&'static str);
    ///
    /// # fn main() -> Result<(), smartcar_webhook_core::Error> {
    /// let mut delivery = Delivery::assume_verified("{}".into())?;
    /// delivery.extensions_mut().insert(Tenant("acme"));
    /// assert_eq!(delivery.extensions().get(), Some(&Tenant("acme")));
    /// # Ok(())
    /// # }
    /// ```
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        let own = || Arc::new(self.shared.extensions.clone());
        Arc::make_mut(self.extensions.get_or_insert_with(own))
    }

    /// The delivery before it was read, and without its [problem](Raw::problem), to hand on to another handler or service.
    pub fn to_raw(&self) -> Delivery {
        self.with_payload(Raw::default())
    }

    /// The same delivery with another payload.
    pub(crate) fn with_payload<P>(&self, payload: P) -> Delivery<P> {
        Delivery {
            shared: Arc::clone(&self.shared),
            extensions: self.extensions.clone(),
            payload,
        }
    }

    /// The delivery as [`to_raw`](Self::to_raw) gives it, and the payload.
    pub fn into_parts(self) -> (Delivery, E) {
        let raw = Delivery {
            shared: self.shared,
            extensions: self.extensions,
            payload: Raw::default(),
        };
        (raw, self.payload)
    }

    /// The parts of the body that all attempts to deliver the event have in common.
    #[cfg(feature = "tokio")]
    pub(crate) fn of_event(&self) -> impl Iterator<Item = &[u8]> {
        let [one, other] = &self.shared.of_attempt;
        let (first, second) = if one.start < other.start {
            (one, other)
        } else {
            (other, one)
        };
        let parts = [
            0..first.start,
            first.end..second.start,
            second.end..self.raw().len(),
        ];
        let parts = parts.into_iter().filter_map(|it| self.raw().get(it));
        parts.filter(|it| !it.is_empty())
    }
}

impl Shared {
    /// The payload that waits, if it is of this type; whoever asks again reads it again.
    fn waiting<E: Event>(&self) -> Option<E> {
        let waiting = self.waiting.lock();
        let mut waiting = waiting.unwrap_or_else(PoisonError::into_inner);
        let payload = waiting.take_if(|it| it.is::<E>())?;
        payload.downcast().ok().map(|it| *it)
    }
}

impl<E> Deref for Delivery<E> {
    type Target = E;

    fn deref(&self) -> &E {
        &self.payload
    }
}

/// The whole body, as it was sent.
impl<E> Serialize for Delivery<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.shared.body.serialize(serializer)
    }
}

impl<E: Clone> Clone for Delivery<E> {
    fn clone(&self) -> Self {
        self.with_payload(self.payload.clone())
    }
}

impl<E: fmt::Debug> fmt::Debug for Delivery<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("envelope", &self.shared.envelope)
            .field("json", &self.shared.body)
            .field("verified_by", &self.shared.verified_by)
            .field("payload", &self.payload)
            .finish_non_exhaustive()
    }
}
