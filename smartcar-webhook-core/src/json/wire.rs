//! What a type must say to be read and written.

use std::borrow::Cow;

use serde::de::{Error as _, MapAccess, SeqAccess};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use super::{Field, Inspection, Leftover, Piece, Text};

/// A type of the wire: takes the kinds of JSON value it is known to come as, and gives them back.
///
/// Of values that come under one key twice the last counts, member by member if they are objects.
pub(crate) trait Wire: Clone + Default {
    /// Which of the methods below takes it.
    const KIND: Kind = Kind::Container;

    /// Takes the content of a string, or a number as it is spelled.
    fn take_text(&mut self, _: Piece<'_>) {}

    /// Takes the JSON of a value that is no null, or leaves `self` as it was.
    fn take_raw(&mut self, _: Piece<'_>) -> Taken {
        Taken::Not
    }

    /// Takes the items of a list; says whether it would write the same list.
    fn take_array<'de, A, L>(&mut self, _: Place<'_, L>, _: A) -> Result<bool, A::Error>
    where
        A: SeqAccess<'de>,
        L: Leftover,
    {
        Err(A::Error::custom("not a list"))
    }

    /// Takes the members of an object; says whether it would, with what it leaves over, write the same object.
    fn take_object<'de, A, L>(&mut self, _: Place<'_, L>, _: A) -> Result<bool, A::Error>
    where
        A: MapAccess<'de>,
        L: Leftover,
    {
        Err(A::Error::custom("not an object"))
    }

    /// Whether it is as it was before anything was taken, so that nothing is written.
    fn is_blank(&self) -> bool {
        false
    }

    /// Writes what was taken.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Notes where a value departs from what is declared.
    fn inspect(json: &str, inspection: &mut Inspection) {
        let fits = match Self::KIND {
            Kind::Leaf => Self::default().take_raw(Piece::of(json)) == Taken::Exactly,
            _ => json.starts_with('"') && serde_json::from_str::<String>(json).is_ok(),
        };
        if !fits {
            inspection.wrong_type();
        }
    }

    /// The members it declares, if it is an object.
    fn fields() -> &'static [Field] {
        &[]
    }

    /// Describes the values it is declared to come as.
    #[cfg(feature = "schemars")]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema;
}

/// How a type of the wire is taken.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Kind {
    /// From the content of a string.
    Text,
    /// From the JSON of a value of any kind.
    Leaf,
    /// Member by member, or item by item.
    Container,
    /// Member by member, or from the content of a string.
    TextOrContainer,
}

/// Whether a value was taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Taken {
    Not,
    /// It was, and another value would be written for it.
    Loosely,
    Exactly,
}

/// A type of the wire, for serde.
pub(crate) struct Written<'a, T>(pub(crate) &'a T);

impl<T: Wire> Serialize for Written<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

/// Where a value stands.
pub(crate) struct Place<'a, L> {
    /// The text it is part of.
    pub(super) source: &'a Text,
    /// Whether this is the second pass, in which every value is taken raw first.
    pub(super) careful: bool,
    /// The key it, or the list or object it is part of, is under,
    pub(super) key: &'static str,
    /// whether it is such a part,
    pub(super) is_part: bool,
    /// and where it goes when it does not fit.
    pub(super) left: &'a mut L,
}

impl<'a, L> Place<'a, L> {
    /// The place of a member with this key.
    pub(crate) fn member<'b, M>(&self, key: &'static str, left: &'b mut M) -> Place<'b, M>
    where
        'a: 'b,
    {
        Place {
            source: self.source,
            careful: self.careful,
            key,
            is_part: false,
            left,
        }
    }

    /// The text the value is part of.
    pub(crate) fn source(&self) -> &Text {
        self.source
    }

    /// The place of one of several values under the same key.
    pub(crate) fn part(&mut self) -> Place<'_, L> {
        Place {
            is_part: true,
            ..self.again()
        }
    }

    pub(super) fn again(&mut self) -> Place<'_, L> {
        Place {
            source: self.source,
            careful: self.careful,
            key: self.key,
            is_part: self.is_part,
            left: self.left,
        }
    }

    /// The next key of an object.
    pub(crate) fn next_key<'de, A: MapAccess<'de>>(
        &self,
        map: &mut A,
    ) -> Result<Option<Key<'de>>, A::Error> {
        if self.careful {
            return Key::careful(map);
        }
        map.next_key()
    }
}

/// A key of a JSON object, borrowed where it has no escapes.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Key<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

impl<'de> Key<'de> {
    /// The next key of an object; one with half a surrogate pair keeps its escapes.
    pub(super) fn careful<A: MapAccess<'de>>(map: &mut A) -> Result<Option<Self>, A::Error> {
        Ok(map.next_key::<&RawValue>()?.map(|raw| {
            let raw = raw.get();
            match serde_json::from_str(raw) {
                Ok(key) => key,
                Err(_) => Self(Cow::Borrowed(&raw[1..raw.len() - 1])),
            }
        }))
    }

    /// Checks the key of a member that no field is known for.
    ///
    /// If some crate turns on `serde_json/arbitrary_precision`, a number comes as an object with a key of serde's.
    pub(super) fn check<E: serde::de::Error>(&self, source: &Text) -> Result<(), E> {
        match &self.0 {
            Cow::Borrowed(key) if !source.holds(key) => Err(E::custom("not an object")),
            _ => Ok(()),
        }
    }

    /// Keeps such a key.
    pub(crate) fn into_text<E: serde::de::Error>(self, source: &Text) -> Result<Text, E> {
        self.check(source)?;
        Ok(match self.0 {
            Cow::Borrowed(key) => source.slice(key),
            Cow::Owned(key) => Text::from(key),
        })
    }
}
