//! The signals of a delivery.

use serde::Serializer;
use serde::de::{MapAccess, SeqAccess};
use serde_json::value::RawValue;

use super::Signal;
use super::signal_ref::normal_code;
use crate::json::{Inspection, Leftover, Place, RawJson, Text, Wire, read};

/// The signals: a list on the wire, a map by `Group.Name` on one page of the documentation.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Signals(pub(super) Vec<Signal>);

/// Bytes of JSON that a signal has on average, by which room is made for all at once.
const LENGTH: usize = 256;

impl Wire for Signals {
    fn take_array<'de, A, L>(&mut self, place: Place<'_, L>, seq: A) -> Result<bool, A::Error>
    where
        A: SeqAccess<'de>,
        L: Leftover,
    {
        self.0.reserve(place.source().len() / LENGTH);
        self.0.take_array(place, seq)
    }

    fn take_object<'de, A, L>(&mut self, place: Place<'_, L>, mut map: A) -> Result<bool, A::Error>
    where
        A: MapAccess<'de>,
        L: Leftover,
    {
        self.0.clear();
        while let Some(name) = place.next_key(&mut map)? {
            let name = name.into_text(place.source())?;
            let value = map.next_value::<&RawValue>()?.get();
            let value = RawJson::trusted(place.source().slice(value));
            self.0.push(named_signal(&name, value));
        }
        Ok(false)
    }

    fn is_blank(&self) -> bool {
        self.0.is_empty()
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }

    fn inspect(json: &str, inspection: &mut Inspection) {
        Vec::<Signal>::inspect(json, inspection);
    }

    #[cfg(feature = "schemars")]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Vec::<Signal>::schema(generator)
    }
}

/// A signal out of a map: the value is the signal, or its body alone.
fn named_signal(name: &Text, value: RawJson) -> Signal {
    let mut signal = match read::<Signal>(&value) {
        Ok(signal) if signal.sent_body.is_some() || signal.is_error() => signal,
        _ => Signal {
            sent_body: Some(value),
            ..Signal::default()
        },
    };
    if let Some((group, own)) = name.split_once('.') {
        signal.name = name.slice(own);
        signal.group = name.slice(group);
    }
    signal.code = normal_code(Some(name), None, None).as_ref().into();
    signal
}
