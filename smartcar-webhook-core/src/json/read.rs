//! One pass over a JSON text, total over its shape.

use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::{Discard, Inspection, Kind, Leftover, Piece, Place, RawJson, Taken, Wire};
use crate::error::Error;

/// Reads `json` as `T`; fails only when its own kind does not fit, or a member is missing that it needs.
///
/// Nearly every text is read in one pass.
/// One in which an object or a list is of another kind than its field, or that holds what only a careful look gets past (half a surrogate pair in a key), is read again with every value taken raw first.
pub(crate) fn read<T: Wire>(json: &RawJson) -> Result<T, Error> {
    read_as(json, false)
        .or_else(|_| read_as(json, true))
        .map_err(|_| {
            let mut inspection = Inspection::default();
            T::inspect(json.as_str(), &mut inspection);
            Error::misfit(inspection.first_fatal())
        })
}

/// Reads `json` as [`read`] does, if one pass is enough for it.
pub(crate) fn read_at_once<T: Wire>(json: &RawJson) -> Result<T, Odd> {
    read_as(json, false).map_err(|_| Odd)
}

/// It takes a careful look.
pub(crate) struct Odd;

impl From<Error> for Odd {
    fn from(_: Error) -> Self {
        Self
    }
}

fn read_as<T: Wire>(json: &RawJson, careful: bool) -> serde_json::Result<T> {
    let mut value = T::default();
    let mut left = Discard;
    let reader = outermost(json, careful, &mut left).reader(&mut value);
    let mut deserializer = serde_json::Deserializer::from_str(json.as_str());
    let taken = match T::KIND {
        Kind::Leaf => reader.deserialize(&mut deserializer)?,
        // Not as a seed: nothing is around this value to leave it over at.
        _ => deserializer.deserialize_any(reader)?,
    };
    deserializer.end()?;
    match taken {
        Taken::Not => Err(serde_json::Error::custom("null")),
        _ => Ok(value),
    }
}

/// Reads a `T` for serde, out of a copy of its JSON.
pub(crate) fn read_owned<'de, T: Wire, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let json = RawJson::deserialize(from)?;
    read_value(&json).ok_or_else(|| D::Error::custom(Error::misfit("$")))
}

/// Whether a value is taken as a `T`.
pub(crate) fn is_taken<T: Wire>(json: &str) -> bool {
    read_value::<T>(&RawJson::trusted(json.into())).is_some()
}

/// Reads a value that may be of any kind.
pub(super) fn read_value<T: Wire>(json: &RawJson) -> Option<T> {
    let mut value = T::default();
    let mut left = Discard;
    let reader = outermost(json, true, &mut left).reader(&mut value);
    match reader.deserialize(&mut serde_json::Deserializer::from_str(json.as_str())) {
        Ok(Taken::Exactly | Taken::Loosely) => Some(value),
        _ => None,
    }
}

fn outermost<'a>(json: &'a RawJson, careful: bool, left: &'a mut Discard) -> Place<'a, Discard> {
    Place {
        source: json.text(),
        careful,
        key: "$",
        is_part: true,
        left,
    }
}

/// Reads one value into a `T`, or leaves it over.
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
    type Value = Taken;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Taken, D::Error> {
        if T::KIND != Kind::Leaf && !self.place.careful {
            return deserializer.deserialize_any(self);
        }
        let json = <&RawValue>::deserialize(deserializer)?.get();
        let Self { mut place, into } = self;
        if json == "null" {
            place.leave_null();
            return Ok(Taken::Not);
        }
        let piece = Piece {
            str: json,
            source: Some(place.source),
        };
        let taken = match T::KIND {
            Kind::Leaf => into.take_raw(piece),
            Kind::Text => piece.with_content(|content| into.take_text(content)),
            Kind::TextOrContainer if json.starts_with('"') => {
                piece.with_content(|content| into.take_text(content))
            }
            Kind::Container | Kind::TextOrContainer => {
                let reader = place.again().reader(into);
                let mut value = serde_json::Deserializer::from_str(json);
                value.deserialize_any(reader).unwrap_or(Taken::Not)
            }
        };
        match taken {
            Taken::Not => place.leave(piece),
            // What is blank would not be written.
            Taken::Exactly if into.is_blank() => place.leave_spelling(piece),
            Taken::Loosely => place.leave_spelling(piece),
            Taken::Exactly => {}
        }
        Ok(taken)
    }
}

impl<T: Wire, L: Leftover> Reader<'_, T, L> {
    fn take_text<E: serde::de::Error>(mut self, text: Piece<'_>) -> Result<Taken, E> {
        if !matches!(T::KIND, Kind::Text | Kind::TextOrContainer) {
            return Err(E::custom("not a container"));
        }
        self.into.take_text(text);
        Ok(self.taken("\"\""))
    }

    /// Notes an `empty` value, which is blank.
    fn taken(&mut self, empty: &'static str) -> Taken {
        if !self.place.careful && self.into.is_blank() {
            self.place.leave_spelling(Piece::of(empty));
        }
        Taken::Exactly
    }

    fn container<E: serde::de::Error>(
        mut self,
        same: bool,
        empty: &'static str,
    ) -> Result<Taken, E> {
        match same {
            true => Ok(self.taken(empty)),
            false if self.place.careful => Ok(Taken::Loosely),
            // The second pass has the text of the whole to keep.
            false => Err(E::custom("not as it would be written")),
        }
    }
}

impl<L: Leftover> Place<'_, L> {
    fn leave(&mut self, value: Piece<'_>) {
        if self.is_part {
            self.left.misfit_part(self.key, value.to_json());
        } else {
            self.left.misfit(self.key, value.to_json());
        }
    }

    fn leave_null(&mut self) {
        if !self.is_part {
            self.left.null(self.key);
        }
    }

    fn leave_spelling(&mut self, value: Piece<'_>) {
        if !self.is_part {
            self.left.spelling(self.key, value.to_json());
        }
    }
}

/// For objects, lists and, in the first pass, strings; any other kind ends the pass.
impl<'de, T: Wire, L: Leftover> Visitor<'de> for Reader<'_, T, L> {
    type Value = Taken;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object, a list or a string")
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, str: &'de str) -> Result<Taken, E> {
        let source = Some(self.place.source);
        self.take_text(Piece { str, source })
    }

    fn visit_str<E: serde::de::Error>(self, str: &str) -> Result<Taken, E> {
        self.take_text(Piece { str, source: None })
    }

    fn visit_unit<E>(mut self) -> Result<Taken, E> {
        self.place.leave_null();
        Ok(Taken::Not)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, seq: A) -> Result<Taken, A::Error> {
        let same = self.into.take_array(self.place.again(), seq)?;
        self.container(same, "[]")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, map: A) -> Result<Taken, A::Error> {
        let same = self.into.take_object(self.place.again(), map)?;
        self.container(same, "{}")
    }
}
