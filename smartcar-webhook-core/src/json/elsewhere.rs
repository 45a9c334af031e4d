//! Fields that are read elsewhere.

use std::marker::PhantomData;

use serde::Serializer;
use serde::de::{IgnoredAny, SeqAccess};

use super::{Inspection, Kind, Leftover, Odd, Piece, Place, RawJson, Taken, Text, Wire};

/// A member that is declared and kept here, and read elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Elsewhere<T>(RawJson, PhantomData<T>);

impl<T> Default for Elsewhere<T> {
    fn default() -> Self {
        Self(RawJson::default(), PhantomData)
    }
}

impl<T> Elsewhere<T> {
    /// What was sent; a null, if nothing was.
    pub(crate) fn sent(&self) -> &RawJson {
        &self.0
    }
}

impl<T: Wire> Elsewhere<T> {
    /// The text that was sent, if anything was; odd if it was anything else.
    pub(crate) fn text(&self) -> Result<Option<Text>, Odd> {
        if self.is_blank() {
            return Ok(None);
        }
        self.0.to_text().map(Some).ok_or(Odd)
    }
}

impl<T: Wire> Wire for Elsewhere<T> {
    const KIND: Kind = Kind::Leaf;

    fn take_raw(&mut self, value: Piece<'_>) -> Taken {
        self.0.take_raw(value)
    }

    fn is_blank(&self) -> bool {
        self.0.is_blank()
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }

    fn inspect(json: &str, inspection: &mut Inspection) {
        T::inspect(json, inspection);
    }

    #[cfg(feature = "schemars")]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::schema(generator)
    }
}

/// A list that is read elsewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SkippedList;

impl Wire for SkippedList {
    fn take_array<'de, A, L>(&mut self, _: Place<'_, L>, mut seq: A) -> Result<bool, A::Error>
    where
        A: SeqAccess<'de>,
        L: Leftover,
    {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(true)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }

    #[cfg(feature = "schemars")]
    fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        true.into()
    }
}
