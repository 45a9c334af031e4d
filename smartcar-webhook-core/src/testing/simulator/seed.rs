//! What is made of the seed.

use fastrand::Rng;
use sha2::{Digest, Sha256};

use crate::testing::basics;

/// A source of its own for each thing of a simulation, so that none changes with what happens to others.
pub(super) fn derived(seed: u64, thing: &str, numbers: &[u64]) -> Rng {
    let mut hash = Sha256::new();
    hash.update(thing);
    for number in std::iter::once(&seed).chain(numbers) {
        hash.update(number.to_be_bytes());
    }
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&hash.finalize()[..8]);
    Rng::with_seed(u64::from_be_bytes(bytes))
}

/// An id in the form of a random UUID.
pub(super) fn uuid(rng: &mut Rng) -> String {
    basics::uuid(&hex::encode(rng.u128(..).to_be_bytes()))
}
