//! Points in time, in every spelling that is sent.

use std::cmp::Ordering;
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};

use crate::error::Error;
use crate::json::{Kind, Piece, RawJson, Taken, Text, Wire, impl_serde};

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
#[derive(Clone)]
pub struct Timestamp(Sent);

/// An integer, as most times are sent, is kept without its text.
#[derive(Clone)]
enum Sent {
    Integer(i64),
    Other(RawJson),
}

/// Numbers below this are seconds: as milliseconds they would lie before March 1973.
const SECONDS_BELOW: u64 = 100_000_000_000;

/// Numbers from here on, past the year 285000, are no times.
const LAST: u64 = 9_000_000_000_000_000;

impl Timestamp {
    /// Takes a JSON value as a point in time, whatever it says.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Misfit`](crate::ErrorKind::Misfit) when `json` is not JSON.
    pub fn parse(json: &str) -> Result<Self, Error> {
        let json = RawJson::parse(json)?;
        Ok(Self(Sent::of(json.as_str(), || json.clone())))
    }

    /// A point in time, in ms since the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(Sent::Integer(millis))
    }

    /// Takes the content of a string as a point in time, whatever it says.
    pub(crate) fn from_text(text: &str) -> Self {
        let json = serde_json::Value::from(text).to_string();
        Self(Sent::Other(RawJson::trusted(Text::from(json))))
    }

    /// Milliseconds since the epoch, or `None` when what was sent is no time that is known to be in use.
    ///
    /// A zero is a zero here; where the wire means "unknown" by it, the field's own accessor says so.
    pub fn millis(&self) -> Option<i64> {
        let json = match &self.0 {
            Sent::Integer(number) => return from_integer(*number),
            Sent::Other(json) => json,
        };
        let text = json.to_text();
        let text = text.as_deref().unwrap_or(json.as_str()).trim();
        match text.parse() {
            Ok(number) => from_float(number),
            Err(_) => from_iso(text),
        }
    }

    /// The same as the clock of the standard library has it; `None` also for times before the epoch.
    pub fn to_system_time(&self) -> Option<SystemTime> {
        let millis = u64::try_from(self.millis()?).ok()?;
        UNIX_EPOCH.checked_add(Duration::from_millis(millis))
    }

    /// The same as jiff has it.
    #[cfg(feature = "jiff")]
    pub fn to_jiff(&self) -> Option<jiff::Timestamp> {
        jiff::Timestamp::from_millisecond(self.millis()?).ok()
    }

    /// The same as chrono has it.
    #[cfg(feature = "chrono")]
    pub fn to_chrono(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        chrono::DateTime::from_timestamp_millis(self.millis()?)
    }

    /// The same as time has it.
    #[cfg(feature = "time")]
    pub fn to_time(&self) -> Option<time::OffsetDateTime> {
        let nanos = i128::from(self.millis()?) * 1_000_000;
        time::OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()
    }

    /// What was sent.
    pub fn to_json(&self) -> RawJson {
        match &self.0 {
            Sent::Integer(number) => RawJson::trusted(Text::from(number.to_string())),
            Sent::Other(json) => json.clone(),
        }
    }
}

impl Sent {
    fn of(json: &str, keep: impl FnOnce() -> RawJson) -> Self {
        match json.parse() {
            // A minus zero is the one integer that is not printed as it was parsed.
            Ok(number) if json != "-0" => Self::Integer(number),
            _ => Self::Other(keep()),
        }
    }
}

fn from_integer(number: i64) -> Option<i64> {
    let seconds = number.unsigned_abs() < SECONDS_BELOW;
    let millis = if seconds { number * 1000 } else { number };
    (millis.unsigned_abs() < LAST).then_some(millis)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "both limits are exact as floats, and the range is checked"
)]
fn from_float(number: f64) -> Option<i64> {
    let seconds = number.abs() < SECONDS_BELOW as f64;
    let millis = if seconds { number * 1000.0 } else { number };
    (millis.abs() < LAST as f64).then_some(millis as i64)
}

/// A time without an offset is taken for UTC, which all of Smartcar's are.
fn from_iso(text: &str) -> Option<i64> {
    let with_offset = text.parse::<jiff::Timestamp>().ok();
    let time = with_offset.or_else(|| {
        let civil = text.parse::<jiff::civil::DateTime>().ok()?;
        jiff::tz::Offset::UTC.to_timestamp(civil).ok()
    });
    time.map(jiff::Timestamp::as_millisecond)
}

impl Wire for Timestamp {
    const KIND: Kind = Kind::Leaf;

    fn take_raw(&mut self, value: Piece<'_>) -> Taken {
        let is_scalar = |it: char| it == '"' || it == '-' || it.is_ascii_digit();
        if !value.str.starts_with(is_scalar) {
            return Taken::Not;
        }
        self.0 = Sent::of(value.str, || value.to_json());
        Taken::Exactly
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Sent::Integer(number) => serializer.serialize_i64(*number),
            Sent::Other(json) => json.serialize(serializer),
        }
    }

    #[cfg(feature = "schemars")]
    fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": ["integer", "number", "string"]})
    }
}

impl_serde!(Timestamp);

#[cfg(feature = "schemars")]
crate::json::impl_json_schema!(Timestamp);

/// The same point in time in whatever spelling; what is no time is equal to the same text.
impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        match (self.millis(), other.millis()) {
            (None, None) => self.to_json() == other.to_json(),
            (own, other) => own == other,
        }
    }
}

/// By time; what is no time is neither before nor after.
impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self.millis(), other.millis()) {
            (Some(own), Some(other)) => Some(own.cmp(&other)),
            _ => (self == other).then_some(Ordering::Equal),
        }
    }
}

/// As it was sent.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = self.to_json();
        f.write_str(json.to_text().as_deref().unwrap_or(json.as_str()))
    }
}

/// As it was sent.
impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.to_json().as_str())
    }
}

/// The epoch.
impl Default for Timestamp {
    fn default() -> Self {
        Self(Sent::Integer(0))
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
            (r#""2025-10-21T03:39:07""#, Some(1_761_017_947_000)),
            ("0", Some(0)),
            ("-0", Some(0)),
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

    #[cfg(all(feature = "jiff", feature = "chrono", feature = "time"))]
    #[test]
    fn every_library_of_times_has_the_same() {
        let time = Timestamp::parse("1761017947355").unwrap();
        assert_eq!(
            time.to_jiff().unwrap().to_string(),
            "2025-10-21T03:39:07.355Z"
        );
        assert_eq!(
            time.to_chrono().unwrap().to_string(),
            "2025-10-21 03:39:07.355 UTC"
        );
        let of_time = time.to_time().unwrap();
        assert_eq!(of_time.unix_timestamp_nanos(), 1_761_017_947_355_000_000);
        let beyond = Timestamp::parse("8999999999999999").unwrap();
        assert!(beyond.to_jiff().is_none() && beyond.to_time().is_none());
    }

    #[test]
    fn times_are_compared_whatever_their_spelling() {
        let time = |sent| Timestamp::parse(sent).unwrap();
        let iso = time(r#""2025-10-21T03:39:07.355Z""#);
        assert_eq!(time("1761017947355"), iso);
        assert!(time("1761017947") < iso && iso < Timestamp::from_millis(1_761_017_947_356));
        let never = time(r#""never""#);
        assert_eq!(never, never.clone());
        assert!(never != time(r#""always""#) && never.partial_cmp(&iso).is_none());
        assert_eq!(
            format!("{iso} {iso:?}"),
            r#"2025-10-21T03:39:07.355Z "2025-10-21T03:39:07.355Z""#
        );
    }
}
