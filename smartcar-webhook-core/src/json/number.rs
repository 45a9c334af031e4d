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
                schemars::json_schema!({"type": "integer"})
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
                let mut rest = Rest(value.str);
                let same = write!(rest, "{number}").is_ok() && rest.0.is_empty();
                if same { Taken::Exactly } else { Taken::Loosely }
            }
            _ => Taken::Not,
        }
    }

    /// A whole number is written without a point, as they are sent.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is whole and far below the limit"
    )]
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.fract() == 0.0 && self.abs() < 1e15 && !(*self == 0.0 && self.is_sign_negative()) {
            serializer.serialize_i64(*self as i64)
        } else {
            serializer.serialize_f64(*self)
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

/// What is left of a text to be written again.
struct Rest<'a>(&'a str);

impl fmt::Write for Rest<'_> {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(part).ok_or(fmt::Error)?;
        Ok(())
    }
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
