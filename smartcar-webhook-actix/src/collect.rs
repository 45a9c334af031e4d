//! Reading a request body to its end, or to its limit.

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::Payload;
use bytes::Bytes;
use smartcar_webhook_core::{Error, ErrorKind, Verifier};

use crate::bridge;

/// The whole of a request, if it is worth reading.
pub(crate) async fn collect(
    verifier: &Verifier,
    request: &HttpRequest,
    payload: Payload,
) -> Result<http::Request<Bytes>, Error> {
    let head = bridge::head(request);
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|it| it.to_str().ok()?.parse().ok());
    verifier.admit(head.method(), length)?;
    match payload.to_bytes_limited(verifier.body_limit()).await {
        Ok(Ok(body)) => Ok(head.map(|()| body)),
        Ok(Err(err)) => Err(Error::with_source(
            ErrorKind::BodyIncomplete,
            err.to_string(),
        )),
        Err(_) => Err(Error::new(ErrorKind::BodyTooLarge)),
    }
}
