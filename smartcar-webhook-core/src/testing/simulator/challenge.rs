//! A challenge that is to be sent.

use bytes::Bytes;
use http::Uri;

/// A challenge, and where it is sent to.
pub(super) struct Challenge {
    pub(super) callback: Uri,
    pub(super) text: String,
    pub(super) body: Bytes,
    pub(super) is_signed: bool,
}
