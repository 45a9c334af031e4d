//! Reading JSON without copying it and without failing on it.
//!
//! [`Text`] and [`RawJson`] are slices of the signed body.
//! Payload types are declared with `object!`, which reads them in one pass, leaves no key behind and lets no odd field cost the rest.

mod extra;
mod object;
mod raw;
mod read;
mod text;
mod wire;

pub use self::extra::Extra;
pub(crate) use self::extra::{Discard, Leftover};
pub(crate) use self::object::object;
pub use self::raw::RawJson;
pub(crate) use self::read::{Key, Piece, Place, Reader, Wire, read};
pub use self::text::{Personal, Text};
