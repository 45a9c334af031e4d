//! What all attempts to deliver an event have in common.

use sha2::{Digest, Sha256};

use crate::json::{Extra, RawJson, object, read};
use crate::payload::Delivery;

object! {
    struct Body keeps extra {
        data: Data = "data",
        _meta: RawJson = "meta",
    }
}

object! {
    struct Data keeps extra {
        /// In version 3.0, and on pages of 4.0, `meta` stands here.
        _meta: RawJson = "meta",
    }
}

/// A digest of the body without `meta`, in which the id and the time of the attempt stand; the order of members does not matter.
///
/// 2.0 has no such part: there, every attempt has the same body.
pub(crate) fn fingerprint(delivery: &Delivery) -> u64 {
    let mut hash = Sha256::new();
    match read::<Body>(delivery.json()) {
        Ok(body) => {
            update(&mut hash, &body.extra);
            update(&mut hash, &body.data.extra);
        }
        Err(_) => hash.update(delivery.raw()),
    }
    let digest: [u8; 32] = hash.finalize().into();
    u64::from_be_bytes(std::array::from_fn(|i| digest[i]))
}

fn update(hash: &mut Sha256, members: &Extra) {
    let mut members: Vec<_> = members.iter().collect();
    members.sort_by_key(|(key, _)| *key);
    hash.update((members.len() as u64).to_be_bytes());
    for (key, value) in members {
        for text in [key, value.as_str()] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
    }
}
