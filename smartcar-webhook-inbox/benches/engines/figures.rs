//! Durations, in short.

use std::fmt;
use std::time::Duration;

/// How long each of some calls took.
pub(crate) struct Times(Vec<Duration>);

impl Times {
    /// # Panics
    ///
    /// When there are none.
    pub(crate) fn new(mut each: Vec<Duration>) -> Self {
        assert!(!each.is_empty());
        each.sort_unstable();
        Self(each)
    }

    fn percentile(&self, percent: usize) -> Duration {
        self.0[self.0.len() * percent / 100]
    }
}

/// Median and 99th percentile.
impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (median, p99) = (self.percentile(50), self.percentile(99));
        write!(f, "{median:.1?} / {p99:.1?}")
    }
}

/// How many of these there were in a second.
pub(crate) fn per_second(count: usize, elapsed: Duration) -> String {
    let rate = count as u128 * 1_000_000 / elapsed.as_micros().max(1);
    format!("{rate}/s")
}
