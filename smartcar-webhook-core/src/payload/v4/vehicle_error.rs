//! VEHICLE_ERROR.

use super::{SignalRef, User, Vehicle};
use crate::error::Error;
use crate::json::{Extra, Kind, Piece, RawJson, Text, Wire, object, read};
use crate::payload::open::open_string;
use crate::payload::{ErrorType, Event};

/// A VEHICLE_ERROR: errors of one vehicle that came up or were resolved.
///
/// See [Smartcar Docs/Vehicle error](https://smartcar.com/docs/api-reference/webhooks/events/vehicle-error).
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct VehicleError {
    /// The owner.
    pub user: User,
    /// The vehicle.
    pub vehicle: Vehicle,
    /// The errors, in the order sent.
    pub errors: Vec<ReportedError>,
    /// What `data` held beside the fields above.
    pub extra: Extra,
}

object! {
    struct Body {
        vehicle_id: Option<Text> = "vehicleId",
        data: Option<Data> = "data",
    }
}

object! {
    struct Data keeps extra {
        user: User = "user",
        vehicle: Vehicle = "vehicle",
        errors: Option<Vec<ReportedError>> = "errors",
    }
}

object! {
    /// One error of a [`VehicleError`].
    #[non_exhaustive]
    pub struct ReportedError keeps extra {
        /// The kind of error.
        pub error_type: ErrorType = "type",
        /// The error within its type: `VEHICLE_NOT_CAPABLE`; null for `PERMISSION`.
        pub code: Option<Text> = "code",
        state: Option<ErrorState> = "state",
        /// What happened, for developers.
        pub description: Option<Text> = "description",
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

    /// What the error is about.
    pub fn scope(&self) -> Scope<'_> {
        match &self.signals {
            Some(signals) => Scope::Signals(signals),
            // Sent, but neither a list nor null.
            None if self.extra.get("signals").is_some() => Scope::Unknown,
            None => Scope::Vehicle,
        }
    }

    /// Whether the error is over.
    pub fn is_resolved(&self) -> bool {
        self.state() == ErrorState::RESOLVED
    }
}

/// What a [`ReportedError`] is about.
#[non_exhaustive]
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// These signals.
    Signals(&'a [SignalRef]),
    /// The vehicle as a whole: no signals were listed.
    Vehicle,
    /// Signals that were listed in no known form; see [`ReportedError::extra`].
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

/// What to do about an error: an object with a type and perhaps a URL, or a string.
#[non_exhaustive]
#[derive(Clone, Debug, Default)]
pub struct Resolution {
    /// `RETRY_LATER`, `REAUTHENTICATE`, `CONTACT_SUPPORT`, …; `None` when there is nothing to do.
    pub resolution_type: Option<Text>,
    /// Where to do it.
    pub url: Option<Text>,
    /// What was sent beside the fields above.
    pub extra: Extra,
}

object! {
    struct ResolutionParts keeps extra {
        resolution_type: Option<Text> = "type",
        url: Option<Text> = "url",
    }
}

impl Wire for Resolution {
    const KIND: Kind = Kind::Leaf;

    fn take_raw(&mut self, value: Piece<'_>) -> bool {
        let value = value.to_json();
        if let Some(text) = value.to_text() {
            self.resolution_type = Some(text);
            return true;
        }
        let Ok(parts) = read::<ResolutionParts>(&value) else {
            return false;
        };
        self.resolution_type = parts.resolution_type;
        self.url = parts.url;
        self.extra = parts.extra;
        true
    }
}

impl Event for VehicleError {
    const TYPE: &'static str = "VEHICLE_ERROR";

    fn read(body: &RawJson) -> Result<Self, Error> {
        let body: Body = read(body)?;
        let data = body.data.ok_or_else(|| Error::misfit("data"))?;
        Ok(Self {
            user: data.user,
            vehicle: data.vehicle.or_id(body.vehicle_id)?,
            errors: data.errors.ok_or_else(|| Error::misfit("data.errors"))?,
            extra: data.extra,
        })
    }
}
