//! Where the keys of a receiver come from: fixed, replaced while it runs, or chosen by request.

mod shared;
mod source;
mod choice;

pub(crate) use self::choice::{Keys, unknown_tenant};
pub use self::shared::SharedKeyring;
pub use self::source::{KeySource, Unverified};
