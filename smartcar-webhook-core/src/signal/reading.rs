//! Readings of a signal.

use std::fmt;

use super::signal_type::SignalType;
use crate::error::Error;
use crate::payload::v4::{ReportedError, Scope, Signal, SignalError, SignalStatus, VehicleState};
use crate::payload::{RawJson, Timestamp};
use crate::unit::Unit;

/// One reading of the signal `S`: what it says, or why it says nothing, and when it was made.
pub struct Reading<'a, S: SignalType> {
    signal: &'a Signal,
    body: Result<S::Body, Unread>,
}

/// Why a reading says nothing.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub enum Unread {
    /// Smartcar could not read the signal; see [`Reading::error`].
    Failed,
    /// Neither a body nor an error was sent.
    Empty,
    /// The body does not have the shape of its signal; see [`Reading::sent_body`].
    Misfit(Error),
}

impl<'a, S: SignalType> Reading<'a, S> {
    /// What the reading says.
    ///
    /// # Errors
    ///
    /// Why it says nothing. A body beside an error is an old one, and no reading.
    pub fn body(&self) -> Result<&S::Body, &Unread> {
        self.body.as_ref()
    }

    /// The same, to keep.
    ///
    /// # Errors
    ///
    /// Those of [`body`](Self::body).
    pub fn into_body(self) -> Result<S::Body, Unread> {
        self.body
    }

    /// The unit as sent, or the one the signal is documented to have, if it has one.
    ///
    /// Where both temperatures are in use the documentation has none to fall back on but Celsius: look at the body if it matters.
    pub fn unit(&self) -> Option<Unit> {
        let sent = self.signal.body().and_then(Unit::of_body);
        sent.or(S::UNIT)
    }

    /// Why Smartcar could not read the signal.
    pub fn error(&self) -> Option<&'a SignalError> {
        self.signal.error()
    }

    /// Whether it could.
    pub fn status(&self) -> &'a SignalStatus {
        &self.signal.status
    }

    /// When the vehicle or its manufacturer recorded it; `None` where that is unknown.
    pub fn oem_updated_at(&self) -> Option<&'a Timestamp> {
        self.signal.meta.oem_updated_at()
    }

    /// When Smartcar read it from the manufacturer; `None` where that is unknown.
    pub fn retrieved_at(&self) -> Option<&'a Timestamp> {
        self.signal.meta.retrieved_at()
    }

    /// The body as sent, even one beside an error, which is an old one.
    pub fn sent_body(&self) -> Option<&'a RawJson> {
        self.signal.sent_body()
    }

    /// The signal as it is in the delivery.
    pub fn signal(&self) -> &'a Signal {
        self.signal
    }
}

impl Signal {
    /// Reads this signal as an `S`, whatever its code.
    pub fn read<S: SignalType>(&self) -> Reading<'_, S> {
        let body = match self.body() {
            Some(body) => S::read(body).map_err(Unread::Misfit),
            None if self.is_error() => Err(Unread::Failed),
            None => Err(Unread::Empty),
        };
        Reading { signal: self, body }
    }
}

impl VehicleState {
    /// The reading of a signal; `None` if none was sent.
    ///
    /// That is not to say that the vehicle has no such signal: some deliveries hold only what changed.
    pub fn signal<S: SignalType>(&self) -> Option<Reading<'_, S>> {
        self.signal_by_code(S::CODE).map(Signal::read)
    }

    /// What a signal says now; `None` if it was not sent, could not be read, or has another shape.
    pub fn current<S: SignalType>(&self) -> Option<S::Body> {
        self.signal::<S>()?.into_body().ok()
    }

    /// Whether this signal is among the reasons for the delivery.
    pub fn triggered_by<S: SignalType>(&self) -> bool {
        self.triggered_by_code(S::CODE)
    }
}

impl ReportedError {
    /// Whether the error is about this signal: it is listed, or the error is about the vehicle as a whole.
    pub fn concerns<S: SignalType>(&self) -> bool {
        match self.scope() {
            Scope::Signals(signals) => signals.iter().any(|it| it.has_code(S::CODE)),
            Scope::Vehicle => true,
            Scope::Unknown => false,
        }
    }
}

impl<S: SignalType> fmt::Debug for Reading<'_, S>
where
    S::Body: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading")
            .field("code", &S::CODE)
            .field("body", &self.body)
            .field("meta", &self.signal.meta)
            .finish_non_exhaustive()
    }
}

impl<S: SignalType> Clone for Reading<'_, S>
where
    S::Body: Clone,
{
    fn clone(&self) -> Self {
        Self {
            signal: self.signal,
            body: self.body.clone(),
        }
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed => f.write_str("the signal could not be read"),
            Self::Empty => f.write_str("the signal has no body"),
            Self::Misfit(err) => err.fmt(f),
        }
    }
}

impl std::error::Error for Unread {}
