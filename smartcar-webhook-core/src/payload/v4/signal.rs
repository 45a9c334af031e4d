//! One reading of a vehicle.

use std::borrow::Cow;

use super::signal_ref::{is_code, normal_code};
use crate::json::{RawJson, Text, object, open_string};
use crate::payload::{ErrorCode, ErrorType};
use crate::time::Timestamp;

object! {
    /// One signal of a [`VehicleState`](super::VehicleState): a reading, or the reason why there is none.
    ///
    /// See [Smartcar Docs/Signals](https://smartcar.com/docs/api-reference/signals).
    #[non_exhaustive]
    pub struct Signal keeps extra {
        pub(super) code: Text = "code" expected,
        /// `StateOfCharge`.
        pub name: Text = "name" expected,
        /// `TractionBattery`.
        pub group: Text = "group" expected,
        pub(super) sent_body: Option<RawJson> = "body",
        /// Whether it could be read; absent before November 2025.
        pub status: SignalStatus = "status",
        /// When it was recorded and read.
        pub meta: SignalMeta = "meta",
    }
}

impl Signal {
    /// Group and name in lower case: `tractionbattery-stateofcharge`; also where it was sent in another spelling, or not at all.
    pub fn code(&self) -> Cow<'_, str> {
        normal_code(Some(&self.code), Some(&self.group), Some(&self.name))
    }

    /// Whether this is its code.
    pub fn has_code(&self, code: &str) -> bool {
        is_code(Some(&self.code), code).unwrap_or_else(|| self.code() == code)
    }

    /// The reading, such as `{"value": 78, "unit": "percent"}`; `None` for a signal that could not be read.
    pub fn body(&self) -> Option<&RawJson> {
        self.sent_body.as_ref().filter(|_| !self.is_error())
    }

    /// The body as sent, even one beside an error, which is an old one.
    pub fn sent_body(&self) -> Option<&RawJson> {
        self.sent_body.as_ref()
    }

    /// Why there is no reading.
    pub fn error(&self) -> Option<&SignalError> {
        self.status.error.as_ref()
    }

    /// Whether the signal could not be read: it has an error, or a status other than success. Without a status it could.
    pub fn is_error(&self) -> bool {
        let value = self.status.value.as_ref();
        self.error().is_some() || value.is_some_and(|it| *it != StatusValue::SUCCESS)
    }
}

object! {
    /// Whether a signal could be read.
    #[non_exhaustive]
    pub struct SignalStatus keeps extra {
        /// Success or error.
        pub value: Option<StatusValue> = "value" expected,
        /// Which error.
        pub error: Option<SignalError> = "error",
    }
}

open_string! {
    /// Whether a signal could be read, in a word.
    pub struct StatusValue {
        /// It could.
        SUCCESS = "SUCCESS",
        /// It could not.
        ERROR = "ERROR",
        /// It is not available; known from Smartcar's REST API alone.
        UNAVAILABLE = "UNAVAILABLE",
    }
}

object! {
    /// Why a signal could not be read.
    #[non_exhaustive]
    pub struct SignalError keeps extra {
        /// The kind of error.
        pub error_type: ErrorType = "type" expected,
        /// The error within its type; null for `PERMISSION`.
        pub code: Option<ErrorCode> = "code",
    }
}

object! {
    /// The times of a signal.
    #[non_exhaustive]
    pub struct SignalMeta keeps extra {
        oem_updated_at: Option<Timestamp> = "oemUpdatedAt",
        retrieved_at: Option<Timestamp> = "retrievedAt",
        fetched_at: Option<Timestamp> = "fetchedAt",
    }
}

impl SignalMeta {
    /// When the vehicle or its manufacturer recorded the reading; `None` where it is unknown, which is also sent as 0.
    pub fn oem_updated_at(&self) -> Option<&Timestamp> {
        known(self.oem_updated_at.as_ref())
    }

    /// When Smartcar read it from the manufacturer; `None` where it is unknown, which is also sent as 0.
    ///
    /// Deliveries have it as `retrievedAt`, some pages as `fetchedAt`.
    pub fn retrieved_at(&self) -> Option<&Timestamp> {
        known(self.retrieved_at.as_ref().or(self.fetched_at.as_ref()))
    }
}

fn known(time: Option<&Timestamp>) -> Option<&Timestamp> {
    time.filter(|it| it.millis() != Some(0))
}
