//! What one endpoint said.

use super::Headers;
use crate::json::{RawJson, Text, object, read};
use crate::payload::ApiError;

object! {
    /// What one endpoint said.
    #[non_exhaustive]
    pub struct EndpointResponse keeps extra {
        /// The path of the endpoint, with its leading slash: `/battery`.
        pub path: Text = "path" expected,
        /// The HTTP status: 200, or that of an error.
        pub code: Option<u16> = "code" expected,
        sent_body: Option<RawJson> = "body",
        /// The headers; often absent beside an error.
        pub headers: Headers = "headers",
    }
}

impl EndpointResponse {
    /// Whether the endpoint answered with a 2xx status, or with none.
    pub fn is_success(&self) -> bool {
        self.code.is_none_or(|it| (200..300).contains(&it))
    }

    /// The body of a success, such as `{"percentRemaining": 0.58, "range": 283.2}` of `/battery`.
    pub fn body(&self) -> Option<&RawJson> {
        self.sent_body.as_ref().filter(|_| self.is_success())
    }

    /// The error object of anything else, as sent.
    pub fn error_body(&self) -> Option<&RawJson> {
        self.sent_body.as_ref().filter(|_| !self.is_success())
    }

    /// Why there is no body; `None` for a success.
    ///
    /// An error that is no object is one without fields; see [`error_body`](Self::error_body).
    pub fn error(&self) -> Option<ApiError> {
        let read = |it: &RawJson| read(it).unwrap_or_default();
        (!self.is_success()).then(|| self.error_body().map(read).unwrap_or_default())
    }

    /// Whether this is its path; the leading slash does not count.
    pub fn has_path(&self, path: &str) -> bool {
        // None at all is not that of the vehicle itself, which is `/`.
        !self.path.is_empty() && self.path.trim_start_matches('/') == path.trim_start_matches('/')
    }
}
