//! What is left of an object when its known fields are read.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{IgnoredAny, MapAccess};
use serde::ser::SerializeMap;
use serde_json::value::RawValue;

use super::read::read_value;
use super::wire::{Key, Wire, Written};
use super::{Field, Need, Odd, RawJson, Text};

/// The members of an object that its type has no field for, and those whose value did not fit the field.
///
/// A field Smartcar adds tomorrow is here until the type knows it; whatever else was sent is in [`Delivery::json`](crate::Delivery::json).
/// `Debug` shows the keys alone.
///
/// ```
/// use smartcar_webhook_core::Delivery;
/// use smartcar_webhook_core::payload::v4::VehicleState;
///
/// # fn main() -> Result<(), smartcar_webhook_core::Error> {
/// let body = r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v1","year":"soon","wings":2}}}"#;
/// let state = Delivery::assume_verified(body.into())?.read::<VehicleState>()?;
/// assert_eq!(state.vehicle.year, None);
/// assert_eq!(state.vehicle.extra.get("year").unwrap().as_str(), r#""soon""#);
/// assert_eq!(state.vehicle.extra.get("wings").unwrap().as_str(), "2");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Extra(Vec<Left>);

#[derive(Clone, Eq, PartialEq)]
struct Left {
    key: Text,
    value: RawJson,
    why: Why,
}

/// Why a value was left over.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Why {
    /// No field has this key.
    Unknown,
    /// It does not fit its field.
    Misfit,
    /// It is part of a value that was taken without it.
    Part,
    /// It is a null, which no field takes.
    Null,
    /// It was taken, but the field would be written in another way.
    Spelling,
}

impl Extra {
    /// The value left under this key; the last one when there are several.
    pub fn get(&self, key: &str) -> Option<&RawJson> {
        let found = self
            .0
            .iter()
            .rev()
            .find(|it| it.is_extra() && it.key == *key);
        found.map(|it| &it.value)
    }

    /// Every key and value left, in the order sent.
    ///
    /// Items of a list, and headers of an endpoint, that did not fit are left one by one under the key of the whole.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &RawJson)> {
        let extra = self.0.iter().filter(|it| it.is_extra());
        extra.map(|it| (it.key.as_str(), &it.value))
    }

    /// Whether nothing was left over.
    pub fn is_empty(&self) -> bool {
        !self.0.iter().any(Left::is_extra)
    }

    /// How many values are left.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there is not even a null or an odd spelling to remember.
    pub(crate) fn is_blank(&self) -> bool {
        self.0.is_empty()
    }

    /// Checks that all it holds are members that neither its own type nor these fields know; odd if not.
    pub(crate) fn only_unknown_to(&self, fields: &[Field]) -> Result<(), Odd> {
        let is_beyond =
            |it: &Left| it.why == Why::Unknown && fields.iter().all(|field| it.key != *field.key);
        self.0.iter().all(is_beyond).then_some(()).ok_or(Odd)
    }

    /// Whether what was sent for this field does not fit it.
    pub(crate) fn is_misfit(&self, key: &str) -> bool {
        let mut left = self.0.iter().rev().filter(|it| it.key == *key);
        left.next().is_some_and(|it| it.why == Why::Misfit)
    }

    /// Writes a field as it was sent, or as it is if it was changed since.
    pub(crate) fn write_field<M, T>(
        &self,
        map: &mut M,
        key: &'static str,
        need: Need,
        field: &T,
    ) -> Result<(), M::Error>
    where
        M: SerializeMap,
        T: Wire,
    {
        if let Some(sent) = self.sent_for(key, field) {
            map.serialize_entry(key, sent)
        } else if field.is_blank() && need != Need::Needed {
            Ok(())
        } else {
            map.serialize_entry(key, &Written(field))
        }
    }

    /// The value to write in place of a field, unless the field was changed.
    fn sent_for<T: Wire>(&self, key: &str, field: &T) -> Option<&RawJson> {
        let mut left = self.0.iter().rev();
        let sent = left.find(|it| it.key == *key && !matches!(it.why, Why::Part | Why::Unknown))?;
        let unchanged = match sent.why {
            Why::Spelling => {
                let again: Option<T> = read_value(&sent.value);
                let text = |it: &T| serde_json::to_string(&Written(it)).ok();
                again.is_some_and(|again| text(&again) == text(field))
            }
            _ => field.is_blank(),
        };
        unchanged.then_some(&sent.value)
    }

    /// Writes the members no field is known for, the last of each key, in the order sent.
    pub(crate) fn write_unknown<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let mut keys = BTreeSet::new();
        let unknown = self.0.iter().rev().filter(|it| it.why == Why::Unknown);
        let last: Vec<_> = unknown.filter(|it| keys.insert(it.key.as_str())).collect();
        let mut in_order = last.into_iter().rev();
        in_order.try_for_each(|it| map.serialize_entry(&it.key, &it.value))
    }

    fn push(&mut self, key: &'static str, value: RawJson, why: Why) {
        let key = Text::from_static(key);
        self.0.push(Left { key, value, why });
    }
}

impl Left {
    /// Whether there is more to it than its spelling.
    fn is_extra(&self) -> bool {
        !matches!(self.why, Why::Null | Why::Spelling)
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(|(key, _)| key))
            .finish()
    }
}

/// Where a reader puts what no field takes.
pub(crate) trait Leftover {
    /// A value that does not fit the field with this key.
    fn misfit(&mut self, _: &'static str, _: RawJson) {}

    /// A part of such a value, where the rest of it does fit.
    fn misfit_part(&mut self, _: &'static str, _: RawJson) {}

    /// A null in place of a value.
    fn null(&mut self, _: &'static str) {}

    /// A value that is taken, but would be written in another way.
    fn spelling(&mut self, _: &'static str, _: RawJson) {}

    /// A member no field is known for.
    fn unknown<'de, A>(&mut self, source: &Text, key: Key<'de>, map: &mut A) -> Result<(), A::Error>
    where
        A: MapAccess<'de>,
    {
        key.check(source)?;
        map.next_value::<IgnoredAny>().map(drop)
    }
}

impl Leftover for Extra {
    fn misfit(&mut self, key: &'static str, value: RawJson) {
        self.push(key, value, Why::Misfit);
    }

    fn misfit_part(&mut self, key: &'static str, value: RawJson) {
        self.push(key, value, Why::Part);
    }

    fn null(&mut self, key: &'static str) {
        self.push(key, RawJson::default(), Why::Null);
    }

    fn spelling(&mut self, key: &'static str, value: RawJson) {
        self.push(key, value, Why::Spelling);
    }

    fn unknown<'de, A>(&mut self, source: &Text, key: Key<'de>, map: &mut A) -> Result<(), A::Error>
    where
        A: MapAccess<'de>,
    {
        let key = key.into_text(source)?;
        let value = map.next_value::<&RawValue>()?;
        self.0.push(Left {
            key,
            value: RawJson::trusted(source.slice(value.get())),
            why: Why::Unknown,
        });
        Ok(())
    }
}

/// Keeps nothing: for looks at a body that is read in full elsewhere.
pub(crate) struct Discard;

impl Leftover for Discard {}
