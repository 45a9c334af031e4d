//! Which attempt to deliver an event this is.

use std::hash::{BuildHasher, RandomState};

use hashlink::LruCache;

use crate::payload::Delivery;

/// How often the events that failed lately did.
pub(super) struct Attempts {
    hash: RandomState,
    failures: LruCache<u64, u32>,
}

/// Of more events the oldest are forgotten: Smartcar retries for ten minutes at most.
const MOST_EVENTS: usize = 10_000;

impl Attempts {
    pub(super) fn of(&self, delivery: &Delivery) -> u32 {
        // Nothing is hashed while nothing fails.
        if self.failures.is_empty() {
            return 1;
        }
        let failures = self.failures.peek(&self.key(delivery));
        failures.map_or(1, |it| it.saturating_add(1))
    }

    pub(super) fn ended(&mut self, delivery: &Delivery, well: bool) {
        if well && self.failures.is_empty() {
            return;
        }
        let key = self.key(delivery);
        let failures = self.failures.remove(&key).unwrap_or_default();
        if !well {
            self.failures.insert(key, failures.saturating_add(1));
        }
    }

    fn key(&self, delivery: &Delivery) -> u64 {
        self.hash.hash_one(delivery.idempotency_key())
    }
}

impl Default for Attempts {
    fn default() -> Self {
        Self {
            hash: RandomState::new(),
            failures: LruCache::new(MOST_EVENTS),
        }
    }
}
