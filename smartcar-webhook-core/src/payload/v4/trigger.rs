//! Why a VEHICLE_STATE was sent.

use super::SignalRef;
use crate::json::{Kind, Piece, RawJson, Text, Wire, object, read};

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
#[derive(Clone, Debug, Default)]
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

impl TriggerKind {
    fn of(sent: &RawJson) -> Self {
        if let Some(text) = sent.to_text() {
            return Self::of_text(text);
        }
        let Ok(parts) = read::<Parts>(sent) else {
            return Self::Unknown;
        };
        let is_update = |it: &Text| it.eq_ignore_ascii_case("SIGNAL_UPDATED");
        if is_first_delivery(parts.trigger_type.as_ref()) || is_first_delivery(parts.code.as_ref())
        {
            Self::FirstDelivery
        } else if parts.trigger_type.as_ref().is_none_or(is_update) {
            parts
                .signal
                .or_else(|| SignalRef::new(parts.code, parts.name, parts.group))
                .map_or(Self::Unknown, Self::SignalUpdated)
        } else {
            Self::Unknown
        }
    }

    fn of_text(text: Text) -> Self {
        if is_first_delivery(Some(&text)) {
            Self::FirstDelivery
        } else if text.contains(['.', '-']) {
            Self::SignalUpdated(SignalRef::from_text(text))
        } else {
            Self::Unknown
        }
    }
}

fn is_first_delivery(text: Option<&Text>) -> bool {
    text.is_some_and(|it| it.eq_ignore_ascii_case("FIRST_DELIVERY"))
}

impl Wire for Trigger {
    const KIND: Kind = Kind::Leaf;

    fn take_raw(&mut self, value: Piece<'_>) -> bool {
        self.sent = value.to_json();
        self.kind = TriggerKind::of(&self.sent);
        true
    }
}
