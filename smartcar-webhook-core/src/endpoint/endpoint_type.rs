//! Types that are the body of an endpoint.

use crate::error::Error;
use crate::payload::RawJson;

/// A type that is the body of one endpoint.
///
/// Those of all known endpoints are in [this module](super#structs). For another one, write it:
///
/// ```
/// use smartcar_webhook_core::Error;
/// use smartcar_webhook_core::endpoint::Endpoint;
/// use smartcar_webhook_core::payload::RawJson;
///
/// #[derive(serde::Deserialize)]
/// struct Compass {
///     heading: String,
/// }
///
/// impl Endpoint for Compass {
///     const PATH: &'static str = "/compass";
///
///     fn read(body: &RawJson) -> Result<Self, Error> {
///         body.read()
///     }
/// }
/// ```
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
