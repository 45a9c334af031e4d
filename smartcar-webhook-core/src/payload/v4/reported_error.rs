//! One error of a VEHICLE_ERROR.

use super::SignalRef;
use crate::json::{Text, object, open_string};
use crate::payload::{ErrorCode, ErrorType, Resolution};

object! {
    /// One error of a [`VehicleError`](super::VehicleError).
    #[non_exhaustive]
    pub struct ReportedError keeps extra {
        /// The kind of error.
        pub error_type: ErrorType = "type" expected,
        /// The error within its type; null for `PERMISSION`.
        pub code: Option<ErrorCode> = "code",
        state: Option<ErrorState> = "state",
        /// What happened, for developers.
        pub description: Option<Text> = "description" expected,
        /// What to tell the owner.
        pub suggested_user_message: Option<Text> = "suggestedUserMessage",
        /// The page on this error; not to be parsed.
        pub doc_url: Option<Text> = "docURL",
        /// What to do about it.
        pub resolution: Option<Resolution> = "resolution",
        signals: Option<Vec<SignalRef>> = "signals",
    }
}

impl ReportedError {
    /// Whether the error came up or was resolved; one without a state came up.
    pub fn state(&self) -> ErrorState {
        self.state.clone().unwrap_or(ErrorState::ERROR)
    }

    /// Whether the error is over.
    pub fn is_resolved(&self) -> bool {
        self.state() == ErrorState::RESOLVED
    }

    /// What the error is about.
    pub fn scope(&self) -> Scope<'_> {
        match &self.signals {
            Some(signals) if !signals.is_empty() => Scope::Signals(signals),
            Some(_) => Scope::Unknown,
            // Sent, but neither a list nor null.
            None if self.extra.get("signals").is_some() => Scope::Unknown,
            None => Scope::Vehicle,
        }
    }

    /// Whether the owner's account is no longer connected: nothing of the vehicle can be read until the owner goes through Smartcar Connect again.
    ///
    /// That is
    ///
    /// * a `CONNECTED_SERVICES_ACCOUNT` error with the code `AUTHENTICATION_FAILED` or `PERMISSION`, or with the resolution `REAUTHENTICATE`;
    /// * a `PERMISSION` error of the [vehicle as a whole](Scope::Vehicle).
    ///
    /// A `PERMISSION` error of some signals is [another thing](Self::is_missing_permission), and so are an error that is [over](Self::is_resolved) and what the owner mends elsewhere: `VIRTUAL_KEY_REQUIRED`, `SUBSCRIPTION`, `ACCOUNT_ISSUE`.
    pub fn is_disconnection(&self) -> bool {
        let is_asked_for = || {
            let code = self.code.as_ref();
            let resolution = self.resolution.as_ref();
            code.is_some_and(|it| {
                *it == ErrorCode::AUTHENTICATION_FAILED || *it == ErrorCode::PERMISSION
            }) || resolution.is_some_and(Resolution::is_reauthenticate)
        };
        !self.is_resolved()
            && (self.error_type == ErrorType::CONNECTED_SERVICES_ACCOUNT && is_asked_for()
                || self.error_type == ErrorType::PERMISSION
                    && matches!(self.scope(), Scope::Vehicle))
    }

    /// Whether the grant or the plan leaves out the [listed signals](Self::scope): the others go on, and nothing is disconnected.
    ///
    /// Smartcar writes `REAUTHENTICATE` here too, though signals the plan does not cover stay missing after it.
    pub fn is_missing_permission(&self) -> bool {
        !self.is_resolved()
            && self.error_type == ErrorType::PERMISSION
            && !matches!(self.scope(), Scope::Vehicle)
    }
}

/// What a [`ReportedError`] is about.
#[non_exhaustive]
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// These signals.
    Signals(&'a [SignalRef]),
    /// The vehicle as a whole: there is no list of signals.
    Vehicle,
    /// There is a list, but an empty one, or one in no known form; see [`ReportedError::extra`].
    Unknown,
}

open_string! {
    /// Whether an error came up or was resolved.
    pub struct ErrorState {
        /// It came up.
        ERROR = "ERROR",
        /// It was resolved; sent later, as another event.
        RESOLVED = "RESOLVED",
    }
}
