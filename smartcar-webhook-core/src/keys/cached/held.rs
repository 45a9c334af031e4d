//! The keys a cache holds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::token::{Keyring, ManagementToken};

/// Keys as they were fetched last, and after them those that had gone from their source by then.
pub(super) struct Held {
    keys: Vec<Key>,
    /// The same, to verify with.
    ring: Arc<Keyring>,
    /// Of the fetch that gave them: they are as old as that.
    pub(super) start: Start,
}

/// When a fetch began, and how many had begun by then.
#[derive(Clone, Copy)]
pub(super) struct Start {
    pub(super) number: u64,
    pub(super) at: Instant,
}

struct Key {
    label: Arc<str>,
    token: ManagementToken,
    gone: Option<Instant>,
}

impl Held {
    /// What was fetched, and of the keys before it those that are not in it: gone now, if they were not before.
    pub(super) fn new(fetched: &Keyring, before: Option<Self>, start: Start, now: Instant) -> Self {
        let fetched = fetched.iter().map(|(label, token)| Key {
            label: Arc::clone(label),
            token: token.clone(),
            gone: None,
        });
        let mut keys: Vec<_> = fetched.collect();
        for mut old in before.into_iter().flat_map(|it| it.keys) {
            if !keys.iter().any(|it| it.token.is(&old.token)) {
                old.gone.get_or_insert(now);
                keys.push(old);
            }
        }
        Self {
            ring: ring(&keys),
            keys,
            start,
        }
    }

    pub(super) fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.start.at)
    }

    /// The keys to accept: without those that are gone for as long as the overlap.
    pub(super) fn ring(&mut self, overlap: Duration, now: Instant) -> Arc<Keyring> {
        let held = self.keys.len();
        self.keys.retain(|it| {
            it.gone
                .is_none_or(|gone| now.saturating_duration_since(gone) < overlap)
        });
        if self.keys.len() < held {
            self.ring = ring(&self.keys);
        }
        Arc::clone(&self.ring)
    }
}

fn ring(keys: &[Key]) -> Arc<Keyring> {
    let keys = keys
        .iter()
        .map(|it| (Arc::clone(&it.label), it.token.clone()));
    Arc::new(Keyring::of(keys.collect()))
}
