//! Why a VEHICLE_STATE was sent.

use serde::{Serialize, Serializer};

use super::SignalRef;
use crate::json::{Inspection, Kind, Piece, RawJson, Taken, Text, Wire, impl_serde, object, read};

/// One reason for a [`VehicleState`](super::VehicleState).
///
/// Triggers have been sent and documented in six spellings; [`kind`](Self::kind) is the same for all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trigger {
    kind: TriggerKind,
    sent: RawJson,
}

/// What a [`Trigger`] says.
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq)]
pub enum TriggerKind {
    /// The first delivery for this vehicle since it was subscribed or the webhook enabled.
    FirstDelivery,
    /// This signal changed.
    SignalUpdated(SignalRef),
    /// Something else; see [`Trigger::sent`].
    #[default]
    Unknown,
}

impl Trigger {
    /// What it says.
    pub fn kind(&self) -> &TriggerKind {
        &self.kind
    }

    /// The signal that changed, if that is the reason.
    pub fn signal(&self) -> Option<&SignalRef> {
        match &self.kind {
            TriggerKind::SignalUpdated(signal) => Some(signal),
            _ => None,
        }
    }

    /// The trigger as sent.
    pub fn sent(&self) -> &RawJson {
        &self.sent
    }
}

object! {
    struct Parts keeps extra or text code {
        trigger_type: Option<Text> = "type",
        signal: Option<SignalRef> = "signal",
        code: Option<Text> = "code",
        name: Option<Text> = "name",
        group: Option<Text> = "group",
    }
}

impl TriggerKind {
    fn of(sent: &RawJson) -> Self {
        let Ok(parts) = read::<Parts>(sent) else {
            return Self::Unknown;
        };
        let trigger_type = parts.trigger_type.as_deref();
        let is_first = |it: &str| it.eq_ignore_ascii_case("FIRST_DELIVERY");
        if trigger_type.is_some_and(is_first) || parts.code.as_deref().is_some_and(is_first) {
            return Self::FirstDelivery;
        }
        let is_update = trigger_type.is_none_or(|it| it.eq_ignore_ascii_case("SIGNAL_UPDATED"));
        let own = || SignalRef::new(parts.code, parts.name, parts.group);
        let signal = parts.signal.unwrap_or_else(own);
        // What names a signal has its group in it; any other word is another reason.
        let is_word = !signal.code().contains('-');
        if is_update && !is_word {
            Self::SignalUpdated(signal)
        } else {
            Self::Unknown
        }
    }
}

impl Wire for Trigger {
    const KIND: Kind = Kind::Leaf;

    fn take_raw(&mut self, value: Piece<'_>) -> Taken {
        self.sent = value.to_json();
        self.kind = TriggerKind::of(&self.sent);
        Taken::Exactly
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.sent.serialize(serializer)
    }

    fn inspect(json: &str, inspection: &mut Inspection) {
        Parts::inspect(json, inspection);
        let mut trigger = Self::default();
        trigger.take_raw(Piece::of(json));
        if matches!(trigger.kind, TriggerKind::Unknown) {
            inspection.unknown_value();
        }
    }

    #[cfg(feature = "schemars")]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Parts::schema(generator)
    }
}

impl_serde!(Trigger);

#[cfg(feature = "schemars")]
crate::json::impl_json_schema!(Trigger);
