//! Which attempt to deliver an event this is.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};

use crate::payload::Delivery;

/// How often the events that failed lately did.
#[derive(Default)]
pub(super) struct Attempts {
    hash: RandomState,
    failures: HashMap<u64, u32>,
    oldest: VecDeque<u64>,
}

/// Of more events the oldest are forgotten: Smartcar retries for ten minutes at most.
const MOST_EVENTS: usize = 10_000;

impl Attempts {
    pub(super) fn of(&self, delivery: &Delivery) -> u32 {
        // Nothing is hashed while nothing fails.
        if self.failures.is_empty() {
            return 1;
        }
        let failures = self.failures.get(&self.key(delivery));
        failures.map_or(1, |it| it.saturating_add(1))
    }

    pub(super) fn ended(&mut self, delivery: &Delivery, well: bool) {
        if well && self.failures.is_empty() {
            return;
        }
        let key = self.key(delivery);
        if well {
            self.failures.remove(&key);
            return;
        }
        let failures = self.failures.entry(key).or_insert_with(|| {
            self.oldest.push_back(key);
            0
        });
        *failures = failures.saturating_add(1);
        if self.oldest.len() > MOST_EVENTS
            && let Some(oldest) = self.oldest.pop_front()
        {
            self.failures.remove(&oldest);
        }
    }

    fn key(&self, delivery: &Delivery) -> u64 {
        self.hash.hash_one(delivery.idempotency_key())
    }
}
