//! Where the keys of a receiver come from: fixed, replaced while it runs, fetched from a secret manager, or chosen by request.

mod cached;
mod shared;
mod source;

pub use self::cached::CachedKeys;
pub use self::shared::SharedKeyring;
pub use self::source::{KeySource, Unverified};
