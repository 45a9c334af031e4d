//! Fields of text, of raw JSON, of one value or none, of many.

use serde::de::{MapAccess, SeqAccess};
use serde::{Serialize, Serializer};

use super::{
    Inspection, Kind, Leftover, Personal, Piece, Place, RawJson, Taken, Text, Wire, Written,
};

impl Wire for Text {
    const KIND: Kind = Kind::Text;

    fn take_text(&mut self, text: Piece<'_>) {
        *self = text.to_text();
    }

    fn is_blank(&self) -> bool {
        self.is_empty()
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    #[cfg(feature = "schemars")]
    fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string"})
    }
}

impl Wire for RawJson {
    const KIND: Kind = Kind::Leaf;

    fn take_raw(&mut self, value: Piece<'_>) -> Taken {
        *self = value.to_json();
        Taken::Exactly
    }

    fn is_blank(&self) -> bool {
        self.as_str() == "null"
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    #[cfg(feature = "schemars")]
    fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        true.into()
    }
}

impl<T: Wire> Wire for Personal<T> {
    const KIND: Kind = T::KIND;

    fn take_text(&mut self, text: Piece<'_>) {
        self.0.take_text(text);
    }

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

impl<T: Wire> Wire for Option<T> {
    const KIND: Kind = T::KIND;

    fn take_text(&mut self, text: Piece<'_>) {
        self.insert(T::default()).take_text(text);
    }

    fn take_raw(&mut self, value: Piece<'_>) -> Taken {
        let mut inner = T::default();
        let taken = inner.take_raw(value);
        if taken != Taken::Not {
            *self = Some(inner);
        }
        taken
    }

    fn take_array<'de, A, L>(&mut self, place: Place<'_, L>, seq: A) -> Result<bool, A::Error>
    where
        A: SeqAccess<'de>,
        L: Leftover,
    {
        let mut inner = before(self, place.careful);
        let same = inner.take_array(place, seq)?;
        *self = Some(inner);
        Ok(same)
    }

    fn take_object<'de, A, L>(&mut self, place: Place<'_, L>, map: A) -> Result<bool, A::Error>
    where
        A: MapAccess<'de>,
        L: Leftover,
    {
        let mut inner = before(self, place.careful);
        let same = inner.take_object(place, map)?;
        *self = Some(inner);
        Ok(same)
    }

    fn is_blank(&self) -> bool {
        self.is_none()
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().map(Written).serialize(serializer)
    }

    fn inspect(json: &str, inspection: &mut Inspection) {
        T::inspect(json, inspection);
    }

    #[cfg(feature = "schemars")]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::schema(generator)
    }
}

/// What came before under the same key.
///
/// It stays if what comes now does not fit; then the first pass is at its end, so only the second keeps a copy.
fn before<T: Wire>(value: &mut Option<T>, careful: bool) -> T {
    let before = if careful { value.clone() } else { value.take() };
    before.unwrap_or_default()
}

impl<T: Wire> Wire for Vec<T> {
    fn take_array<'de, A, L>(
        &mut self,
        mut place: Place<'_, L>,
        mut seq: A,
    ) -> Result<bool, A::Error>
    where
        A: SeqAccess<'de>,
        L: Leftover,
    {
        self.clear();
        let mut same = true;
        loop {
            let mut item = T::default();
            match seq.next_element_seed(place.part().reader(&mut item))? {
                Some(Taken::Not) => same = false,
                Some(taken) => {
                    same &= taken == Taken::Exactly;
                    self.push(item);
                }
                None => return Ok(same),
            }
        }
    }

    fn is_blank(&self) -> bool {
        self.is_empty()
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Written))
    }

    fn inspect(json: &str, inspection: &mut Inspection) {
        inspection.list(json, T::inspect);
    }

    #[cfg(feature = "schemars")]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "array", "items": T::schema(generator)})
    }
}

#[cfg(feature = "schemars")]
super::impl_json_schema!(Text);

#[cfg(feature = "schemars")]
super::impl_json_schema!(RawJson);
