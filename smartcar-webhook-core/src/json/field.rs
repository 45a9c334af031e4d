//! The types of fields.

use serde::de::{IgnoredAny, MapAccess, SeqAccess};

use super::{Kind, Leftover, Personal, Piece, Place, RawJson, Text, Wire};

impl Wire for Text {
    const KIND: Kind = Kind::Text;

    fn take_text(&mut self, text: Piece<'_>) {
        *self = text.to_text();
    }
}

impl Wire for Personal {
    const KIND: Kind = Kind::Text;

    fn take_text(&mut self, text: Piece<'_>) {
        *self = Self::from(text.to_text());
    }
}

impl Wire for RawJson {
    const KIND: Kind = Kind::Leaf;

    fn take_raw(&mut self, value: Piece<'_>) -> bool {
        *self = value.to_json();
        true
    }
}

/// Integers are also taken from strings, and from floats without a fraction.
macro_rules! integer {
    ($($type:ty),*) => {$(
        impl Wire for $type {
            const KIND: Kind = Kind::Leaf;

            fn take_raw(&mut self, value: Piece<'_>) -> bool {
                let digits = value.str.trim_matches('"').trim();
                let whole = match digits.split_once('.') {
                    Some((whole, fraction)) if fraction.bytes().all(|it| it == b'0') => whole,
                    _ => digits,
                };
                whole.parse().map(|number| *self = number).is_ok()
            }
        }
    )*};
}

integer!(u16, u64, i64);

impl<T: Wire> Wire for Option<T> {
    const KIND: Kind = T::KIND;

    fn take_text(&mut self, text: Piece<'_>) {
        self.insert(T::default()).take_text(text);
    }

    fn take_raw(&mut self, value: Piece<'_>) -> bool {
        let mut inner = T::default();
        let taken = inner.take_raw(value);
        if taken {
            *self = Some(inner);
        }
        taken
    }

    fn take_array<'de, A, L>(&mut self, place: Place<'_, L>, seq: A) -> Result<(), A::Error>
    where
        A: SeqAccess<'de>,
        L: Leftover,
    {
        let mut inner = self.take().unwrap_or_default();
        inner.take_array(place, seq)?;
        *self = Some(inner);
        Ok(())
    }

    fn take_object<'de, A, L>(&mut self, place: Place<'_, L>, map: A) -> Result<(), A::Error>
    where
        A: MapAccess<'de>,
        L: Leftover,
    {
        let mut inner = self.take().unwrap_or_default();
        inner.take_object(place, map)?;
        *self = Some(inner);
        Ok(())
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn take_array<'de, A, L>(&mut self, mut place: Place<'_, L>, mut seq: A) -> Result<(), A::Error>
    where
        A: SeqAccess<'de>,
        L: Leftover,
    {
        self.clear();
        loop {
            let mut item = T::default();
            match seq.next_element_seed(place.again().reader(&mut item))? {
                Some(true) => self.push(item),
                Some(false) => {}
                None => return Ok(()),
            }
        }
    }
}

/// A list that is read elsewhere.
#[derive(Clone, Debug, Default)]
pub(crate) struct SkippedList;

impl Wire for SkippedList {
    fn take_array<'de, A, L>(&mut self, _: Place<'_, L>, mut seq: A) -> Result<(), A::Error>
    where
        A: SeqAccess<'de>,
        L: Leftover,
    {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
}
