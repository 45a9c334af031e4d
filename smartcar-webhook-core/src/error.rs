//! What can go wrong with a delivery: one opaque error with a kind.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// Any error, as handlers and tower middleware return it.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// Why a request or a delivery was not handled.
///
/// Those of this crate carry no token, no signature and no value of the payload; a [path](Self::path) may name members of it.
/// A [source](StdError::source) is kept as it was given: that of an [`ErrorKind::HandlerFailed`] is the error your own handler returned.
///
/// Layers make errors of a kind to choose the answer: [`ErrorKind::Overloaded`] is answered 503.
///
/// # Examples
///
/// ```
/// use smartcar_webhook_core::{Error, ErrorKind};
///
/// let err = Error::new(ErrorKind::Overloaded);
/// assert_eq!(err.kind(), ErrorKind::Overloaded);
/// assert_eq!(err.to_string(), "too many deliveries at once");
/// ```
// `Clone` because the error travels in `http::Extensions`, hence the `Arc`.
#[derive(Clone, Debug)]
pub struct Error {
    kind: ErrorKind,
    path: Option<Arc<str>>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// Makes an error of this kind.
    pub fn new(kind: ErrorKind) -> Self {
        Self {
            kind,
            path: None,
            source: None,
        }
    }

    /// Makes an error of this kind that another error caused.
    pub fn with_source(kind: ErrorKind, source: impl Into<BoxError>) -> Self {
        Self {
            source: Some(Arc::from(source.into())),
            ..Self::new(kind)
        }
    }

    /// Makes an [`ErrorKind::Misfit`] at `path`, such as `data.vehicle.id`.
    pub fn misfit<'a>(path: impl Into<Cow<'a, str>>) -> Self {
        Self {
            path: Some(Arc::from(path.into())),
            ..Self::new(ErrorKind::Misfit)
        }
    }

    /// What happened.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Where in the payload the shape was not the expected one, such as `data.vehicle.id`, for an [`ErrorKind::Misfit`].
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.message())?;
        match &self.path {
            Some(path) => write!(f, " at `{path}`"),
            None => Ok(()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|err| &**err as _)
    }
}

/// An [`Error`] that went through middleware as a [`BoxError`] comes out as it was; anything else is an [`ErrorKind::HandlerFailed`].
impl From<BoxError> for Error {
    fn from(err: BoxError) -> Self {
        match err.downcast::<Self>() {
            Ok(err) => *err,
            Err(err) => Self::with_source(ErrorKind::HandlerFailed, err),
        }
    }
}

/// What happened, as something to match on and to count by.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ErrorKind {
    /// The request was not a POST.
    MethodNotAllowed,
    /// The body was longer than the limit.
    BodyTooLarge,
    /// The body broke off before its end.
    BodyIncomplete,
    /// A VERIFY carried a challenge that must not be signed.
    ChallengeRefused,
    /// A VERIFY was for a webhook that the [`ChallengePolicy`](crate::ChallengePolicy) does not list.
    ChallengeUnknownWebhook,
    /// The [`ChallengePolicy`](crate::ChallengePolicy) answers no challenge at this time.
    ChallengeDisarmed,
    /// There were more challenges than the [`ChallengePolicy`](crate::ChallengePolicy) answers; answered 429.
    ChallengeThrottled,
    /// There was no `SC-Signature` header.
    SignatureMissing,
    /// The `SC-Signature` header was not 64 hexadecimal digits.
    SignatureMalformed,
    /// There were several `SC-Signature` headers, and they differed.
    SignatureAmbiguous,
    /// No key of the ring made this signature for these bytes.
    SignatureMismatch,
    /// The keys to verify with could not be had; answered 503.
    KeysUnavailable,
    /// The delivery was signed, but sent too long ago, or ahead of its time, for the [replay window](crate::Verifier::with_replay_window).
    OutsideReplayWindow,
    /// The body was signed, but is not a JSON object.
    NotAnObject,
    /// The payload does not have the shape of its event type; answered 200, for it would come again in the same shape.
    Misfit,
    /// The handler returned an error, or a layer one of no kind; answered 500.
    HandlerFailed,
    /// The handler panicked; answered 500.
    HandlerPanicked,
    /// The time for the answer was spent; for layers to return and answered 503, as are the kinds below.
    DeadlineExceeded,
    /// More deliveries were under way than allowed.
    Overloaded,
    /// The receiver is being shut down.
    ShuttingDown,
    /// The work was dropped before its end, half done perhaps.
    Cancelled,
    /// A copy of this delivery is still being handled.
    InFlight,
    /// A store the answer depends on could not be reached.
    StoreUnavailable,
}

impl ErrorKind {
    pub(crate) const ALL: &'static [Self] = &[
        Self::MethodNotAllowed,
        Self::BodyTooLarge,
        Self::BodyIncomplete,
        Self::ChallengeRefused,
        Self::ChallengeUnknownWebhook,
        Self::ChallengeDisarmed,
        Self::ChallengeThrottled,
        Self::SignatureMissing,
        Self::SignatureMalformed,
        Self::SignatureAmbiguous,
        Self::SignatureMismatch,
        Self::KeysUnavailable,
        Self::OutsideReplayWindow,
        Self::NotAnObject,
        Self::Misfit,
        Self::HandlerFailed,
        Self::HandlerPanicked,
        Self::Cancelled,
        Self::DeadlineExceeded,
        Self::Overloaded,
        Self::ShuttingDown,
        Self::InFlight,
        Self::StoreUnavailable,
    ];

    /// Whether a delivery that ends so counts as one that failed: not one that was acknowledged all the same, nor one that came while its copy was handled, or while the receiver was stopped.
    pub(crate) fn is_failure(self) -> bool {
        !matches!(self, Self::Misfit | Self::InFlight | Self::ShuttingDown)
    }

    /// The short code that refusals carry in their body and that metrics can be counted by.
    ///
    /// ```
    /// # use smartcar_webhook_core::ErrorKind;
    /// assert_eq!(ErrorKind::SignatureMissing.code(), "signature_missing");
    /// ```
    pub fn code(self) -> &'static str {
        self.texts().0
    }

    fn message(self) -> &'static str {
        self.texts().1
    }

    fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::MethodNotAllowed => ("method_not_allowed", "only POST is answered"),
            Self::BodyTooLarge => ("body_too_large", "body is longer than the limit"),
            Self::BodyIncomplete => ("body_incomplete", "body broke off before its end"),
            Self::ChallengeRefused => ("challenge_refused", "challenge is not one to sign"),
            Self::ChallengeUnknownWebhook => (
                "challenge_unknown_webhook",
                "challenge is for a webhook that is not listed",
            ),
            Self::ChallengeDisarmed => (
                "challenge_disarmed",
                "challenges are not answered at this time",
            ),
            Self::ChallengeThrottled => ("challenge_throttled", "too many challenges"),
            Self::SignatureMissing => ("signature_missing", "signature header is missing"),
            Self::SignatureMalformed => (
                "signature_malformed",
                "signature header is not 64 hexadecimal digits",
            ),
            Self::SignatureAmbiguous => (
                "signature_ambiguous",
                "several signature headers that differ",
            ),
            Self::SignatureMismatch => (
                "signature_mismatch",
                "signature does not fit the body under any key",
            ),
            Self::KeysUnavailable => ("keys_unavailable", "keys to verify with cannot be had"),
            Self::OutsideReplayWindow => (
                "outside_replay_window",
                "delivery is from too long ago, or ahead of its time",
            ),
            Self::NotAnObject => ("not_an_object", "body is not a JSON object"),
            Self::Misfit => ("misfit", "payload does not have the expected shape"),
            Self::HandlerFailed => ("handler_failed", "handler failed"),
            Self::HandlerPanicked => ("handler_panicked", "handler panicked"),
            Self::DeadlineExceeded => ("deadline_exceeded", "time for the answer is spent"),
            Self::Overloaded => ("overloaded", "too many deliveries at once"),
            Self::ShuttingDown => ("shutting_down", "receiver is shutting down"),
            Self::Cancelled => ("cancelled", "work was dropped before its end"),
            Self::InFlight => ("in_flight", "a copy of this delivery is being handled"),
            Self::StoreUnavailable => ("store_unavailable", "store cannot be reached"),
        }
    }
}
