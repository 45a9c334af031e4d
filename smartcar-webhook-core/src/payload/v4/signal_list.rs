//! The signals of a delivery.

use serde::de::{MapAccess, SeqAccess};
use serde_json::value::RawValue;

use super::signal_ref::code_of;
use super::{Signal, SignalRef};
use crate::json::{Discard, Key, Leftover, Place, RawJson, Text, Wire, read};

/// The signals: a list on the wire, a map by `Group.Name` on one page of the documentation.
#[derive(Clone, Debug, Default)]
pub(super) struct Signals(pub(super) Vec<Signal>);

impl Wire for Signals {
    fn array<'de, A, L>(place: Place<'_, L>, seq: A) -> Result<Option<Self>, A::Error>
    where
        A: SeqAccess<'de>,
        L: Leftover,
    {
        let mut signals = Vec::<Signal>::array(place, seq)?.unwrap_or_default();
        for signal in &mut signals {
            if signal.code.is_empty() && !signal.name.is_empty() {
                signal.code = code_of(&signal.group, &signal.name);
            }
        }
        Ok(Some(Self(signals)))
    }

    fn object<'de, A, L>(place: Place<'_, L>, mut map: A) -> Result<Option<Self>, A::Error>
    where
        A: MapAccess<'de>,
        L: Leftover,
    {
        let mut signals = Vec::new();
        while let Some(name) = map.next_key::<Key<'_>>()? {
            let name = name.into_text(place.source);
            let value = map.next_value::<&RawValue>()?.get();
            let value = RawJson::trusted(place.source.slice(value));
            signals.push(named_signal(&name, value));
        }
        Ok(Some(Self(signals)))
    }
}

/// A signal out of a map: the value is the signal, or its body alone.
fn named_signal(name: &Text, value: RawJson) -> Signal {
    let by_name = SignalRef::from_text(name);
    let mut signal = match read::<Signal, _>(&value, &mut Discard) {
        Ok(signal) if signal.sent_body.is_some() || signal.is_error() => signal,
        _ => Signal {
            sent_body: Some(value),
            ..Signal::default()
        },
    };
    signal.code = by_name.code;
    signal.name = by_name.name.unwrap_or_default();
    signal.group = by_name.group.unwrap_or_default();
    signal
}
