//! The only way from HTTP to a delivery.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName};

use crate::error::{Error, ErrorKind};
use crate::payload::Delivery;
use crate::signature::Signature;
use crate::token::Keyring;

/// The header that carries the signature of a delivery.
pub const SC_SIGNATURE: HeaderName = HeaderName::from_static("sc-signature");

/// Checks the signature over the bytes as received, and only then reads them.
pub(crate) fn verify(keys: &Keyring, headers: &HeaderMap, body: Bytes) -> Result<Delivery, Error> {
    let verified_by = keys.signer(&body, &signature(headers)?)?;
    Delivery::new(body, Some(Arc::clone(verified_by)))
}

/// The signature of a request; a repeated header must repeat itself.
fn signature(headers: &HeaderMap) -> Result<Signature, Error> {
    let mut values = headers.get_all(SC_SIGNATURE).iter();
    let first = values
        .next()
        .ok_or_else(|| Error::new(ErrorKind::SignatureMissing))?;
    if values.any(|it| it != first) {
        return Err(Error::new(ErrorKind::SignatureAmbiguous));
    }
    Signature::from_hex(first)
}
