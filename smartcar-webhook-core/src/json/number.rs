//! Fields of numbers and truth values.

use std::fmt::{self, Write as _};

use serde::{Serialize, Serializer};

use super::{Inspection, Kind, Piece, Taken, Wire};

/// Integers are also taken from strings, and from floats without a fraction.
macro_rules! integer {
    ($($type:ty),*) => {$(
        impl Wire for $type {
            const KIND: Kind = Kind::Leaf;

            fn take_raw(&mut self, value: Piece<'_>) -> Taken {
                if let Ok(number) = value.str.parse() {
                    *self = number;
                    // A minus zero is the one integer that is not printed as it was parsed.
                    return if value.str == "-0" { Taken::Loosely } else { Taken::Exactly };
                }
                let digits = value.str.trim_matches('"').trim();
                let whole = match digits.split_once('.') {
                    Some((whole, fraction)) if fraction.bytes().all(|it| it == b'0') => whole,
                    _ => digits,
                };
                match whole.parse() {
                    Ok(number) => {
                        *self = number;
                        Taken::Loosely
                    }
                    Err(_) => Taken::Not,
                }
            }

            fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.serialize(serializer)
            }

            fn inspect(json: &str, inspection: &mut Inspection) {
                if !is_number(json) || Self::default().take_raw(Piece::of(json)) == Taken::Not {
                    inspection.wrong_type();
                }
            }

            #[cfg(feature = "schemars")]
            fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "integer", "minimum": <$type>::MIN, "maximum": <$type>::MAX})
            }
        }
    )*};
}

integer!(u16, u64, i64);

/// Numbers are also taken from strings; none beyond what an `f64` holds.
impl Wire for f64 {
    const KIND: Kind = Kind::Leaf;

    fn take_raw(&mut self, value: Piece<'_>) -> Taken {
        let digits = value.str.trim_matches('"').trim();
        match digits.parse::<Self>() {
            Ok(number) if is_number(digits) && number.is_finite() => {
                *self = number;
                let same = match whole(number) {
                    Some(whole) => is_written(whole, value.str),
                    None => serde_json::to_string(self).is_ok_and(|it| it == value.str),
                };
                if same { Taken::Exactly } else { Taken::Loosely }
            }
            _ => Taken::Not,
        }
    }

    /// A whole number is written without a point, as they are sent.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match whole(*self) {
            Some(whole) => serializer.serialize_i64(whole),
            None => serializer.serialize_f64(*self),
        }
    }

    fn inspect(json: &str, inspection: &mut Inspection) {
        if !is_number(json) || Self::default().take_raw(Piece::of(json)) == Taken::Not {
            inspection.wrong_type();
        }
    }

    #[cfg(feature = "schemars")]
    fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "number"})
    }
}

fn is_number(json: &str) -> bool {
    json.starts_with(|it: char| it == '-' || it.is_ascii_digit())
}

/// The number as an integer, if it is one that an `f64` holds exactly.
#[expect(
    clippy::cast_possible_truncation,
    reason = "it is whole and below the limit"
)]
fn whole(number: f64) -> Option<i64> {
    let limit = 2.0_f64.powi(53);
    let is_minus_zero = number == 0.0 && number.is_sign_negative();
    let is_whole = number.fract() == 0.0 && number.abs() < limit && !is_minus_zero;
    is_whole.then_some(number as i64)
}

/// Whether this is how the number is written; a comparison that needs no memory.
fn is_written(number: i64, text: &str) -> bool {
    struct Rest<'a>(&'a str);

    impl fmt::Write for Rest<'_> {
        fn write_str(&mut self, part: &str) -> fmt::Result {
            self.0 = self.0.strip_prefix(part).ok_or(fmt::Error)?;
            Ok(())
        }
    }

    let mut rest = Rest(text);
    write!(rest, "{number}").is_ok() && rest.0.is_empty()
}

impl Wire for bool {
    const KIND: Kind = Kind::Leaf;

    fn take_raw(&mut self, value: Piece<'_>) -> Taken {
        *self = match value.str {
            "true" => true,
            "false" => false,
            _ => return Taken::Not,
        };
        Taken::Exactly
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    #[cfg(feature = "schemars")]
    fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "boolean"})
    }
}
