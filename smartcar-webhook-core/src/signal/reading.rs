//! Readings of a signal.

use std::fmt;

use super::body::Quantity;
use super::catalogue::KnownSignal;
use super::signal_type::SignalType;
use crate::payload::v4::{ReportedError, Scope, Signal, SignalError, SignalStatus, VehicleState};
use crate::payload::{RawJson, Timestamp, Unread};
use crate::unit::Unit;

/// One reading of the signal `S`: what it says, or why it says nothing, and when it was made.
pub struct Reading<'a, S: SignalType> {
    signal: &'a Signal,
    body: Result<S::Body, Unread>,
}

impl<'a, S: SignalType> Reading<'a, S> {
    /// What the reading says.
    ///
    /// # Errors
    ///
    /// Why it says nothing. A body beside an error is an old one, and no reading.
    pub fn body(&self) -> Result<&S::Body, Unread> {
        self.body.as_ref().map_err(Unread::clone)
    }

    /// The same, to keep.
    ///
    /// # Errors
    ///
    /// Those of [`body`](Self::body).
    pub fn into_body(self) -> Result<S::Body, Unread> {
        self.body
    }

    /// The unit as sent, or the one the signal is known to have.
    ///
    /// Beware of percent that is not sent: a fuel level of 0.77 without a unit has been seen.
    pub fn unit(&self) -> Option<Unit> {
        self.signal.sent_unit().or(S::UNIT)
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

impl<S: SignalType<Body = Quantity>> Reading<'_, S> {
    /// The value in another unit, made from its [own](Self::unit); `None` if there is no reading, or it [cannot be converted](Unit::convert).
    pub fn convert_to(&self, unit: &Unit) -> Option<f64> {
        self.unit()?.convert(self.body.as_ref().ok()?.value, unit)
    }
}

impl Signal {
    /// The unit as sent, or the one the signal is known to have.
    pub fn unit(&self) -> Option<Unit> {
        self.body()?;
        let known = || KnownSignal::by_code(&self.code())?.unit();
        self.sent_unit().or_else(known)
    }

    fn sent_unit(&self) -> Option<Unit> {
        self.body().and_then(Unit::of_body)
    }

    /// Reads this signal as an `S`, whatever its code.
    pub fn read<S: SignalType>(&self) -> Reading<'_, S> {
        let body = match self.body() {
            Some(body) => S::read(body).map_err(Unread::Misfit),
            None if self.is_error() => {
                let error = self.error().cloned().unwrap_or_default();
                let (error_type, code) = (error.error_type, error.code);
                Err(Unread::Failed { error_type, code })
            }
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
