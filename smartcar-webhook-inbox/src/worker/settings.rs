//! What holds for every attempt.

use std::time::Duration;

use crate::backoff::Backoff;

#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) max_attempts: u32,
    pub(super) lease: Duration,
    pub(super) backoff: Backoff,
}
