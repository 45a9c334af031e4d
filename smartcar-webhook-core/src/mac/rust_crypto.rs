//! That of the project RustCrypto, in Rust alone.

use hmac::{Hmac, KeyInit, Mac as _};
use sha2::Sha256;

/// The hash state after the key, to be cloned for each message; overwritten when dropped.
pub(crate) struct Mac(Hmac<Sha256>);

impl Mac {
    pub(crate) const NAME: &str = "RustCrypto";

    pub(crate) fn new(key: &[u8]) -> Self {
        Self(Hmac::new_from_slice(key).expect("a key of any length"))
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 32] {
        let mac = self.0.clone().chain_update(message);
        mac.finalize().into_bytes().into()
    }

    /// In constant time.
    pub(crate) fn verify(&self, message: &[u8], tag: &[u8; 32]) -> bool {
        let mac = self.0.clone().chain_update(message);
        mac.verify_slice(tag).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use hmac::block_api::HmacCore;
    use hmac::digest::CtOutput;
    use hmac::digest::block_api::Buffer;
    use hmac::{EagerHash, Hmac};
    use sha2::Sha256;
    use zeroize::ZeroizeOnDrop;

    use super::Mac;

    fn size_of_overwritten<T: ZeroizeOnDrop>() -> usize {
        size_of::<T>()
    }

    /// Does not compile without the features that have hash, buffer and output overwrite themselves.
    ///
    /// `Hmac` promises nothing of its own, but it is two hashes, one for each pad, and a buffer, and no more.
    #[test]
    fn all_of_the_keyed_state_is_overwritten_when_dropped() {
        let hash = size_of_overwritten::<<Sha256 as EagerHash>::Core>();
        let buffer = size_of_overwritten::<Buffer<HmacCore<Sha256>>>();
        assert_eq!(size_of::<Mac>(), 2 * hash + buffer);
        assert_eq!(size_of_overwritten::<CtOutput<Hmac<Sha256>>>(), 32);
    }
}
