//! How long answers took.

use std::collections::BTreeMap;
use std::time::Duration;

/// How long answers took, to two digits, in memory that does not grow with their number.
#[derive(Clone, Debug, Default)]
pub(super) struct Latency {
    /// In microseconds.
    counts: BTreeMap<u64, u64>,
    total: u64,
    longest: Duration,
}

impl Latency {
    pub(super) fn add(&mut self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let digits = micros.checked_ilog10().unwrap_or_default();
        let step = 10_u64.pow(digits.saturating_sub(1));
        *self.counts.entry(micros / step * step).or_default() += 1;
        self.total += 1;
        self.longest = self.longest.max(time);
    }

    pub(super) fn longest(&self) -> Duration {
        self.longest
    }

    /// What this percentage took at most; nothing if there was no answer.
    pub(super) fn percentile(&self, percent: u64) -> Duration {
        let rank = (self.total * percent).div_ceil(100);
        let mut seen = 0;
        for (micros, count) in &self.counts {
            seen += count;
            if seen >= rank {
                return Duration::from_micros(*micros);
            }
        }
        Duration::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_have_two_digits() {
        let mut latency = Latency::default();
        assert_eq!(latency.percentile(50), Duration::ZERO);
        for ms in 1..=1000 {
            latency.add(Duration::from_millis(ms));
        }
        assert_eq!(latency.percentile(50), Duration::from_millis(500));
        assert_eq!(latency.percentile(99), Duration::from_millis(990));
        assert_eq!(latency.longest(), Duration::from_secs(1));
        assert!(latency.counts.len() < 300);
        latency.add(Duration::ZERO);
        assert_eq!(latency.percentile(0), Duration::ZERO);
    }
}
