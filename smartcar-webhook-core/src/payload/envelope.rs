//! What every delivery has in common.

use super::open::{EventType, Mode};
use super::v4;
use crate::error::{Error, ErrorKind};
use crate::json::{Elsewhere, Extra, Leftover, RawJson, SkippedList, Text, Wire, object, read};

/// The generation of a payload, told by its discriminator.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Generation {
    /// Top-level `eventName`: scheduled, dynamic and event-based webhooks.
    V2,
    /// Top-level `eventType`: the signal platform. Says `4.0`, and `3.0` in early documentation.
    V4,
    /// Neither.
    #[default]
    Unknown,
}

/// The ids, times and names around a payload, the same for both generations.
///
/// Everything is optional: what was not sent, or not in a readable form, is `None`.
#[non_exhaustive]
#[derive(Clone, Debug, Default)]
pub struct Envelope {
    /// Which generation of payload this is.
    pub generation: Generation,
    /// `eventType` of a 4.0 delivery, `payload.eventType` of an event-based and `eventName` of any other 2.0 delivery.
    pub event_type: Option<EventType>,
    /// `eventName` of a 2.0 delivery.
    pub event_name: Option<Text>,
    /// The id of the event, the same for every attempt to deliver it: 4.0, and 2.0 event-based.
    pub event_id: Option<Text>,
    /// `2.0`, or `meta.version`.
    pub version: Option<Text>,
    /// The id of the webhook.
    pub webhook_id: Option<Text>,
    /// Whether it is about a real car.
    pub mode: Option<Mode>,
    /// The vehicles the delivery is about: one, or any number for 2.0 scheduled and dynamic.
    pub vehicles: Vec<VehicleRef>,
    /// `meta` of a 4.0 delivery.
    pub meta: v4::Meta,
    /// Top-level members that neither generation is known to have, or that do not fit.
    pub extra: Extra,
}

object! {
    /// A vehicle a delivery is about.
    #[non_exhaustive]
    pub struct VehicleRef {
        /// The vehicle's id.
        pub vehicle_id: Option<Text> = "vehicleId",
        /// The id of the request that read it, in 2.0 scheduled and dynamic deliveries.
        pub request_id: Option<Text> = "requestId",
        /// The make, in 4.0 deliveries, in upper case (`TESLA`) or title case (`Tesla`).
        pub make: Option<Text> = "make",
        /// Whether it is a real car, in 4.0 deliveries of 2026.
        pub mode: Option<Mode> = "mode",
    }
}

object! {
    /// What an envelope is made of.
    pub(super) struct Head keeps extra {
        pub(super) event_id: Option<Text> = "eventId",
        pub(super) event_type: Option<Text> = "eventType",
        pub(super) event_name: Option<Text> = "eventName",
        pub(super) version: Option<Text> = "version",
        pub(super) webhook_id: Option<Text> = "webhookId",
        pub(super) mode: Option<Mode> = "mode",
        pub(super) vehicle_id: Option<Text> = "vehicleId",
        pub(super) data: DataHead = "data",
        pub(super) payload: PayloadHead = "payload",
        pub(super) triggers: SkippedList = "triggers",
        /// The last, if there are several.
        pub(super) meta: Elsewhere<v4::Meta> = "meta",
    }
}

object! {
    pub(super) struct DataHead {
        pub(super) vehicle: VehicleHead = "vehicle",
        pub(super) meta: Elsewhere<v4::Meta> = "meta",
    }
}

object! {
    pub(super) struct VehicleHead {
        pub(super) id: Option<Text> = "id",
        pub(super) make: Option<Text> = "make",
        pub(super) mode: Option<Mode> = "mode",
    }
}

object! {
    pub(super) struct PayloadHead {
        pub(super) event_id: Option<Text> = "eventId",
        pub(super) event_type: Option<Text> = "eventType",
        pub(super) vehicle_id: Option<Text> = "vehicleId",
        pub(super) vehicles: Vec<VehicleRef> = "vehicles",
    }
}

impl Head {
    /// Reads what an envelope is made of, of a body of any type.
    pub(super) fn read(body: &RawJson) -> Result<Self, Error> {
        read(body).map_err(|_| Error::new(ErrorKind::NotAnObject))
    }

    /// What stands in the body for the attempt, and not for the event: another id and another time for each.
    #[cfg(any(test, feature = "tokio"))]
    pub(super) fn of_attempt(&self) -> [&RawJson; 2] {
        [&self.meta, &self.data.meta].map(Elsewhere::sent)
    }
}

impl Envelope {
    /// Reads the envelope of a body.
    pub(crate) fn read(body: &RawJson) -> Result<Self, Error> {
        Head::read(body).map(Self::from)
    }

    fn v4(mut head: Head) -> Self {
        let meta = meta(&head.meta, &mut head.extra).filter(|it| !it.is_blank());
        let meta = meta.or_else(|| read(head.data.meta.sent()).ok());
        let meta = meta.unwrap_or_default();
        let vehicle = head.data.vehicle;
        let vehicle_ids = [vehicle.id, head.vehicle_id];
        let vehicle_id = vehicle_ids.into_iter().flatten().find(|it| !it.is_empty());
        let vehicle = vehicle_id.map(|id| VehicleRef {
            make: vehicle.make,
            mode: vehicle.mode,
            ..VehicleRef::new(id)
        });
        Self {
            generation: Generation::V4,
            event_type: head.event_type.map(EventType::from),
            event_name: None,
            event_id: head.event_id.filter(|it| !it.is_empty()),
            version: meta.version.clone().or(head.version),
            webhook_id: meta.webhook_id.clone().or(head.webhook_id),
            mode: meta.mode.clone().or(head.mode),
            vehicles: vehicle.into_iter().collect(),
            meta,
            extra: head.extra,
        }
    }

    fn v2(mut head: Head) -> Self {
        let event_name = head.event_name.as_deref().unwrap_or_default();
        let event_based = event_name.eq_ignore_ascii_case("eventBased");
        let event_type = match head.payload.event_type {
            Some(event_type) if event_based => Some(event_type),
            _ => head.event_name.clone(),
        };
        let mut vehicles = head.payload.vehicles;
        vehicles.extend(head.payload.vehicle_id.map(VehicleRef::new));
        Self {
            generation: Generation::V2,
            event_type: event_type.map(EventType::from),
            event_name: head.event_name,
            event_id: head.payload.event_id.filter(|it| !it.is_empty()),
            version: head.version,
            webhook_id: head.webhook_id,
            mode: head.mode,
            vehicles,
            meta: meta(&head.meta, &mut head.extra).unwrap_or_default(),
            extra: head.extra,
        }
    }

    /// The id of the vehicle, when the delivery is about exactly one.
    pub fn vehicle_id(&self) -> Option<&str> {
        match &self.vehicles[..] {
            [vehicle] => vehicle.vehicle_id.as_deref(),
            _ => None,
        }
    }
}

impl From<Head> for Envelope {
    fn from(head: Head) -> Self {
        if head.event_type.is_some() {
            Self::v4(head)
        } else if head.event_name.is_some() {
            Self::v2(head)
        } else {
            Self {
                generation: Generation::Unknown,
                event_type: None,
                ..Self::v4(head)
            }
        }
    }
}

/// Reads `meta`, or leaves it over.
fn meta(sent: &Elsewhere<v4::Meta>, extra: &mut Extra) -> Option<v4::Meta> {
    let sent = sent.sent();
    if sent.is_blank() {
        return None;
    }
    let meta = read(sent);
    if meta.is_err() {
        extra.misfit("meta", sent.clone());
    }
    meta.ok()
}

impl VehicleRef {
    pub(super) fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref().filter(|it| !it.is_empty())
    }

    pub(super) fn new(vehicle_id: Text) -> Self {
        Self {
            vehicle_id: Some(vehicle_id),
            ..Self::default()
        }
    }
}
