//! Points in time, in every spelling that is sent.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::error::Error;
use crate::json::{RawJson, Wire};

/// A point in time, kept as it was sent and read when asked.
///
/// Smartcar writes milliseconds since the epoch, seconds since the epoch and ISO 8601, as numbers and as strings, at times two of them for one field: `meta.deliveredAt` is a string in VERIFY and a number elsewhere.
/// See [Smartcar Docs/Callback verification] and [Smartcar Docs/Vehicle state].
///
/// [Smartcar Docs/Callback verification]: https://smartcar.com/docs/integrations/webhooks/callback-verification
/// [Smartcar Docs/Vehicle state]: https://smartcar.com/docs/api-reference/webhooks/events/vehicle-state
///
/// ```
/// use smartcar_webhook_core::payload::Timestamp;
///
/// # fn main() -> Result<(), smartcar_webhook_core::Error> {
/// for sent in ["1761017947355", "\"2025-10-21T03:39:07.355Z\"", "\"1761017947355\""] {
///     assert_eq!(Timestamp::parse(sent)?.millis(), Some(1_761_017_947_355));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Timestamp(RawJson);

/// Numbers below this are seconds: as milliseconds they would lie before March 1973.
const SECONDS_BELOW: f64 = 1e11;

impl Timestamp {
    /// Takes a JSON value as a point in time, whatever it says.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Misfit`](crate::ErrorKind::Misfit) when `json` is not JSON.
    pub fn parse(json: &str) -> Result<Self, Error> {
        RawJson::parse(json).map(Self)
    }

    /// Milliseconds since the epoch, or `None` when what was sent is no time that is known to be in use.
    ///
    /// A zero is a zero here; where the wire means "unknown" by it, the field's own accessor says so.
    pub fn millis(&self) -> Option<i64> {
        let text = self.0.as_text();
        let text = text.as_deref().unwrap_or(self.0.as_str()).trim();
        match text.parse::<f64>() {
            Ok(number) => from_number(number),
            Err(_) => from_iso(text),
        }
    }

    /// The same as the clock of the standard library has it; `None` also for times before the epoch.
    pub fn to_system_time(&self) -> Option<SystemTime> {
        let millis = u64::try_from(self.millis()?).ok()?;
        UNIX_EPOCH.checked_add(Duration::from_millis(millis))
    }

    /// What was sent.
    pub fn as_raw(&self) -> &RawJson {
        &self.0
    }
}

fn from_number(number: f64) -> Option<i64> {
    let millis = if number.abs() < SECONDS_BELOW {
        number * 1000.0
    } else {
        number
    };
    // 9e15 is past the year 285000 and still exact in both types.
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    (millis.abs() < 9e15).then_some(millis as i64)
}

fn from_iso(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>()
        .ok()
        .map(jiff::Timestamp::as_millisecond)
}

impl Wire for Timestamp {
    const RAW: bool = true;

    fn raw(value: &RawJson) -> Option<Self> {
        let first = value.as_str().as_bytes().first();
        let scalar = matches!(first, Some(b'"' | b'-' | b'0'..=b'9'));
        scalar.then(|| Self(value.clone()))
    }
}

/// The epoch.
impl Default for Timestamp {
    fn default() -> Self {
        Self(RawJson::trusted("0".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn row_09_delivered_at_is_read_in_every_spelling() {
        let cases = [
            ("1761017947355", Some(1_761_017_947_355)),
            ("1761017947355.75", Some(1_761_017_947_355)),
            ("1761017947", Some(1_761_017_947_000)),
            ("1761017947.5", Some(1_761_017_947_500)),
            ("1.761017947355e12", Some(1_761_017_947_355)),
            (r#""1761017947355""#, Some(1_761_017_947_355)),
            (r#""2025-10-21T03:39:07.355Z""#, Some(1_761_017_947_355)),
            (
                r#""2025-10-21T05:39:07.355+02:00""#,
                Some(1_761_017_947_355),
            ),
            (r#""2025-10-21 03:39:07Z""#, Some(1_761_017_947_000)),
            ("0", Some(0)),
            (r#""yesterday""#, None),
            (r#""""#, None),
            (r#""NaN""#, None),
            (r#""inf""#, None),
            ("1e400", None),
            ("9007199254740993000", None),
        ];
        for (sent, millis) in cases {
            assert_eq!(Timestamp::parse(sent).unwrap().millis(), millis, "{sent}");
        }
    }
}
