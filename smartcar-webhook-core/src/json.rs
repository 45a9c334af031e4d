//! Reading JSON without copying it and without failing on it.
//!
//! [`Text`] and [`RawJson`] are slices of the signed body.
//! Payload types are declared with `object!`, which reads them in one pass, keeps what no field takes, and lets no odd field cost the rest.

mod text;
mod raw;
mod piece;
mod extra;
mod wire;
mod read;
mod object;
mod field;

pub use self::extra::Extra;
pub(crate) use self::extra::{Discard, Leftover};
pub(crate) use self::field::SkippedList;
pub(crate) use self::object::{deserialize, object};
pub(crate) use self::piece::Piece;
pub use self::raw::RawJson;
pub(crate) use self::read::{read, read_owned};
pub use self::text::{Personal, Text};
pub(crate) use self::wire::{Kind, Place, Wire};
