//! The signals of a delivery.

use serde::de::{MapAccess, SeqAccess};
use serde_json::value::RawValue;

use super::signal_ref::{code_of, normal_code};
use super::{Signal, SignalRef};
use crate::json::{Leftover, Place, RawJson, Text, Wire, read};

/// The signals: a list on the wire, a map by `Group.Name` on one page of the documentation.
#[derive(Clone, Debug, Default)]
pub(super) struct Signals(pub(super) Vec<Signal>);

impl Wire for Signals {
    fn take_array<'de, A, L>(&mut self, place: Place<'_, L>, seq: A) -> Result<(), A::Error>
    where
        A: SeqAccess<'de>,
        L: Leftover,
    {
        self.0.take_array(place, seq)?;
        for signal in &mut self.0 {
            if !signal.code.is_empty() {
                signal.code = normal_code(std::mem::take(&mut signal.code));
            } else if !signal.group.is_empty() && !signal.name.is_empty() {
                signal.code = code_of(&signal.group, &signal.name);
            }
        }
        Ok(())
    }

    fn take_object<'de, A, L>(&mut self, place: Place<'_, L>, mut map: A) -> Result<(), A::Error>
    where
        A: MapAccess<'de>,
        L: Leftover,
    {
        self.0.clear();
        while let Some(name) = place.next_key(&mut map)? {
            let name = name.into_text(place.source);
            let value = map.next_value::<&RawValue>()?.get();
            let value = RawJson::trusted(place.source.slice(value));
            self.0.push(named_signal(name, value));
        }
        Ok(())
    }
}

/// A signal out of a map: the value is the signal, or its body alone.
fn named_signal(name: Text, value: RawJson) -> Signal {
    let by_name = SignalRef::from_text(name);
    let mut signal = match read::<Signal>(&value) {
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
