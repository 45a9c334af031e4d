//! Payloads with all they say.

use std::fmt;

use serde::Serialize;

/// A `Debug` view that hides nothing: the value as JSON, and with `{:#?}`, unless it nests too deep, over several lines, in the order of keys, and as `serde_json::Value` holds it: of keys that repeat the last, numbers as `f64`.
///
/// Of a [`Delivery`](super::Delivery), `{:?}` is the body as it was sent.
///
/// The `Debug` of payloads hides ids of users, VINs and positions, and bodies that may hold them; use this where you may log them.
///
/// ```
/// use smartcar_webhook_core::Delivery;
/// use smartcar_webhook_core::payload::Reveal;
/// use smartcar_webhook_core::payload::v4::VehicleState;
///
/// # fn main() -> Result<(), smartcar_webhook_core::Error> {
/// let body = r#"{"data":{"user":{"id":"u1"},"vehicle":{"id":"v1"}}}"#;
/// let state = Delivery::assume_verified(body.into())?.read::<VehicleState>()?;
/// assert!(!format!("{:?}", state.user).contains("u1"));
/// assert_eq!(format!("{:?}", Reveal(&state.user)), r#"{"id":"u1"}"#);
/// # Ok(())
/// # }
/// ```
#[expect(clippy::exhaustive_structs, reason = "made to be constructed")]
#[derive(Clone, Copy)]
pub struct Reveal<T>(pub T);

impl<T: Serialize> fmt::Debug for Reveal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = match serde_json::to_value(&self.0) {
            Ok(value) if f.alternate() => serde_json::to_string_pretty(&value),
            _ => serde_json::to_string(&self.0),
        };
        f.write_str(&json.map_err(|_| fmt::Error)?)
    }
}
