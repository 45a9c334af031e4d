//! Event-based deliveries: something happened to a vehicle.

use crate::error::Error;
use crate::json::{Extra, RawJson, Text, object, read};
use crate::payload::Event;
use crate::time::Timestamp;

object! {
    struct Body {
        payload: Option<Payload> = "payload",
    }
}

object! {
    struct Payload keeps extra {
        event_id: Option<Text> = "eventId",
        _event_type: Option<Text> = "eventType",
        vehicle_id: Text = "vehicleId",
        event_time: Option<Timestamp> = "eventTime",
        timestamp: Option<Timestamp> = "timestamp",
    }
}

/// Declares event types that share the one payload of event-based webhooks.
macro_rules! charging {
    ($($(#[$meta:meta])* $name:ident = $type:literal,)*) => {$(
        $(#[$meta])*
        ///
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
                let payload = Payload::read(body)?;
                Ok(Self {
                    vehicle_id: payload.vehicle_id,
                    event_id: payload.event_id,
                    event_time: payload.event_time,
                    timestamp: payload.timestamp,
                    extra: payload.extra,
                })
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

impl Payload {
    fn read(body: &RawJson) -> Result<Self, Error> {
        let body: Body = read(body)?;
        let payload = body.payload.ok_or_else(|| Error::misfit("payload"))?;
        if payload.vehicle_id.is_empty() {
            return Err(Error::misfit("payload.vehicleId"));
        }
        Ok(payload)
    }
}
