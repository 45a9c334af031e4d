//! From what happened to an HTTP response: the one table.

use std::error::Error as _;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};

use crate::error::{Error, ErrorKind};
use crate::outcome::Outcome;
use crate::signature::Signature;

/// What to answer a request.
pub(crate) enum Answer {
    Challenge(Signature),
    Acknowledged(Outcome),
    Refused(Error),
}

impl Answer {
    pub(crate) fn challenge(signature: Signature) -> Self {
        tracing::info!("challenge answered");
        Self::Challenge(signature)
    }

    pub(crate) fn refused(err: Error) -> Self {
        match err.kind() {
            // Signed by Smartcar, and still refused.
            ErrorKind::OutsideReplayWindow => {
                tracing::warn!(code = err.kind().code(), "request refused: {err}");
            }
            ErrorKind::Misfit => {
                tracing::warn!(path = err.path(), "delivery acknowledged, but: {err}");
            }
            ErrorKind::KeysUnavailable => tracing::error!(
                code = err.kind().code(),
                error = err.source(),
                "request refused: {err}"
            ),
            // Anybody can have these written, as often as they like: the answer to a challenge signs a text that is no object.
            _ => tracing::debug!(code = err.kind().code(), "request refused: {err}"),
        }
        Self::Refused(err)
    }

    /// The status of every answer; never 202, 204 or a redirect, which count as success on one page of Smartcar's and not on another.
    fn status(&self) -> StatusCode {
        let Self::Refused(err) = self else {
            return StatusCode::OK;
        };
        match err.kind() {
            // It would come again in the same shape, and the last refusal loses it or disables the webhook.
            ErrorKind::Misfit => StatusCode::OK,
            ErrorKind::NotAnObject | ErrorKind::BodyIncomplete => StatusCode::BAD_REQUEST,
            ErrorKind::SignatureMissing
            | ErrorKind::SignatureMalformed
            | ErrorKind::SignatureAmbiguous
            | ErrorKind::SignatureMismatch => StatusCode::UNAUTHORIZED,
            ErrorKind::ChallengeRefused
            | ErrorKind::ChallengeUnknownWebhook
            | ErrorKind::ChallengeDisarmed
            | ErrorKind::OutsideReplayWindow => StatusCode::FORBIDDEN,
            ErrorKind::ChallengeThrottled => StatusCode::TOO_MANY_REQUESTS,
            ErrorKind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            ErrorKind::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            ErrorKind::HandlerFailed | ErrorKind::HandlerPanicked => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            ErrorKind::KeysUnavailable
            | ErrorKind::DeadlineExceeded
            | ErrorKind::Overloaded
            | ErrorKind::ShuttingDown
            | ErrorKind::Cancelled
            | ErrorKind::InFlight
            | ErrorKind::StoreUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The response; the [`Outcome`] or the [`Error`] goes into its extensions for layers further out.
    pub(crate) fn into_response(self) -> Response<Bytes> {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = self.status();
        match self {
            Self::Challenge(signature) => {
                set_json(
                    &mut response,
                    format!(r#"{{"challenge":"{}"}}"#, signature.to_hex()),
                );
            }
            Self::Acknowledged(outcome) => {
                response.extensions_mut().insert(outcome);
            }
            Self::Refused(err) => {
                if response.status() != StatusCode::OK {
                    set_json(
                        &mut response,
                        format!(r#"{{"error":"{}"}}"#, err.kind().code()),
                    );
                }
                if err.kind() == ErrorKind::MethodNotAllowed {
                    let headers = response.headers_mut();
                    headers.insert(ALLOW, HeaderValue::from_static("POST"));
                }
                response.extensions_mut().insert(err);
            }
        }
        response
    }
}

fn set_json(response: &mut Response<Bytes>, body: String) {
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    *response.body_mut() = Bytes::from(body);
}

#[cfg(test)]
mod tests {
    use super::Answer;
    use crate::{Error, ErrorKind, ManagementToken, Outcome};

    #[test]
    fn every_row_of_the_table() {
        let refusals = [
            (ErrorKind::MethodNotAllowed, 405, "method_not_allowed"),
            (ErrorKind::BodyTooLarge, 413, "body_too_large"),
            (ErrorKind::BodyIncomplete, 400, "body_incomplete"),
            (ErrorKind::ChallengeRefused, 403, "challenge_refused"),
            (
                ErrorKind::ChallengeUnknownWebhook,
                403,
                "challenge_unknown_webhook",
            ),
            (ErrorKind::ChallengeDisarmed, 403, "challenge_disarmed"),
            (ErrorKind::ChallengeThrottled, 429, "challenge_throttled"),
            (ErrorKind::OutsideReplayWindow, 403, "outside_replay_window"),
            (ErrorKind::SignatureMissing, 401, "signature_missing"),
            (ErrorKind::SignatureMalformed, 401, "signature_malformed"),
            (ErrorKind::SignatureAmbiguous, 401, "signature_ambiguous"),
            (ErrorKind::SignatureMismatch, 401, "signature_mismatch"),
            (ErrorKind::KeysUnavailable, 503, "keys_unavailable"),
            (ErrorKind::NotAnObject, 400, "not_an_object"),
            (ErrorKind::HandlerFailed, 500, "handler_failed"),
            (ErrorKind::HandlerPanicked, 500, "handler_panicked"),
            (ErrorKind::DeadlineExceeded, 503, "deadline_exceeded"),
            (ErrorKind::Overloaded, 503, "overloaded"),
            (ErrorKind::ShuttingDown, 503, "shutting_down"),
            (ErrorKind::Cancelled, 503, "cancelled"),
            (ErrorKind::InFlight, 503, "in_flight"),
            (ErrorKind::StoreUnavailable, 503, "store_unavailable"),
        ];
        // And the misfit below.
        assert_eq!(refusals.len() + 1, ErrorKind::ALL.len());
        for (kind, status, code) in refusals {
            let response = Answer::Refused(Error::new(kind)).into_response();
            assert_eq!(response.status(), status, "{kind:?}");
            assert_eq!(response.body(), format!(r#"{{"error":"{code}"}}"#).as_str());
            assert_eq!(response.headers()["content-type"], "application/json");
            assert_eq!(response.headers().contains_key("allow"), status == 405);
            assert_eq!(response.extensions().get::<Error>().unwrap().kind(), kind);
        }

        let misfit = Answer::Refused(Error::misfit("data")).into_response();
        assert_eq!((misfit.status().as_u16(), misfit.body().len()), (200, 0));
        assert!(misfit.extensions().get::<Error>().is_some());

        for outcome in [
            Outcome::Handled,
            Outcome::Unhandled,
            Outcome::Accepted,
            Outcome::Filtered,
            Outcome::Stored,
            Outcome::Duplicate,
        ] {
            let response = Answer::Acknowledged(outcome).into_response();
            assert_eq!(
                (response.status().as_u16(), response.body().len()),
                (200, 0)
            );
            assert_eq!(response.extensions().get::<Outcome>(), Some(&outcome));
        }

        let signature = ManagementToken::new("amt").unwrap().sign(b"challenge");
        let response = Answer::Challenge(signature).into_response();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(
            response.body(),
            r#"{"challenge":"9baf5a7464bd86740ad5a06e439dcf535a075022ed2c92d74efacf646d79328e"}"#
        );
    }
}
