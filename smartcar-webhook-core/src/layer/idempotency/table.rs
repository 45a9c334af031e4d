//! The states of keys, bounded in number.

use std::time::Duration;

use hashlink::LinkedHashMap;

use super::{Claim, Claimed, Key};
use crate::outcome::Outcome;

/// Every key that is not free, the oldest first, apart by state, so that what is done never pushes out what is in flight.
///
/// Times count from any moment, the same for all calls.
pub(super) struct Table {
    capacity: usize,
    in_flight: LinkedHashMap<Key, InFlight>,
    done: LinkedHashMap<Key, Done>,
}

struct InFlight {
    id: u64,
    fingerprint: u64,
    until: Duration,
}

// Small, for there may be a million of them.
struct Done {
    fingerprint: u64,
    /// In whole seconds.
    until: u32,
    outcome: Outcome,
}

/// Every place is taken by a key in flight.
#[derive(Debug)]
pub(super) struct Full;

impl Table {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            in_flight: LinkedHashMap::new(),
            done: LinkedHashMap::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.in_flight.len() + self.done.len()
    }

    pub(super) fn claim(
        &mut self,
        claim: &Claim,
        now: Duration,
        lease: Duration,
    ) -> Result<Claimed, Full> {
        self.forget(now);
        if let Some(done) = self.done(claim.key(), now) {
            return Ok(Claimed::Done {
                fingerprint: done.fingerprint,
                outcome: done.outcome,
            });
        }
        if let Some(held) = self.in_flight(claim.key(), now) {
            return Ok(Claimed::InFlight {
                fingerprint: held.fingerprint,
            });
        }
        self.make_room(claim.key())?;
        let held = InFlight {
            id: claim.id(),
            fingerprint: claim.fingerprint(),
            until: now.saturating_add(lease),
        };
        self.in_flight.insert(*claim.key(), held);
        Ok(Claimed::Granted)
    }

    pub(super) fn renew(&mut self, claim: &Claim, now: Duration, lease: Duration) -> bool {
        if !self.is_holder(claim) {
            return false;
        }
        let held = self.in_flight.to_back(claim.key());
        held.map(|it| it.until = now.saturating_add(lease))
            .is_some()
    }

    pub(super) fn complete(
        &mut self,
        claim: &Claim,
        outcome: Outcome,
        now: Duration,
        time_to_live: Duration,
    ) -> bool {
        self.forget(now);
        let holder = self.in_flight(claim.key(), now);
        let is_anothers = holder.is_some_and(|it| it.id != claim.id());
        let is_done = self.done(claim.key(), now).is_some();
        if is_anothers || is_done || self.make_room(claim.key()).is_err() {
            return false;
        }
        let done = Done {
            fingerprint: claim.fingerprint(),
            until: whole_seconds(now.saturating_add(time_to_live)),
            outcome,
        };
        self.done.insert(*claim.key(), done);
        true
    }

    pub(super) fn release(&mut self, claim: &Claim) {
        if self.is_holder(claim) {
            self.in_flight.remove(claim.key());
        }
    }

    fn is_holder(&self, claim: &Claim) -> bool {
        let held = self.in_flight.get(claim.key());
        held.is_some_and(|it| it.id == claim.id())
    }

    fn in_flight(&self, key: &Key, now: Duration) -> Option<&InFlight> {
        self.in_flight.get(key).filter(|it| it.until > now)
    }

    fn done(&self, key: &Key, now: Duration) -> Option<&Done> {
        self.done.get(key).filter(|it| it.is_live(now))
    }

    /// Frees a place for this key: its own, or that of what was done the longest ago.
    fn make_room(&mut self, key: &Key) -> Result<(), Full> {
        self.in_flight.remove(key);
        self.done.remove(key);
        if self.len() < self.capacity || self.done.pop_front().is_some() {
            Ok(())
        } else {
            Err(Full)
        }
    }

    /// Frees the places of what has ended. Whoever asks for a longer time than others keeps those behind it waiting, for a place alone.
    fn forget(&mut self, now: Duration) {
        while let Some((_, held)) = self.in_flight.front()
            && held.until <= now
        {
            self.in_flight.pop_front();
        }
        while let Some((_, done)) = self.done.front()
            && !done.is_live(now)
        {
            self.done.pop_front();
        }
    }
}

impl Done {
    fn is_live(&self, now: Duration) -> bool {
        Duration::from_secs(self.until.into()) > now
    }
}

/// Rounded up.
fn whole_seconds(time: Duration) -> u32 {
    let seconds = u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
    seconds.saturating_add(u32::from(time.subsec_nanos() > 0))
}
