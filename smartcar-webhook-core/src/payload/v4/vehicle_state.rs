//! VEHICLE_STATE.

use super::signal_list::Signals;
use super::{Signal, Trigger, TriggerKind, User, Vehicle};
use crate::error::Error;
use crate::json::{Extra, RawJson, Text, object, read};
use crate::payload::Event;

/// A VEHICLE_STATE: readings of one vehicle, sent when a trigger signal changed.
///
/// It holds every signal the webhook is configured with, or only those that changed: a signal that is absent was not sent, which does not mean that it is gone.
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
}

object! {
    struct Body {
        vehicle_id: Option<Text> = "vehicleId",
        data: Option<Data> = "data",
        triggers: Vec<Trigger> = "triggers",
    }
}

object! {
    struct Data keeps extra {
        user: User = "user",
        vehicle: Vehicle = "vehicle",
        signals: Option<Signals> = "signals",
        triggers: Vec<Trigger> = "triggers",
        _meta: RawJson = "meta",
    }
}

impl VehicleState {
    /// The signal with this code, such as `tractionbattery-stateofcharge`.
    ///
    /// ```
    /// use smartcar_webhook_core::Delivery;
    /// use smartcar_webhook_core::payload::v4::VehicleState;
    ///
    /// # fn main() -> Result<(), smartcar_webhook_core::Error> {
    /// # let body = r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v1"},"signals":[
    /// #   {"code":"tractionbattery-stateofcharge","body":{"value":78,"unit":"percent"}}]}}"#;
    /// # let state = Delivery::assume_verified(body.into())?.read::<VehicleState>()?;
    /// #[derive(serde::Deserialize)]
    /// struct Percent {
    ///     value: f64,
    /// }
    ///
    /// if let Some(charge) = state.signal_by_code("tractionbattery-stateofcharge").and_then(|it| it.body()) {
    ///     assert_eq!(charge.read::<Percent>()?.value, 78.0);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn signal_by_code(&self, code: &str) -> Option<&Signal> {
        self.signals.iter().find(|it| *it.code == *code)
    }

    /// Whether this signal is among the reasons for the delivery.
    pub fn triggered_by_code(&self, code: &str) -> bool {
        let mut signals = self.triggers.iter().filter_map(Trigger::signal);
        signals.any(|it| *it.code == *code)
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
        let body: Body = read(body)?;
        let data = body.data.ok_or_else(|| Error::misfit("data"))?;
        let signals = match data.signals {
            Some(signals) => signals.0,
            None if data.extra.get("signals").is_some() => {
                return Err(Error::misfit("data.signals"));
            }
            None => Vec::new(),
        };
        let mut triggers = body.triggers;
        triggers.extend(data.triggers);
        Ok(Self {
            user: data.user,
            vehicle: data.vehicle.or_id(body.vehicle_id)?,
            signals,
            triggers,
            extra: data.extra,
        })
    }
}
