//! What a type must say to be read.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{Error as _, MapAccess, SeqAccess};
use serde_json::value::RawValue;

use super::{Leftover, Piece, Text};

/// A type of the wire: takes the kinds of JSON value it is known to come as.
///
/// Of values that come under one key twice the last counts, member by member if they are objects.
pub(crate) trait Wire: Default {
    /// Which of the methods below takes it.
    const KIND: Kind = Kind::Container;

    /// Takes the content of a string, or a number as it is spelled.
    fn take_text(&mut self, _: Piece<'_>) {}

    /// Takes the JSON of a value that is no null, or leaves `self` as it was and says `false`.
    fn take_raw(&mut self, _: Piece<'_>) -> bool {
        false
    }

    fn take_array<'de, A, L>(&mut self, _: Place<'_, L>, _: A) -> Result<(), A::Error>
    where
        A: SeqAccess<'de>,
        L: Leftover,
    {
        Err(A::Error::custom("not a list"))
    }

    fn take_object<'de, A, L>(&mut self, _: Place<'_, L>, _: A) -> Result<(), A::Error>
    where
        A: MapAccess<'de>,
        L: Leftover,
    {
        Err(A::Error::custom("not an object"))
    }
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
}

/// Where a value stands.
pub(crate) struct Place<'a, L> {
    /// The text it is part of.
    pub(crate) source: &'a Text,
    /// Whether this is the second pass, in which every value is taken raw first.
    pub(crate) careful: bool,
    /// The key it is under,
    pub(crate) key: &'static str,
    /// and where it goes, under that key, when it does not fit.
    pub(crate) left: &'a mut L,
}

impl<L> Place<'_, L> {
    /// The same place, for the next of several values.
    pub(crate) fn again(&mut self) -> Place<'_, L> {
        Place {
            source: self.source,
            careful: self.careful,
            key: self.key,
            left: self.left,
        }
    }

    /// The next key of an object.
    pub(crate) fn next_key<'de, A: MapAccess<'de>>(
        &self,
        map: &mut A,
    ) -> Result<Option<Key<'de>>, A::Error> {
        if !self.careful {
            let key: Option<Key<'_>> = map.next_key()?;
            // If some crate turns on `serde_json/arbitrary_precision`, a number comes as an object with a key of serde's.
            return match &key {
                Some(Key(Cow::Borrowed(key))) if !self.source.holds(key) => {
                    Err(A::Error::custom("not an object"))
                }
                _ => Ok(key),
            };
        }
        Ok(map.next_key::<&RawValue>()?.map(|raw| {
            let raw = raw.get();
            match serde_json::from_str(raw) {
                Ok(key) => key,
                Err(_) => Key(Cow::Borrowed(&raw[1..raw.len() - 1])),
            }
        }))
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
