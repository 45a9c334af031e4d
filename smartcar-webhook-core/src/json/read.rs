//! One pass over a JSON text, total over its shape.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::{Leftover, RawJson, Text};
use crate::error::Error;

/// Reads `json` as `T`; what does not fit goes to `left`, and the whole only fails when its own kind does not fit.
pub(crate) fn read<T: Wire, L: Leftover>(json: &RawJson, left: &mut L) -> Result<T, Error> {
    let place = Place {
        source: json.text(),
        key: "$",
        left,
    };
    let mut deserializer = serde_json::Deserializer::from_str(json.as_str());
    let value = Reader::new(place).deserialize(&mut deserializer);
    match (value, deserializer.end()) {
        (Ok(Some(value)), Ok(())) => Ok(value),
        _ => Err(Error::misfit("$")),
    }
}

/// A type of the wire: says which kinds of JSON value it takes.
///
/// `Ok(None)` means that there is nothing to take: a null, or a value that went to the leftovers.
pub(crate) trait Wire: Default {
    /// Whether the value is wanted as it was sent, through [`raw`](Self::raw), whatever its kind.
    const RAW: bool = false;

    fn raw(_: &RawJson) -> Option<Self> {
        None
    }

    fn text(_: &Text) -> Option<Self> {
        None
    }

    fn number(_: &RawJson) -> Option<Self> {
        None
    }

    fn array<'de, A, L>(place: Place<'_, L>, seq: A) -> Result<Option<Self>, A::Error>
    where
        A: SeqAccess<'de>,
        L: Leftover,
    {
        place.refuse_array(seq)
    }

    fn object<'de, A, L>(place: Place<'_, L>, map: A) -> Result<Option<Self>, A::Error>
    where
        A: MapAccess<'de>,
        L: Leftover,
    {
        place.refuse_object(map)
    }
}

/// Where a value stands: the text it is part of, the key it is under, and where to put it when it does not fit.
pub(crate) struct Place<'a, L> {
    pub(crate) source: &'a Text,
    pub(crate) key: &'static str,
    pub(crate) left: &'a mut L,
}

impl<L: Leftover> Place<'_, L> {
    pub(crate) fn again(&mut self) -> Place<'_, L> {
        Place {
            source: self.source,
            key: self.key,
            left: self.left,
        }
    }

    fn refuse(self, json: impl Into<Text>) {
        self.left.misfit(self.key, RawJson::trusted(json.into()));
    }

    fn refuse_array<'de, T, A: SeqAccess<'de>>(self, mut seq: A) -> Result<Option<T>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<&RawValue>()? {
            items.push(item.get());
        }
        self.refuse(format!("[{}]", items.join(",")));
        Ok(None)
    }

    fn refuse_object<'de, T, A: MapAccess<'de>>(self, mut map: A) -> Result<Option<T>, A::Error> {
        let mut members = Vec::new();
        while let Some(key) = map.next_key::<Key<'_>>()? {
            let key = serde_json::Value::from(&*key.0);
            members.push(format!("{key}:{}", map.next_value::<&RawValue>()?.get()));
        }
        self.refuse(format!("{{{}}}", members.join(",")));
        Ok(None)
    }
}

/// Reads one `T` at one place.
pub(crate) struct Reader<'a, T, L> {
    place: Place<'a, L>,
    shape: PhantomData<T>,
}

impl<'a, T, L> Reader<'a, T, L> {
    pub(crate) fn new(place: Place<'a, L>) -> Self {
        Self {
            place,
            shape: PhantomData,
        }
    }
}

impl<'de, T: Wire, L: Leftover> DeserializeSeed<'de> for Reader<'_, T, L> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        if !T::RAW {
            return deserializer.deserialize_any(self);
        }
        let value = <&RawValue>::deserialize(deserializer)?.get();
        let value = RawJson::trusted(self.place.source.slice(value));
        let read = T::raw(&value);
        if read.is_none() && value.as_str() != "null" {
            self.place.left.misfit(self.place.key, value);
        }
        Ok(read)
    }
}

impl<T: Wire, L: Leftover> Reader<'_, T, L> {
    fn take_text(self, text: &Text) -> Option<T> {
        let read = T::text(text);
        if read.is_none() {
            self.place
                .refuse(serde_json::Value::from(text.as_str()).to_string());
        }
        read
    }

    fn take_number(self, number: impl Into<serde_json::Number>) -> Option<T> {
        let number = RawJson::trusted(Text::from(number.into().to_string()));
        let read = T::number(&number);
        if read.is_none() {
            self.place.left.misfit(self.place.key, number);
        }
        read
    }
}

impl<'de, T: Wire, L: Leftover> Visitor<'de> for Reader<'_, T, L> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Option<T>, E> {
        let text = self.place.source.slice(text);
        Ok(self.take_text(&text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<T>, E> {
        Ok(self.take_text(&Text::from(text)))
    }

    fn visit_unit<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Option<T>, E> {
        self.place.refuse(value.to_string());
        Ok(None)
    }

    fn visit_u64<E>(self, number: u64) -> Result<Option<T>, E> {
        Ok(self.take_number(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Option<T>, E> {
        Ok(self.take_number(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Option<T>, E> {
        // JSON has no number that is not finite.
        Ok(serde_json::Number::from_f64(number).and_then(|it| self.take_number(it)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Option<T>, A::Error> {
        T::array(self.place, seq)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Option<T>, A::Error> {
        T::object(self.place, map)
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

impl Wire for Text {
    fn text(text: &Text) -> Option<Self> {
        Some(text.clone())
    }

    // Ids have been written as numbers.
    fn number(number: &RawJson) -> Option<Self> {
        Some(number.text().clone())
    }
}

impl Wire for super::Personal {
    fn text(text: &Text) -> Option<Self> {
        Some(Self::from(text.clone()))
    }

    fn number(number: &RawJson) -> Option<Self> {
        Text::number(number).map(Self::from)
    }
}

impl Wire for RawJson {
    const RAW: bool = true;

    fn raw(value: &RawJson) -> Option<Self> {
        (value.as_str() != "null").then(|| value.clone())
    }
}

/// Integers are also taken from strings, and from floats without a fraction.
macro_rules! integer {
    ($($type:ty),*) => {$(
        impl Wire for $type {
            const RAW: bool = true;

            fn raw(value: &RawJson) -> Option<Self> {
                let digits = value.as_text();
                let digits = digits.as_deref().unwrap_or(value.as_str()).trim();
                let whole = match digits.split_once('.') {
                    Some((whole, fraction)) if fraction.bytes().all(|it| it == b'0') => whole,
                    _ => digits,
                };
                whole.parse().ok()
            }
        }
    )*};
}

integer!(u16, u64, i64);

impl<T: Wire> Wire for Option<T> {
    const RAW: bool = T::RAW;

    fn raw(value: &RawJson) -> Option<Self> {
        T::raw(value).map(Some)
    }

    fn text(text: &Text) -> Option<Self> {
        T::text(text).map(Some)
    }

    fn number(number: &RawJson) -> Option<Self> {
        T::number(number).map(Some)
    }

    fn array<'de, A, L>(place: Place<'_, L>, seq: A) -> Result<Option<Self>, A::Error>
    where
        A: SeqAccess<'de>,
        L: Leftover,
    {
        Ok(T::array(place, seq)?.map(Some))
    }

    fn object<'de, A, L>(place: Place<'_, L>, map: A) -> Result<Option<Self>, A::Error>
    where
        A: MapAccess<'de>,
        L: Leftover,
    {
        Ok(T::object(place, map)?.map(Some))
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn array<'de, A, L>(mut place: Place<'_, L>, mut seq: A) -> Result<Option<Self>, A::Error>
    where
        A: SeqAccess<'de>,
        L: Leftover,
    {
        let mut items = Self::new();
        while let Some(item) = seq.next_element_seed(Reader::new(place.again()))? {
            items.extend(item);
        }
        Ok(Some(items))
    }
}
