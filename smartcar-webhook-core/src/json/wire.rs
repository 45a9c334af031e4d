//! The types of fields.

use serde::de::{MapAccess, SeqAccess};

use super::{Leftover, Personal, Piece, Place, RawJson, Text, Wire};

impl Wire for Text {
    fn take_text(&mut self, text: Piece<'_>) -> bool {
        *self = text.to_text();
        true
    }

    // Ids have been written as numbers.
    fn take_number(&mut self, number: Piece<'_>) -> bool {
        self.take_text(number)
    }
}

impl Wire for Personal {
    fn take_text(&mut self, text: Piece<'_>) -> bool {
        *self = Self::from(text.to_text());
        true
    }

    fn take_number(&mut self, number: Piece<'_>) -> bool {
        self.take_text(number)
    }
}

impl Wire for RawJson {
    const RAW: bool = true;

    fn take_raw(&mut self, value: Piece<'_>) -> bool {
        *self = value.to_json();
        true
    }
}

/// Integers are also taken from strings, and from floats without a fraction.
macro_rules! integer {
    ($($type:ty),*) => {$(
        impl Wire for $type {
            const RAW: bool = true;

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
    const RAW: bool = T::RAW;

    fn take_raw(&mut self, value: Piece<'_>) -> bool {
        let mut inner = T::default();
        let taken = inner.take_raw(value);
        *self = taken.then_some(inner);
        taken
    }

    fn take_text(&mut self, text: Piece<'_>) -> bool {
        let mut inner = T::default();
        let taken = inner.take_text(text);
        *self = taken.then_some(inner);
        taken
    }

    fn take_number(&mut self, number: Piece<'_>) -> bool {
        let mut inner = T::default();
        let taken = inner.take_number(number);
        *self = taken.then_some(inner);
        taken
    }

    fn take_array<'de, A, L>(&mut self, place: Place<'_, L>, seq: A) -> Result<bool, A::Error>
    where
        A: SeqAccess<'de>,
        L: Leftover,
    {
        let mut inner = T::default();
        let taken = inner.take_array(place, seq)?;
        *self = taken.then_some(inner);
        Ok(taken)
    }

    fn take_object<'de, A, L>(&mut self, place: Place<'_, L>, map: A) -> Result<bool, A::Error>
    where
        A: MapAccess<'de>,
        L: Leftover,
    {
        let mut inner = T::default();
        let taken = inner.take_object(place, map)?;
        *self = taken.then_some(inner);
        Ok(taken)
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
        let mut item = T::default();
        while let Some(taken) = seq.next_element_seed(place.reader(&mut item))? {
            if taken {
                self.push(std::mem::take(&mut item));
            }
        }
        Ok(true)
    }
}
