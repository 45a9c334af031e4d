//! When something in the life of a vehicle happened, on the clock of the deliveries.

use std::collections::BTreeMap;
use std::time::Duration;

/// When something in the life of a vehicle happened, on the clock of the deliveries.
pub(super) struct Calendar {
    /// In ms since the epoch.
    started_ms: i64,
    /// For lives that go faster or slower than the clock: when was when.
    marks: Option<BTreeMap<Duration, i64>>,
}

impl Calendar {
    /// Of lives as fast as the clock.
    pub(super) const fn natural(started_ms: i64) -> Self {
        Self {
            started_ms,
            marks: None,
        }
    }

    /// Of lives that go as they go.
    pub(super) const fn paced(started_ms: i64) -> Self {
        Self {
            started_ms,
            marks: Some(BTreeMap::new()),
        }
    }

    /// Notes how far the lives have come at this time; once a second.
    pub(super) fn mark(&mut self, life: Duration, now_ms: i64) {
        if let Some(marks) = &mut self.marks {
            let last = marks
                .last_key_value()
                .map_or(self.started_ms, |(_, ms)| *ms);
            if now_ms >= last.saturating_add(1000) {
                marks.insert(life, now_ms);
            }
        }
    }

    /// When a moment of a life was, in ms since the epoch.
    pub(super) fn millis(&self, life: Duration) -> i64 {
        let natural = i64::try_from(life.as_millis()).unwrap_or(i64::MAX);
        match &self.marks {
            None => self.started_ms.saturating_add(natural),
            Some(marks) => {
                let before = marks.range(..=life).next_back();
                before.map_or(self.started_ms, |(_, ms)| *ms)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Calendar;

    #[test]
    fn moments_stay_where_they_were() {
        let at = Duration::from_secs;
        let natural = Calendar::natural(10_000);
        assert_eq!(natural.millis(at(5)), 15_000);
        let mut paced = Calendar::paced(10_000);
        for (life, now_ms) in [(3600, 11_000), (3601, 11_500), (7200, 12_100)] {
            paced.mark(at(life), now_ms);
        }
        for (life, expected) in [(0, 10_000), (3600, 11_000), (3700, 11_000), (9000, 12_100)] {
            assert_eq!(paced.millis(at(life)), expected, "{life}");
        }
    }
}
