//! That of ring, in assembly and Rust.

use ring::hmac::{self, HMAC_SHA256, Key};
use zeroize::optimization_barrier;

/// The hash states after the key, copied for each message; overwritten when dropped, but not the copies.
pub(crate) struct Mac(Key);

impl Mac {
    pub(crate) const NAME: &str = "ring";

    pub(crate) fn new(key: &[u8]) -> Self {
        Self(Key::new(HMAC_SHA256, key))
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 32] {
        let tag = hmac::sign(&self.0, message);
        tag.as_ref().try_into().expect("a tag of SHA-256")
    }

    /// In constant time.
    pub(crate) fn verify(&self, message: &[u8], tag: &[u8; 32]) -> bool {
        hmac::verify(&self.0, message, tag).is_ok()
    }
}

/// ring overwrites nothing, so the states of another key take the place of these.
impl Drop for Mac {
    fn drop(&mut self) {
        self.0 = Key::new(HMAC_SHA256, &[]);
        optimization_barrier(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use std::mem::needs_drop;

    use ring::hmac::Key;

    /// Once ring overwrites its keys, the `Drop` here may go, and what is said of ring in SECURITY.md.
    #[test]
    fn ring_overwrites_nothing_by_itself() {
        assert!(!needs_drop::<Key>());
    }
}
