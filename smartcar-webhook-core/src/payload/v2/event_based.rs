//! Event-based deliveries: something happened to a vehicle.

use serde::{Serialize, Serializer};

use crate::error::Error;
use crate::json::{Elsewhere, Extra, Odd, RawJson, Text, Wire, object, read};
use crate::payload::envelope::{Head, PayloadHead};
use crate::payload::rest::Rest;
use crate::payload::whole::Whole;
use crate::payload::{Event, EventType};
use crate::time::Timestamp;

pub(crate) type Body = super::body::Body<Payload>;

object! {
    pub(crate) struct Payload keeps extra {
        event_id: Option<Text> = "eventId" expected,
        event_type: Elsewhere<EventType> = "eventType" expected,
        vehicle_id: Text = "vehicleId" expected,
        event_time: Option<Timestamp> = "eventTime" expected,
        timestamp: Option<Timestamp> = "timestamp",
    }
}

/// Declares event types that share the one payload of event-based webhooks.
macro_rules! charging {
    ($($(#[$meta:meta])* $name:ident = $type:literal,)*) => {$(
        $(#[$meta])*
        ///
        /// It is written as the body it was read from.
        /// See [Smartcar Docs/Webhook events](https://smartcar.com/docs/api-reference/webhooks/webhook-events).
        #[non_exhaustive]
        #[derive(Clone, Debug)]
        pub struct $name {
            /// Smartcar's id of the vehicle; may hold upper-case digits.
            pub vehicle_id: Text,
            /// The id of the event.
            pub event_id: Option<Text>,
            /// When it happened.
            pub event_time: Option<Timestamp>,
            /// What one page names in place of the event time.
            pub timestamp: Option<Timestamp>,
            /// What `payload` held beside the fields above.
            pub extra: Extra,
            rest: Rest<(Body, Elsewhere<EventType>)>,
        }

        impl $name {
            /// When it happened, under either name; perhaps long before the delivery, for some cars report late.
            pub fn occurred_at(&self) -> Option<&Timestamp> {
                self.event_time.as_ref().or(self.timestamp.as_ref())
            }
        }

        impl Event for $name {
            const TYPE: &'static str = $type;

            fn read(body: &RawJson) -> Result<Self, Error> {
                Self::of(read(body)?)
            }
        }

        impl Whole for $name {
            type Body = Body;

            fn of(body: Body) -> Result<Self, Error> {
                let (body, payload) = payload_of(body)?;
                Ok(Self {
                    vehicle_id: payload.vehicle_id,
                    event_id: payload.event_id,
                    event_time: payload.event_time,
                    timestamp: payload.timestamp,
                    extra: payload.extra,
                    rest: Rest::new((body, payload.event_type)),
                })
            }

            fn head(&self) -> Result<Head, Odd> {
                self.extra.only_unknown_to(PayloadHead::fields())?;
                let (body, event_type) = &*self.rest;
                body.head(PayloadHead {
                    event_id: self.event_id.clone(),
                    event_type: event_type.text()?,
                    vehicle_id: Some(self.vehicle_id.clone()),
                    ..PayloadHead::default()
                })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let (body, event_type) = &*self.rest;
                let payload = Payload {
                    event_id: self.event_id.clone(),
                    event_type: event_type.clone(),
                    vehicle_id: self.vehicle_id.clone(),
                    event_time: self.event_time.clone(),
                    timestamp: self.timestamp.clone(),
                    extra: self.extra.clone(),
                };
                body.around(payload).write(serializer)
            }
        }
    )*};
}

charging! {
    /// The vehicle began to charge.
    ChargingStarted = "CHARGING_STARTED",
    /// The vehicle stopped charging before its limit.
    ChargingStopped = "CHARGING_STOPPED",
    /// The vehicle charged up to its limit.
    ChargingCompleted = "CHARGING_COMPLETED",
}

fn payload_of(mut body: Body) -> Result<(Body, Payload), Error> {
    let payload = body
        .payload
        .take()
        .ok_or_else(|| Error::misfit("payload"))?;
    if payload.vehicle_id.is_empty() {
        return Err(Error::misfit("payload.vehicleId"));
    }
    Ok((body, payload))
}
