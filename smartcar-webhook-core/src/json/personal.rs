//! Values that say something about a person.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Text;

/// A value that says something about a person: a user id, a VIN, a position.
///
/// Its `Debug` hides it and it has no `Display`, so that it reaches a log only by way of a `*` or [`as_str`](Self::as_str).
///
/// ```
/// use smartcar_webhook_core::payload::Personal;
///
/// let id: Personal = "93b3ea96".into();
/// assert_eq!(format!("{id:?}"), "[redacted]");
/// assert_eq!(id.as_str(), "93b3ea96");
///
/// let latitude = Personal::new(57.7087);
/// assert_eq!(*latitude, 57.7087);
/// ```
#[derive(Clone, Copy, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Personal<T = Text>(pub(super) T);

impl<T> Personal<T> {
    /// Hides a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl Personal {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T> Deref for Personal<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl From<&str> for Personal {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Personal {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<Text> for Personal {
    fn from(text: Text) -> Self {
        Self(text)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Personal<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The error of serde itself quotes the value.
        let error = |_| serde::de::Error::custom("not of the expected type");
        T::deserialize(deserializer).map(Self).map_err(error)
    }
}

/// The value itself: what is written down as data is not hidden.
impl<T: Serialize> Serialize for Personal<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl From<Personal> for String {
    fn from(text: Personal) -> Self {
        text.0.into()
    }
}

impl PartialEq<&str> for Personal {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
