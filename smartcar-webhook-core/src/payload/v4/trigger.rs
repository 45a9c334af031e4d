//! Why a VEHICLE_STATE was sent.

use super::SignalRef;
use crate::json::{Piece, RawJson, Text, Wire, object, read};

/// One reason for a [`VehicleState`](super::VehicleState).
///
/// Triggers have been sent and documented in six spellings; [`kind`](Self::kind) is the same for all.
#[derive(Clone, Debug, Default)]
pub struct Trigger {
    kind: TriggerKind,
    sent: RawJson,
}

/// What a [`Trigger`] says.
#[non_exhaustive]
#[derive(Clone, Debug, Default, Eq, PartialEq)]
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
    struct Parts {
        trigger_type: Option<Text> = "type",
        signal: Option<SignalRef> = "signal",
        code: Option<Text> = "code",
        name: Option<Text> = "name",
        group: Option<Text> = "group",
    }
}

const FIRST_DELIVERY: &str = "FIRST_DELIVERY";
const SIGNAL_UPDATED: &str = "SIGNAL_UPDATED";

impl TriggerKind {
    fn of(sent: &RawJson) -> Self {
        if let Some(text) = sent.as_text() {
            return Self::of_text(&text);
        }
        let Ok(parts) = read::<Parts>(sent) else {
            return Self::Unknown;
        };
        match parts.trigger_type.as_deref() {
            Some(FIRST_DELIVERY) => return Self::FirstDelivery,
            Some(SIGNAL_UPDATED) | None => {}
            Some(_) => return Self::Unknown,
        }
        if parts.code.as_deref() == Some(FIRST_DELIVERY) {
            return Self::FirstDelivery;
        }
        parts
            .signal
            .or_else(|| SignalRef::new(parts.code, parts.name, parts.group))
            .map_or(Self::Unknown, Self::SignalUpdated)
    }

    fn of_text(text: &Text) -> Self {
        if *text == FIRST_DELIVERY {
            Self::FirstDelivery
        } else {
            Self::SignalUpdated(SignalRef::from_text(text))
        }
    }
}

impl Wire for Trigger {
    const RAW: bool = true;

    fn take_raw(&mut self, value: Piece<'_>) -> bool {
        self.sent = value.to_json();
        self.kind = TriggerKind::of(&self.sent);
        true
    }
}
