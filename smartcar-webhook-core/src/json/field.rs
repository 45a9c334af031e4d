//! The types of fields.

use std::fmt::{self, Write as _};
use std::marker::PhantomData;

use serde::de::{IgnoredAny, MapAccess, SeqAccess};
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

/// Integers are also taken from strings, and from floats without a fraction.
macro_rules! integer {
    ($($type:ty),*) => {$(
        impl Wire for $type {
            const KIND: Kind = Kind::Leaf;

            fn take_raw(&mut self, value: Piece<'_>) -> Taken {
                if let Ok(number) = value.str.parse() {
                    *self = number;
                    // A minus zero is the one integer that is not printed as it was parsed.
                    return if value.str == "-0" { Taken::Loosely } else { Taken::Exactly };
                }
                let digits = value.str.trim_matches('"').trim();
                let whole = match digits.split_once('.') {
                    Some((whole, fraction)) if fraction.bytes().all(|it| it == b'0') => whole,
                    _ => digits,
                };
                match whole.parse() {
                    Ok(number) => {
                        *self = number;
                        Taken::Loosely
                    }
                    Err(_) => Taken::Not,
                }
            }

            fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.serialize(serializer)
            }

            fn inspect(json: &str, inspection: &mut Inspection) {
                if !is_number(json) || Self::default().take_raw(Piece::of(json)) == Taken::Not {
                    inspection.wrong_type();
                }
            }

            #[cfg(feature = "schemars")]
            fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "integer"})
            }
        }
    )*};
}

integer!(u16, u64, i64);

/// Numbers are also taken from strings; none beyond what an `f64` holds.
impl Wire for f64 {
    const KIND: Kind = Kind::Leaf;

    fn take_raw(&mut self, value: Piece<'_>) -> Taken {
        let digits = value.str.trim_matches('"').trim();
        match digits.parse::<Self>() {
            Ok(number) if is_number(digits) && number.is_finite() => {
                *self = number;
                let mut rest = Rest(value.str);
                let same = write!(rest, "{number}").is_ok() && rest.0.is_empty();
                if same { Taken::Exactly } else { Taken::Loosely }
            }
            _ => Taken::Not,
        }
    }

    /// A whole number is written without a point, as they are sent.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is whole and far below the limit"
    )]
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.fract() == 0.0 && self.abs() < 1e15 && !(*self == 0.0 && self.is_sign_negative()) {
            serializer.serialize_i64(*self as i64)
        } else {
            serializer.serialize_f64(*self)
        }
    }

    fn inspect(json: &str, inspection: &mut Inspection) {
        if !is_number(json) || Self::default().take_raw(Piece::of(json)) == Taken::Not {
            inspection.wrong_type();
        }
    }

    #[cfg(feature = "schemars")]
    fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "number"})
    }
}

fn is_number(json: &str) -> bool {
    json.starts_with(|it: char| it == '-' || it.is_ascii_digit())
}

/// What is left of a text to be written again.
struct Rest<'a>(&'a str);

impl fmt::Write for Rest<'_> {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(part).ok_or(fmt::Error)?;
        Ok(())
    }
}

impl Wire for bool {
    const KIND: Kind = Kind::Leaf;

    fn take_raw(&mut self, value: Piece<'_>) -> Taken {
        *self = match value.str {
            "true" => true,
            "false" => false,
            _ => return Taken::Not,
        };
        Taken::Exactly
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    #[cfg(feature = "schemars")]
    fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "boolean"})
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
        let mut inner = self.take().unwrap_or_default();
        let same = inner.take_array(place, seq)?;
        *self = Some(inner);
        Ok(same)
    }

    fn take_object<'de, A, L>(&mut self, place: Place<'_, L>, map: A) -> Result<bool, A::Error>
    where
        A: MapAccess<'de>,
        L: Leftover,
    {
        let mut inner = self.take().unwrap_or_default();
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

/// A member that is declared and kept here, and read elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct Elsewhere<T>(RawJson, PhantomData<T>);

impl<T> Default for Elsewhere<T> {
    fn default() -> Self {
        Self(RawJson::default(), PhantomData)
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
#[derive(Clone, Debug, Default)]
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
