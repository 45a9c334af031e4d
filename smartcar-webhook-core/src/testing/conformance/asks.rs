//! What is asked of an answer by more than this library.

/// What Smartcar, or security, asks of the answer to a request; any other answer falls short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// Any 2xx: Smartcar takes all else, redirects too, for a failure.
    Success,
    /// 200 and the hash, as JSON.
    Hash,
    /// Anything but a success, for it is to come again.
    Failure,
    /// Anything but a success; and it must not break.
    Refusal,
    /// It must not break.
    Survival,
}

impl Asks {
    /// What is asked where this library answers with a status.
    pub(super) fn of(status: u16) -> Self {
        match status {
            200 => Self::Success,
            500 => Self::Failure,
            401 | 403 | 413 => Self::Refusal,
            _ => Self::Survival,
        }
    }

    pub(super) fn allows(self, status: u16) -> bool {
        let is_success = (200..300).contains(&status);
        // 501 says that the method is not known.
        let is_broken = status >= 500 && status != 501;
        match self {
            Self::Success => is_success,
            Self::Hash => status == 200,
            Self::Failure => !is_success,
            Self::Refusal => !is_success && !is_broken,
            Self::Survival => !is_broken,
        }
    }

    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::Success => "a success (2xx)",
            Self::Hash => "200 with the hash of the challenge",
            Self::Failure => "a failure (5xx)",
            Self::Refusal => "a refusal (4xx)",
            Self::Survival => "an answer, and no 5xx",
        }
    }
}
