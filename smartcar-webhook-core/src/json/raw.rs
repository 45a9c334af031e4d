//! JSON values kept as they were sent.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::Text;
use crate::error::Error;

/// A JSON value exactly as it was sent, read only when somebody asks.
///
/// In a delivery it shares the memory of the body.
/// `Debug` shows its length alone: bodies hold positions and identities.
///
/// ```
/// use smartcar_webhook_core::payload::RawJson;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let body = RawJson::parse(r#"{"value": 78, "unit": "percent"}"#)?;
///
/// #[derive(serde::Deserialize)]
/// struct Percent {
///     value: f64,
/// }
/// assert_eq!(body.read::<Percent>()?.value, 78.0);
/// assert_eq!(body.as_str(), r#"{"value": 78, "unit": "percent"}"#);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct RawJson(Text);

impl RawJson {
    /// Takes `json` when it is one JSON value.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Misfit`](crate::ErrorKind::Misfit) when it is not.
    pub fn parse(json: impl Into<Text>) -> Result<Self, Error> {
        let text = json.into();
        match serde_json::from_str::<&RawValue>(&text) {
            Ok(value) => Ok(Self(text.slice(value.get()))),
            Err(_) => Err(Error::misfit("$")),
        }
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads the value as `T`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Misfit`](crate::ErrorKind::Misfit) with the [path](Error::path) of what does not fit.
    /// The error of serde itself is left out, since it quotes values.
    ///
    /// Prefer a type of your own, or `RawJson` members, to a `serde_json::Value`: that one nests as deep as the sender likes.
    pub fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Error> {
        serde_json::from_str(self.as_str()).map_err(|_| {
            // The path costs a slower read, so only who needs it pays for it.
            let json = &mut serde_json::Deserializer::from_str(self.as_str());
            match serde_path_to_error::deserialize::<_, T>(json) {
                Err(err) if err.path().iter().len() > 0 => Error::misfit(err.path().to_string()),
                _ => Error::misfit("$"),
            }
        })
    }

    /// Wraps a text that is known to be one JSON value.
    pub(crate) fn trusted(text: Text) -> Self {
        Self(text)
    }

    pub(crate) fn text(&self) -> &Text {
        &self.0
    }
}

/// A JSON null.
impl Default for RawJson {
    fn default() -> Self {
        Self(Text::from_static("null"))
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawJson({} bytes)", self.0.len())
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::from_str::<&RawValue>(self.as_str())
            .map_err(serde::ser::Error::custom)?
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self(Text::from(String::from(Box::<str>::from(value)))))
    }
}
