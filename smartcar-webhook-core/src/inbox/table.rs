//! The deliveries of an engine in memory, bounded in number.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use bytes::Bytes;
use hashlink::LinkedHashSet;

use crate::payload::Key;

/// Every delivery in the queue and among the dead letters, and the keys of those and of earlier ones.
///
/// Times count from any moment, the same for all calls.
pub(super) struct Table {
    capacity: usize,
    last: u64,
    queued: HashMap<u64, Queued>,
    /// When which delivery of the queue may be handed out.
    due: BTreeSet<(Duration, u64)>,
    dead: BTreeMap<u64, Buried>,
    /// The oldest first.
    keys: LinkedHashSet<Key>,
}

struct Queued {
    row: Bytes,
    attempt: u32,
    due: Duration,
    lease: Option<u64>,
}

/// A delivery that was given up.
#[derive(Clone)]
pub(super) struct Buried {
    pub(super) row: Bytes,
    pub(super) error: String,
    pub(super) attempts: u32,
    pub(super) at: Duration,
}

/// Which delivery, and which lease of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Ticket {
    id: u64,
    lease: u64,
}

/// A delivery that is handed out.
pub(super) struct HandedOut {
    pub(super) ticket: Ticket,
    pub(super) attempt: u32,
    pub(super) abandoned: bool,
    pub(super) row: Bytes,
}

/// There is no place for one more.
#[derive(Debug)]
pub(super) struct Full;

impl Table {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            last: 0,
            queued: HashMap::new(),
            due: BTreeSet::new(),
            dead: BTreeMap::new(),
            keys: LinkedHashSet::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.queued.len() + self.dead.len()
    }

    /// Says whether the delivery is new.
    pub(super) fn store(&mut self, key: Key, row: Bytes, now: Duration) -> Result<bool, Full> {
        if self.keys.contains(&key) {
            return Ok(false);
        }
        if self.len() >= self.capacity {
            return Err(Full);
        }
        if self.keys.len() >= self.capacity.saturating_mul(Self::KEYS_PER_PLACE) {
            self.keys.pop_front();
        }
        self.keys.insert(key);
        self.push(row, now);
        Ok(true)
    }

    /// How many keys are remembered for each delivery there is place for.
    pub(super) const KEYS_PER_PLACE: usize = 16;

    pub(super) fn claim(&mut self, max: usize, now: Duration, lease: Duration) -> Vec<HandedOut> {
        let mut handed_out = Vec::new();
        while handed_out.len() < max
            && let Some(&(due, id)) = self.due.first()
            && due <= now
        {
            let abandoned = self.queued.get(&id).is_some_and(|it| it.lease.is_some());
            if abandoned && !handed_out.is_empty() {
                break;
            }
            let number = self.number();
            let until = now.saturating_add(lease);
            let Some(queued) = self.schedule(id, until, Some(number)) else {
                break;
            };
            queued.attempt = queued.attempt.saturating_add(1);
            let ticket = Ticket { id, lease: number };
            handed_out.push(HandedOut {
                ticket,
                attempt: queued.attempt,
                abandoned,
                row: queued.row.clone(),
            });
            if abandoned {
                break;
            }
        }
        handed_out
    }

    /// When the next delivery may be handed out, if no other comes.
    pub(super) fn next_due(&self) -> Option<Duration> {
        self.due.first().map(|(due, _)| *due)
    }

    pub(super) fn renew(&mut self, ticket: Ticket, until: Duration) -> bool {
        self.is_holder(ticket)
            && self
                .schedule(ticket.id, until, Some(ticket.lease))
                .is_some()
    }

    pub(super) fn complete(&mut self, ticket: Ticket) -> bool {
        self.is_holder(ticket) && self.take(ticket.id).is_some()
    }

    pub(super) fn retry(&mut self, ticket: Ticket, at: Duration) -> bool {
        self.is_holder(ticket) && self.schedule(ticket.id, at, None).is_some()
    }

    pub(super) fn bury(&mut self, ticket: Ticket, error: &str, now: Duration) -> bool {
        if !self.is_holder(ticket) {
            return false;
        }
        let Some(queued) = self.take(ticket.id) else {
            return false;
        };
        let buried = Buried {
            row: queued.row,
            error: error.to_owned(),
            attempts: queued.attempt,
            at: now,
        };
        let id = self.number();
        self.dead.insert(id, buried);
        true
    }

    pub(super) fn dead(&self) -> &BTreeMap<u64, Buried> {
        &self.dead
    }

    pub(super) fn replay(&mut self, id: u64, now: Duration) -> bool {
        let Some(buried) = self.dead.remove(&id) else {
            return false;
        };
        self.push(buried.row, now);
        true
    }

    pub(super) fn delete(&mut self, id: u64) -> bool {
        self.dead.remove(&id).is_some()
    }

    fn push(&mut self, row: Bytes, due: Duration) {
        let id = self.number();
        self.due.insert((due, id));
        let queued = Queued {
            row,
            attempt: 0,
            due,
            lease: None,
        };
        self.queued.insert(id, queued);
    }

    fn take(&mut self, id: u64) -> Option<Queued> {
        let queued = self.queued.remove(&id)?;
        self.due.remove(&(queued.due, id));
        Some(queued)
    }

    fn schedule(&mut self, id: u64, due: Duration, lease: Option<u64>) -> Option<&mut Queued> {
        let queued = self.queued.get_mut(&id)?;
        self.due.remove(&(queued.due, id));
        self.due.insert((due, id));
        queued.due = due;
        queued.lease = lease;
        Some(queued)
    }

    fn is_holder(&self, ticket: Ticket) -> bool {
        let queued = self.queued.get(&ticket.id);
        queued.is_some_and(|it| it.lease == Some(ticket.lease))
    }

    /// Each greater than those before.
    fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}
