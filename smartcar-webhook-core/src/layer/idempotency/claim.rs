//! What is asked of a store: a key, what it stands for, and who asks.

use std::fmt;
use std::hash::{BuildHasher, RandomState};

use sha2::{Digest, Sha256};

/// What an event is remembered under: 16 bytes, in which no id of the event can be read.
///
/// `Display` writes them as 32 lower-case hexadecimal digits, the same in every process and every version of this library that reads a delivery alike.
///
/// Two events of the same key would be taken for one, and the second not handled.
/// The keys are SHA-256 cut to half its length: among a thousand million events, two share a key once in some 10²⁰ times.
/// Nobody who cannot sign a delivery can choose what goes into one.
///
/// ```
/// use smartcar_webhook_core::layer::idempotency::Key;
///
/// let key = Key::from([7; 16]);
/// assert_eq!(key.to_string(), "07070707070707070707070707070707");
/// assert_eq!(key.as_bytes(), &[7; 16]);
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Key([u8; 16]);

impl Key {
    /// The key made of these parts, in this order.
    pub(super) fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            // With its length, so that no two lists of parts look alike.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let digest: [u8; 32] = hash.finalize().into();
        Self(std::array::from_fn(|i| digest[i]))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl From<[u8; 16]> for Key {
    fn from(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

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
