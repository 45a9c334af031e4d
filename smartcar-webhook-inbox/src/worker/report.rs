//! What a worker did.

use std::sync::atomic::{AtomicU64, Ordering};

/// What became of the attempts of a [`Worker`](crate::Worker) between its start and its end.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct WorkerReport {
    completed: u64,
    retried: u64,
    buried: u64,
    lost: u64,
    given_back: u64,
}

impl WorkerReport {
    /// Deliveries that were handled.
    pub fn completed(&self) -> u64 {
        self.completed
    }

    /// Attempts that failed and will be followed by another.
    pub fn retried(&self) -> u64 {
        self.retried
    }

    /// Deliveries that were given up.
    pub fn buried(&self) -> u64 {
        self.buried
    }

    /// Attempts whose lease was lost, or whose result the queue could not be told: the delivery is handed out again.
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// Attempts that were cut off at the end of the [drain](crate::Worker::drain), or never begun: the delivery is handed out again at once.
    pub fn given_back(&self) -> u64 {
        self.given_back
    }
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum End {
    Completed,
    Retried,
    Buried,
    Lost,
    GivenBack,
}

#[derive(Debug, Default)]
pub(super) struct Counts([AtomicU64; 5]);

impl Counts {
    pub(super) fn count(&self, end: End) {
        self.0[end as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn report(&self) -> WorkerReport {
        let of = |end: End| self.0[end as usize].load(Ordering::Relaxed);
        WorkerReport {
            completed: of(End::Completed),
            retried: of(End::Retried),
            buried: of(End::Buried),
            lost: of(End::Lost),
            given_back: of(End::GivenBack),
        }
    }
}
