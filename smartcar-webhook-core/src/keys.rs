//! Where the keys of a receiver come from: fixed, swapped while it runs, fetched, or chosen by tenant.

mod cached;
mod shared;
mod source;

pub use self::cached::CachedKeys;
pub use self::shared::SharedKeyring;
pub use self::source::{KeySource, Unverified};
