//! VEHICLE_STATE.

use serde::{Serialize, Serializer};

use super::signal_list::Signals;
use super::{Meta, Signal, Trigger, TriggerKind, User, Vehicle};
use crate::error::Error;
use crate::json::{Elsewhere, Extra, Odd, RawJson, Text, Wire, object, read};
use crate::payload::envelope::{DataHead, Head};
use crate::payload::rest::Rest;
use crate::payload::whole::Whole;
use crate::payload::{Event, EventType};

/// A VEHICLE_STATE: readings of one vehicle, sent when a trigger signal changed.
///
/// It holds every signal the webhook is configured with, or only those that changed: a signal that is absent was not sent, which does not mean that it is gone.
/// It is written as the body it was read from.
/// See [Smartcar Docs/Vehicle state](https://smartcar.com/docs/api-reference/webhooks/events/vehicle-state).
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct VehicleState {
    /// The owner.
    pub user: User,
    /// The vehicle.
    pub vehicle: Vehicle,
    /// The readings, in the order sent.
    pub signals: Vec<Signal>,
    /// Why it was sent; may be empty in TEST deliveries.
    pub triggers: Vec<Trigger>,
    /// What `data` held beside the fields above.
    pub extra: Extra,
    rest: Rest<(Body, Elsewhere<Meta>)>,
    /// The id of the vehicle, where it stands beside `data` alone.
    id_beside: Option<Text>,
    /// How many of the triggers stand beside `data`; the others stand in it.
    triggers_beside: usize,
}

object! {
    pub(crate) struct Body keeps extra {
        /// The same for every attempt to deliver it.
        event_id: Elsewhere<Text> = "eventId" expected,
        event_type: Elsewhere<EventType> = "eventType" expected,
        vehicle_id: Option<Text> = "vehicleId",
        data: Option<Data> = "data" expected,
        triggers: Vec<Trigger> = "triggers",
        meta: Elsewhere<Meta> = "meta" expected,
    }
}

object! {
    struct Data keeps extra {
        user: User = "user" expected,
        vehicle: Vehicle = "vehicle" expected,
        signals: Signals = "signals" expected,
        triggers: Vec<Trigger> = "triggers",
        /// Where one tutorial has it.
        meta: Elsewhere<Meta> = "meta",
    }
}

impl VehicleState {
    /// The signal with this code, such as `tractionbattery-stateofcharge`, whatever it is like.
    ///
    /// [`signal`](Self::signal) reads one of a [known type](crate::signal).
    ///
    /// ```
    /// use smartcar_webhook_core::Delivery;
    /// use smartcar_webhook_core::payload::v4::VehicleState;
    ///
    /// # fn main() -> Result<(), smartcar_webhook_core::Error> {
    /// # let body = r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v1"},"signals":[
    /// #   {"code":"teleporter-chargeleft","body":{"jumps":2}}]}}"#;
    /// # let state = Delivery::assume_verified(body.into())?.read::<VehicleState>()?;
    /// #[derive(serde::Deserialize)]
    /// struct Jumps {
    ///     jumps: u32,
    /// }
    ///
    /// if let Some(left) = state.signal_by_code("teleporter-chargeleft").and_then(|it| it.body()) {
    ///     assert_eq!(left.read::<Jumps>()?.jumps, 2);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn signal_by_code(&self, code: &str) -> Option<&Signal> {
        self.signals.iter().find(|it| it.has_code(code))
    }

    /// Whether this signal is among the reasons for the delivery.
    pub fn triggered_by_code(&self, code: &str) -> bool {
        let mut signals = self.triggers.iter().filter_map(Trigger::signal);
        signals.any(|it| it.has_code(code))
    }

    /// Whether this is the first delivery for the vehicle since it was subscribed or the webhook enabled.
    pub fn is_first_delivery(&self) -> bool {
        let mut kinds = self.triggers.iter().map(Trigger::kind);
        kinds.any(|it| matches!(it, TriggerKind::FirstDelivery))
    }
}

impl Event for VehicleState {
    const TYPE: &'static str = "VEHICLE_STATE";

    fn read(body: &RawJson) -> Result<Self, Error> {
        Self::of(read(body)?)
    }
}

impl Whole for VehicleState {
    type Body = Body;

    fn of(mut body: Body) -> Result<Self, Error> {
        let data = body.data.take().ok_or_else(|| Error::misfit("data"))?;
        if data.signals.0.is_empty() && data.extra.is_misfit("signals") {
            return Err(Error::misfit("data.signals"));
        }
        let mut triggers = std::mem::take(&mut body.triggers);
        let triggers_beside = triggers.len();
        triggers.extend(data.triggers);
        Ok(Self {
            user: data.user,
            id_beside: body
                .vehicle_id
                .clone()
                .filter(|_| data.vehicle.id.is_empty()),
            vehicle: data.vehicle.or_id(body.vehicle_id.as_ref())?,
            signals: data.signals.0,
            triggers,
            extra: data.extra,
            rest: Rest::new((body, data.meta)),
            triggers_beside,
        })
    }

    fn head(&self) -> Result<Head, Odd> {
        let (body, meta) = &*self.rest;
        body.extra.only_unknown_to(Head::fields())?;
        self.extra.only_unknown_to(DataHead::fields())?;
        let data = self.vehicle.head(meta)?;
        Ok(Head {
            event_id: body.event_id.text()?,
            event_type: body.event_type.text()?,
            data,
            meta: body.meta.clone(),
            extra: body.extra.clone(),
            ..Head::default()
        })
    }
}

impl Serialize for VehicleState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (body, meta) = &*self.rest;
        let beside = self.triggers_beside.min(self.triggers.len());
        let (beside, within) = self.triggers.split_at(beside);
        let data = Data {
            user: self.user.clone(),
            vehicle: self.vehicle.to_sent(self.id_beside.as_ref()),
            signals: Signals(self.signals.clone()),
            triggers: within.to_vec(),
            meta: meta.clone(),
            extra: self.extra.clone(),
        };
        let body = Body {
            data: Some(data),
            triggers: beside.to_vec(),
            ..body.clone()
        };
        body.write(serializer)
    }
}
