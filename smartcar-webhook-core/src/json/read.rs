//! One pass over a JSON text, total over its shape.

use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::{Discard, Kind, Leftover, Piece, Place, RawJson, Wire};
use crate::error::Error;

/// Reads `json` as `T`; fails only when its own kind does not fit.
///
/// Nearly every text is read in one pass.
/// One in which an object or a list is of another kind than its field, or that holds what only a careful look gets past (half a surrogate pair in a key), is read again with every value taken raw first.
pub(crate) fn read<T: Wire>(json: &RawJson) -> Result<T, Error> {
    read_as(json, false)
        .or_else(|_| read_as(json, true))
        .map_err(|_| Error::misfit("$"))
}

fn read_as<T: Wire>(json: &RawJson, careful: bool) -> serde_json::Result<T> {
    let mut value = T::default();
    let mut left = Discard;
    let reader = outermost(json, careful, &mut left).reader(&mut value);
    let mut deserializer = serde_json::Deserializer::from_str(json.as_str());
    // Not as a seed: nothing is around this value to leave it over at.
    let taken = deserializer.deserialize_any(reader)?;
    deserializer.end()?;
    if taken {
        Ok(value)
    } else {
        Err(serde_json::Error::custom("null"))
    }
}

/// Reads a `T` for serde, out of a copy of its JSON.
pub(crate) fn read_owned<'de, T: Wire, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let json = RawJson::deserialize(from)?;
    let mut value = T::default();
    let mut left = Discard;
    let reader = outermost(&json, true, &mut left).reader(&mut value);
    match reader.deserialize(&mut serde_json::Deserializer::from_str(json.as_str())) {
        Ok(true) => Ok(value),
        _ => Err(D::Error::custom(Error::misfit("$"))),
    }
}

fn outermost<'a>(json: &'a RawJson, careful: bool, left: &'a mut Discard) -> Place<'a, Discard> {
    Place {
        source: json.text(),
        careful,
        key: "$",
        left,
    }
}

/// Reads one value into a `T`, or leaves it over; says whether it was taken.
pub(crate) struct Reader<'a, T, L> {
    place: Place<'a, L>,
    into: &'a mut T,
}

impl<'a, L> Place<'a, L> {
    /// A reader of the value that stands here.
    pub(crate) fn reader<T>(self, into: &'a mut T) -> Reader<'a, T, L> {
        Reader { place: self, into }
    }
}

impl<'de, T: Wire, L: Leftover> DeserializeSeed<'de> for Reader<'_, T, L> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        if T::KIND != Kind::Leaf && !self.place.careful {
            return deserializer.deserialize_any(self);
        }
        let json = <&RawValue>::deserialize(deserializer)?.get();
        if json == "null" {
            return Ok(false);
        }
        let Self { mut place, into } = self;
        let piece = Piece {
            str: json,
            source: Some(place.source),
        };
        let taken = match T::KIND {
            Kind::Text => piece.with_content(|content| into.take_text(content)),
            Kind::Leaf => into.take_raw(piece),
            Kind::Container => {
                let reader = place.again().reader(into);
                let mut value = serde_json::Deserializer::from_str(json);
                value.deserialize_any(reader).is_ok()
            }
        };
        if !taken {
            place.left.misfit(place.key, piece.to_json());
        }
        Ok(taken)
    }
}

impl<T: Wire, L> Reader<'_, T, L> {
    fn take_text<E: serde::de::Error>(self, text: Piece<'_>) -> Result<bool, E> {
        if T::KIND != Kind::Text {
            return Err(E::custom("not a container"));
        }
        self.into.take_text(text);
        Ok(true)
    }
}

/// For objects, lists and, in the first pass, strings; any other kind ends the pass.
impl<'de, T: Wire, L: Leftover> Visitor<'de> for Reader<'_, T, L> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object, a list or a string")
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, str: &'de str) -> Result<bool, E> {
        let source = Some(self.place.source);
        self.take_text(Piece { str, source })
    }

    fn visit_str<E: serde::de::Error>(self, str: &str) -> Result<bool, E> {
        self.take_text(Piece { str, source: None })
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<bool, A::Error> {
        self.into.take_array(self.place, seq).map(|()| true)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<bool, A::Error> {
        self.into.take_object(self.place, map).map(|()| true)
    }
}
