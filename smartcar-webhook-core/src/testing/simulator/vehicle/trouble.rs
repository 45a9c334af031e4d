//! Errors: what keeps a vehicle, or some of its signals, from being read.

use std::time::Duration;

use super::kind::Kind;
use super::plans::Step;
use super::{Vehicle, between, minutes};

/// An error that came up or was resolved.
pub(in super::super) struct Trouble {
    pub(in super::super) kind: &'static Kind,
    pub(in super::super) is_resolved: bool,
    /// The codes of the signals affected; none if it is about the whole vehicle.
    pub(in super::super) signals: Vec<&'static str>,
}

/// An error that is open.
pub(super) struct Open {
    pub(super) kind: &'static Kind,
    until: Duration,
}

impl Vehicle {
    pub(super) fn fail(&mut self, kind: &'static Kind) -> Option<Trouble> {
        let signals = self.affected_by(kind);
        let is_void = signals.is_empty() && !kind.signals.is_empty();
        let is_awake = kind.is_sleep() && !self.cabin.is_asleep;
        if self.trouble.is_some() || is_void || is_awake {
            return None;
        }
        let (low, high) = kind.hours;
        let until = self.now + minutes(between(&mut self.rng, low, high) * 60.0);
        self.trouble = Some(Open { kind, until });
        self.plans.push(until, Step::Recover);
        Some(Trouble {
            kind,
            is_resolved: false,
            signals,
        })
    }

    /// Resolves the error whose time is over; it may have been resolved before.
    pub(super) fn recover(&mut self) -> Option<Trouble> {
        self.resolve(|it, now| it.until <= now)
    }

    /// A vehicle somebody gets into does not sleep.
    pub(super) fn wake_up(&mut self) -> Option<Trouble> {
        self.resolve(|it, _| it.kind.is_sleep())
    }

    fn resolve(&mut self, is_over: fn(&Open, Duration) -> bool) -> Option<Trouble> {
        let now = self.now;
        let open = self.trouble.take_if(|it| is_over(it, now))?;
        Some(Trouble {
            kind: open.kind,
            is_resolved: true,
            signals: self.affected_by(open.kind),
        })
    }

    fn affected_by(&self, kind: &Kind) -> Vec<&'static str> {
        let signals = kind.signals.iter().copied();
        signals.filter(|it| self.supports(it)).collect()
    }
}
