//! Types that are the body of an endpoint.

use crate::error::Error;
use crate::payload::RawJson;

/// A type that is the body of one endpoint.
///
/// Those of all known endpoints are in [this module](super#structs). Of another one, write it as an [`Event`](crate::payload::Event) of your own is written.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is the body of no endpoint",
    note = "the bodies of endpoints are in `smartcar_webhook_core::endpoint`"
)]
pub trait Endpoint: Sized + 'static {
    /// Its path, with the leading slash.
    const PATH: &'static str;

    /// Reads a body.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Misfit`](crate::ErrorKind::Misfit) with the path of what is missing or does not fit; it costs this response alone.
    fn read(body: &RawJson) -> Result<Self, Error>;
}
