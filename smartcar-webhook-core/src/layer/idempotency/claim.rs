//! What is asked of a store: a key, what it stands for, and who asks.

use std::hash::{BuildHasher, RandomState};

use crate::payload::Key;

/// One attempt's claim to be the one that handles an event.
///
/// It has an id, which fences off who comes too late: a store lets nobody but the holder renew, complete or release.
///
/// ```
/// use smartcar_webhook_core::layer::idempotency::{Claim, Key};
///
/// let key = Key::from([7; 16]);
/// let (one, other) = (Claim::new(key, 42), Claim::new(key, 42));
/// assert_eq!(one.key(), other.key());
/// assert_ne!(one.id(), other.id());
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Claim {
    key: Key,
    fingerprint: u64,
    id: u64,
}

impl Claim {
    /// A claim to this key with an id of its own.
    pub fn new(key: Key, fingerprint: u64) -> Self {
        Self {
            key,
            fingerprint,
            // Every `RandomState` has other keys, and those of every process are random. Ids are compared under one key alone.
            id: RandomState::new().hash_one(()),
        }
    }

    /// What the event is remembered under.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// A digest of what every attempt to deliver the event has in common; a store keeps it and gives it back.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// Whose claim it is; no other claim to the key has the same, in whatever process it was made.
    pub fn id(&self) -> u64 {
        self.id
    }
}
