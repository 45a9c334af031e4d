//! What is not as declared.

use std::fmt;

/// A departure of what was sent from what is declared: the place, and in what way; no value.
///
/// ```
/// use smartcar_webhook_core::Delivery;
/// use smartcar_webhook_core::payload::DriftKind;
///
/// # fn main() -> Result<(), smartcar_webhook_core::Error> {
/// let body = r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v1","wings":2}}}"#;
/// let drift = Delivery::assume_verified(body.into())?.drift();
/// let wings = drift.iter().find(|it| it.path() == "data.vehicle.wings").unwrap();
/// assert_eq!(wings.kind(), DriftKind::UnknownField);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Drift {
    pub(super) path: String,
    pub(super) kind: DriftKind,
}

/// In what way a value departs from what is declared.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum DriftKind {
    /// A member no field is known for.
    UnknownField,
    /// A string that is none of those known for its field.
    UnknownValue,
    /// A value of another type than its field.
    WrongType,
    /// No value, or null, where there always is one.
    Missing,
}

impl Drift {
    /// The place in the body: `data.signals[2].body.value`.
    ///
    /// A key that is no plain word is in brackets and quotes, and cut off after 64 characters.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// In what way it departs.
    pub fn kind(&self) -> DriftKind {
        self.kind
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            DriftKind::UnknownField => "unknown field",
            DriftKind::UnknownValue => "unknown value",
            DriftKind::WrongType => "wrong type",
            DriftKind::Missing => "missing",
        };
        write!(f, "{}: {kind}", self.path)
    }
}
