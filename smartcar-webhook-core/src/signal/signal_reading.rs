//! A reading to hand over.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::reading::Reading;
use super::signal_type::SignalType;
use crate::payload::v4::{Signal, VehicleState};

/// A reading of the signal `S` that says something, with the state it came in: what the handlers of a [`SignalRouter`](crate::SignalRouter) get.
///
/// It derefs to the body, so `charge.value` is the value of a [`TractionBatteryStateOfCharge`](super::TractionBatteryStateOfCharge).
pub struct SignalReading<S: SignalType> {
    state: Arc<VehicleState>,
    at: usize,
    body: S::Body,
}

impl<S: SignalType> SignalReading<S> {
    /// The signal at this place, if there is a reading of it.
    pub(crate) fn new(state: &Arc<VehicleState>, at: usize) -> Option<Self> {
        let body = state.signals.get(at)?.read::<S>().into_body().ok()?;
        Some(Self {
            state: Arc::clone(state),
            at,
            body,
        })
    }

    /// The state it is a part of: the vehicle, its owner, the other signals and the triggers.
    pub fn state(&self) -> &VehicleState {
        &self.state
    }

    /// The signal as it is in the delivery.
    pub fn signal(&self) -> &Signal {
        &self.state.signals[self.at]
    }

    /// The reading with its unit and its times; the body is read once more.
    pub fn reading(&self) -> Reading<'_, S> {
        self.signal().read()
    }
}

impl<S: SignalType> Deref for SignalReading<S> {
    type Target = S::Body;

    fn deref(&self) -> &S::Body {
        &self.body
    }
}

impl<S: SignalType> Clone for SignalReading<S>
where
    S::Body: Clone,
{
    fn clone(&self) -> Self {
        Self {
            state: Arc::clone(&self.state),
            at: self.at,
            body: self.body.clone(),
        }
    }
}

impl<S: SignalType> fmt::Debug for SignalReading<S>
where
    S::Body: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignalReading")
            .field("code", &S::CODE)
            .field("body", &self.body)
            .field("meta", &self.signal().meta)
            .finish_non_exhaustive()
    }
}
