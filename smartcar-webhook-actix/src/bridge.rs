//! Between http 0.2, which actix-web speaks, and http 1.

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderName;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use bytes::Bytes;
use smartcar_webhook_core::{Error, Outcome};

/// The head of a request, its headers byte for byte.
///
/// actix-web's own extensions cannot be listed, nor sent to another thread; those of http 1 among them can.
pub(crate) fn head(request: &HttpRequest) -> http::Request<()> {
    let mut head = http::Request::new(());
    if let Ok(method) = http::Method::from_bytes(request.method().as_str().as_bytes()) {
        *head.method_mut() = method;
    }
    if let Ok(uri) = request.uri().to_string().parse() {
        *head.uri_mut() = uri;
    }
    for (name, value) in request.headers() {
        let name = http::HeaderName::from_bytes(name.as_str().as_bytes());
        let value = http::HeaderValue::from_bytes(value.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            head.headers_mut().append(name, value);
        }
    }
    if let Some(extensions) = request.extensions().get::<http::Extensions>() {
        head.extensions_mut().clone_from(extensions);
    }
    head
}

/// A response, its outcome or error in its extensions.
pub(crate) fn response(response: http::Response<Bytes>) -> HttpResponse {
    let (head, body) = response.into_parts();
    let status = StatusCode::from_u16(head.status.as_u16());
    let mut builder = HttpResponse::build(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    for (name, value) in &head.headers {
        if let Ok(name) = HeaderName::from_bytes(name.as_str().as_bytes()) {
            builder.append_header((name, value.as_bytes()));
        }
    }
    let mut response = builder.body(body);
    let mut extensions = response.extensions_mut();
    if let Some(outcome) = head.extensions.get::<Outcome>() {
        extensions.insert(*outcome);
    }
    if let Some(err) = head.extensions.get::<Error>() {
        extensions.insert(err.clone());
    }
    drop(extensions);
    response
}
