//! The numbers of a simulation.

use std::fmt;

/// The numbers of a simulation.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Totals {
    /// Events that were sent at least once, or are about to be: the sum of `acknowledged`, `waiting`, `dropped` and `discarded`.
    pub events: u64,
    /// Events that were acknowledged.
    pub acknowledged: u64,
    /// Of those, how many were not at their first attempt.
    pub redelivered: u64,
    /// Events that were neither acknowledged nor given up so far.
    pub waiting: u64,
    /// Events that were given up after their last attempt.
    pub dropped: u64,
    /// Events that were given up because their webhook was disabled.
    pub discarded: u64,
    /// Events that came while their webhook was disabled or unverified, and were never sent.
    pub unsent: u64,
    /// Requests with an event in them.
    pub attempts: u64,
    /// Of those, how many were [copies](super::super::Faults::copies), which are sent beside the attempts of an event.
    pub copies: u64,
    /// Challenges that were sent.
    pub challenges: u64,
    /// Of those, how many were not answered rightly.
    pub challenges_failed: u64,
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = [
            ("events", self.events),
            ("acknowledged", self.acknowledged),
            ("of those redelivered", self.redelivered),
            ("to be redelivered", self.waiting),
            ("dropped after the last attempt", self.dropped),
            ("discarded with a disabled webhook", self.discarded),
            ("never sent by a disabled webhook", self.unsent),
            ("attempts", self.attempts),
            ("of those copies", self.copies),
            ("challenges", self.challenges),
            ("of those answered wrongly", self.challenges_failed),
        ];
        for (name, number) in rows {
            writeln!(f, "  {name:<34}{number}")?;
        }
        Ok(())
    }
}
