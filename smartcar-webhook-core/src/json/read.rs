//! One pass over a JSON text, total over its shape.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Number, Value};

use super::{Discard, Leftover, RawJson, Text};
use crate::error::Error;

/// Reads `json` as `T`; fails only when its own kind does not fit.
pub(crate) fn read<T: Wire>(json: &RawJson) -> Result<T, Error> {
    let mut value = T::default();
    let reader = Reader {
        source: json.text(),
        key: "$",
        left: &mut Discard,
        into: &mut value,
    };
    let mut deserializer = serde_json::Deserializer::from_str(json.as_str());
    match (reader.deserialize(&mut deserializer), deserializer.end()) {
        (Ok(true), Ok(())) => Ok(value),
        _ => Err(Error::misfit("$")),
    }
}

/// A type of the wire: takes the kinds of JSON value it is known to come as, in place of what it was.
///
/// The answer is whether the value was taken; one that was not is left over, never an error.
pub(crate) trait Wire: Default {
    /// Whether the value is wanted as it was sent, through [`take_raw`](Self::take_raw), whatever its kind.
    const RAW: bool = false;

    fn take_raw(&mut self, _: Piece<'_>) -> bool {
        false
    }

    fn take_text(&mut self, _: Piece<'_>) -> bool {
        false
    }

    fn take_number(&mut self, _: Piece<'_>) -> bool {
        false
    }

    fn take_array<'de, A, L>(&mut self, place: Place<'_, L>, seq: A) -> Result<bool, A::Error>
    where
        A: SeqAccess<'de>,
        L: Leftover,
    {
        place.refuse_array(seq)
    }

    fn take_object<'de, A, L>(&mut self, place: Place<'_, L>, map: A) -> Result<bool, A::Error>
    where
        A: MapAccess<'de>,
        L: Leftover,
    {
        place.refuse_object(map)
    }
}

/// A piece of JSON, or the content of a string, not kept yet: keeping counts a reference, which many a value can do without.
#[derive(Clone, Copy)]
pub(crate) struct Piece<'a> {
    pub(crate) str: &'a str,
    source: Option<&'a Text>,
}

impl Piece<'_> {
    /// Keeps the piece, as a slice of what it came from where that is possible.
    pub(crate) fn to_text(self) -> Text {
        match self.source {
            Some(source) => source.slice(self.str),
            None => Text::from(self.str),
        }
    }

    /// Keeps the piece as JSON, which it must be.
    pub(crate) fn to_json(self) -> RawJson {
        RawJson::trusted(self.to_text())
    }
}

/// Where a value stands: the text it is part of, the key it is under, and where to put it when it does not fit.
pub(crate) struct Place<'a, L> {
    pub(crate) source: &'a Text,
    pub(crate) key: &'static str,
    pub(crate) left: &'a mut L,
}

impl<L: Leftover> Place<'_, L> {
    /// A reader of one value at this place.
    pub(crate) fn reader<'a, T>(&'a mut self, into: &'a mut T) -> Reader<'a, T, L> {
        Reader {
            source: self.source,
            key: self.key,
            left: self.left,
            into,
        }
    }

    fn refuse(self, json: impl Into<Text>) {
        self.left.misfit(self.key, RawJson::trusted(json.into()));
    }

    fn refuse_array<'de, A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<&RawValue>()? {
            items.push(item.get());
        }
        self.refuse(format!("[{}]", items.join(",")));
        Ok(false)
    }

    fn refuse_object<'de, A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let mut members = Vec::new();
        while let Some(key) = map.next_key::<Key<'_>>()? {
            let key = Value::from(&*key.0);
            members.push(format!("{key}:{}", map.next_value::<&RawValue>()?.get()));
        }
        self.refuse(format!("{{{}}}", members.join(",")));
        Ok(false)
    }
}

/// Reads one value into a `T`; says whether it was taken.
pub(crate) struct Reader<'a, T, L> {
    pub(crate) source: &'a Text,
    pub(crate) key: &'static str,
    pub(crate) left: &'a mut L,
    pub(crate) into: &'a mut T,
}

impl<'a, T: Wire, L: Leftover> Reader<'a, T, L> {
    fn split(self) -> (Place<'a, L>, &'a mut T) {
        let place = Place {
            source: self.source,
            key: self.key,
            left: self.left,
        };
        (place, self.into)
    }

    fn take_text(self, text: Piece<'_>) -> bool {
        let (place, into) = self.split();
        let taken = into.take_text(text);
        if !taken {
            place.refuse(Value::from(text.str).to_string());
        }
        taken
    }

    fn take_number(self, number: impl Into<Number>) -> bool {
        let (place, into) = self.split();
        let number = number.into().to_string();
        let taken = into.take_number(Piece {
            str: &number,
            source: None,
        });
        if !taken {
            place.refuse(number);
        }
        taken
    }
}

impl<'de, T: Wire, L: Leftover> DeserializeSeed<'de> for Reader<'_, T, L> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        if !T::RAW {
            return deserializer.deserialize_any(self);
        }
        let value = Piece {
            str: <&RawValue>::deserialize(deserializer)?.get(),
            source: Some(self.source),
        };
        if value.str == "null" {
            return Ok(false);
        }
        let taken = self.into.take_raw(value);
        if !taken {
            self.left.misfit(self.key, value.to_json());
        }
        Ok(taken)
    }
}

impl<'de, T: Wire, L: Leftover> Visitor<'de> for Reader<'_, T, L> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<bool, E> {
        let source = Some(self.source);
        Ok(self.take_text(Piece { str: text, source }))
    }

    fn visit_str<E>(self, text: &str) -> Result<bool, E> {
        let source = None;
        Ok(self.take_text(Piece { str: text, source }))
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_bool<E>(self, value: bool) -> Result<bool, E> {
        self.split().0.refuse(value.to_string());
        Ok(false)
    }

    fn visit_u64<E>(self, number: u64) -> Result<bool, E> {
        Ok(self.take_number(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<bool, E> {
        Ok(self.take_number(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<bool, E> {
        // JSON has no number that is not finite.
        Ok(Number::from_f64(number).is_some_and(|it| self.take_number(it)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<bool, A::Error> {
        let (place, into) = self.split();
        into.take_array(place, seq)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<bool, A::Error> {
        let (place, into) = self.split();
        into.take_object(place, map)
    }
}

/// A key of a JSON object, borrowed where it has no escapes.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Key<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

impl Key<'_> {
    pub(crate) fn into_text(self, source: &Text) -> Text {
        match self.0 {
            Cow::Borrowed(key) => source.slice(key),
            Cow::Owned(key) => Text::from(key),
        }
    }
}
