//! Reading JSON without copying it and without failing on it, and writing it as it was read.
//!
//! [`Text`] and [`RawJson`] are slices of the signed body.
//! Payload types are declared with `object!`, which reads them in one pass, keeps what no field takes, and lets no odd field cost the rest.

mod text;
mod personal;
mod raw;
mod piece;
mod wire;
mod read;
mod extra;
mod drift;
mod inspect;
#[cfg(feature = "schemars")]
mod schema;
mod object;
mod field;
mod number;
mod elsewhere;
mod open;

pub use self::drift::{Drift, DriftKind};
pub(crate) use self::elsewhere::{Elsewhere, SkippedList};
pub use self::extra::Extra;
pub(crate) use self::extra::{Discard, Leftover};
pub(crate) use self::inspect::{Field, Inspection, Members, Need};
#[cfg(feature = "schemars")]
pub(crate) use self::object::impl_json_schema;
pub(crate) use self::object::{impl_serde, object};
pub(crate) use self::open::open_string;
pub use self::personal::Personal;
pub(crate) use self::piece::Piece;
pub use self::raw::RawJson;
pub(crate) use self::read::{Odd, is_taken, read, read_at_once, read_owned};
#[cfg(feature = "schemars")]
pub(crate) use self::schema::{object_schema, or_text};
pub use self::text::Text;
pub(crate) use self::wire::{Kind, Place, Taken, Wire, Written};
