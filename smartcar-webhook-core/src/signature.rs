//! HMAC-SHA256 over the bytes received.

use std::fmt;
use std::sync::Arc;

use crate::error::{Error, ErrorKind};
use crate::token::{Keyring, ManagementToken};

/// The value of an `SC-Signature` header: HMAC-SHA256 of the body, keyed by the management token.
///
/// See [Smartcar Docs/Payload verification](https://smartcar.com/docs/integrations/webhooks/payload-verification).
///
/// # Security
///
/// A signature is as good as the delivery it signs, so `Debug` hides it; [`to_hex`](Self::to_hex) gives it.
/// Signatures are compared by [`Keyring::verify`] alone, in constant time.
#[derive(Clone)]
pub struct Signature([u8; 32]);

impl Signature {
    /// Reads 64 hexadecimal digits, upper or lower case.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SignatureMalformed`] for anything else, a truncated signature among it.
    pub fn from_hex(digits: impl AsRef<[u8]>) -> Result<Self, Error> {
        let mut signature = [0; 32];
        hex::decode_to_slice(digits, &mut signature)
            .map_err(|_| Error::new(ErrorKind::SignatureMalformed))?;
        Ok(Self(signature))
    }

    /// The 64 lower-case hexadecimal digits that go into the header, or into the answer to a challenge.
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature([redacted])")
    }
}

impl ManagementToken {
    /// Signs a message as Smartcar does.
    ///
    /// # Security
    ///
    /// Never sign what a stranger chose: challenges and deliveries are signed alike, so the answer may be a valid signature of a forged delivery.
    ///
    /// ```
    /// use smartcar_webhook_core::ManagementToken;
    ///
    /// # fn main() -> Result<(), smartcar_webhook_core::TokenError> {
    /// let signature = ManagementToken::new("amt")?.sign(br#"{"pizza":"pasta"}"#);
    /// assert!(signature.to_hex().starts_with("4c05a8da471f0515"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.keyed().sign(message))
    }

    /// Whether the other is the same token, which shows in its signatures alone.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.signed(b"", &other.sign(b""))
    }

    fn signed(&self, message: &[u8], signature: &Signature) -> bool {
        self.keyed().verify(message, &signature.0)
    }
}

impl Keyring {
    /// The label of the first key that made `signature` for exactly these bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SignatureMismatch`] when none did.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<&str, Error> {
        self.signer(message, signature).map(|(label, _)| &**label)
    }

    pub(crate) fn signer(
        &self,
        message: &[u8],
        signature: &Signature,
    ) -> Result<(&Arc<str>, &ManagementToken), Error> {
        self.iter()
            .find(|(_, key)| key.signed(message, signature))
            .ok_or_else(|| Error::new(ErrorKind::SignatureMismatch))
    }
}
