//! How many requests there were, and what became of them.

use std::sync::{Arc, Mutex, PoisonError};

/// Shared counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts(Arc<Mutex<Numbers>>);

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Numbers {
    pub(super) passed: u64,
    pub(super) recorded: u64,
    pub(super) challenges: u64,
    pub(super) unverified: u64,
    pub(super) unwritten: u64,
    pub(super) refused: u64,
}

impl Counts {
    pub(super) fn count(&self, change: impl FnOnce(&mut Numbers)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(super) fn now(&self) -> Numbers {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
