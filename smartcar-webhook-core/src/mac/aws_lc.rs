//! That of AWS-LC, in assembly and C.

use aws_lc_rs::hmac::{self, HMAC_SHA256, Key};

/// The hash states after the key, copied for each message; AWS-LC overwrites them when dropped, and the padded key at once.
pub(crate) struct Mac(Key);

impl Mac {
    pub(crate) const NAME: &str = "aws-lc-rs";

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

#[cfg(test)]
mod tests {
    use std::mem::needs_drop;

    use aws_lc_rs::hmac::Key;

    /// By `HMAC_CTX_cleanup`, all of it; what is left in memory is looked for in `tests/token_memory.rs`.
    #[test]
    fn the_keyed_state_has_something_to_do_when_dropped() {
        assert!(needs_drop::<Key>());
    }
}
