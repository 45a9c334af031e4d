//! Where the keys of a receiver come from: fixed, replaced while it runs, fetched from a secret manager, or chosen by request.

mod cached;
mod shared;
mod source;
mod choice;

pub use self::cached::CachedKeys;
pub(crate) use self::choice::Keys;
pub use self::shared::SharedKeyring;
pub use self::source::{KeySource, Unverified};
