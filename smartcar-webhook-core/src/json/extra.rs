//! What is left of an object when its known fields are read.

use std::fmt;

use serde::de::{IgnoredAny, MapAccess};
use serde_json::value::RawValue;

use super::wire::Key;
use super::{RawJson, Text};

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
pub struct Extra(Vec<(Text, RawJson)>);

impl Extra {
    /// The value left under this key; the last one when there are several.
    pub fn get(&self, key: &str) -> Option<&RawJson> {
        let found = self.0.iter().rev().find(|(it, _)| *it == *key);
        found.map(|(_, value)| value)
    }

    /// Every key and value left, in the order sent.
    ///
    /// Items of a list, and headers of an endpoint, that did not fit are left one by one under the key of the whole.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &RawJson)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Whether nothing was left over.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many values are left.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.iter().map(|(key, _)| key))
            .finish()
    }
}

/// Where a reader puts what no field takes.
pub(crate) trait Leftover {
    fn misfit(&mut self, key: &'static str, value: RawJson);

    fn unknown<'de, A>(
        &mut self,
        source: &Text,
        key: Key<'de>,
        map: &mut A,
    ) -> Result<(), A::Error>
    where
        A: MapAccess<'de>;
}

impl Leftover for Extra {
    fn misfit(&mut self, key: &'static str, value: RawJson) {
        self.0.push((Text::from_static(key), value));
    }

    fn unknown<'de, A>(&mut self, source: &Text, key: Key<'de>, map: &mut A) -> Result<(), A::Error>
    where
        A: MapAccess<'de>,
    {
        let value = map.next_value::<&RawValue>()?;
        self.0.push((
            key.into_text(source),
            RawJson::trusted(source.slice(value.get())),
        ));
        Ok(())
    }
}

/// Keeps nothing: for looks at a body that is read in full elsewhere.
pub(crate) struct Discard;

impl Leftover for Discard {
    fn misfit(&mut self, _: &'static str, _: RawJson) {}

    fn unknown<'de, A>(&mut self, _: &Text, _: Key<'de>, map: &mut A) -> Result<(), A::Error>
    where
        A: MapAccess<'de>,
    {
        map.next_value::<IgnoredAny>().map(drop)
    }
}
