//! Not more often than so.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Lets so many things pass in a span of time, of all clones together.
///
/// The span begins with the first thing that passes and the next one with the first after its end, so twice as many may pass in quick succession around the end of one.
#[derive(Clone)]
pub(crate) struct Throttle {
    count: u32,
    per: Duration,
    clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    span: Arc<Mutex<Option<Span>>>,
}

struct Span {
    began: Instant,
    passed: u32,
}

impl Throttle {
    pub(crate) fn new(
        count: u32,
        per: Duration,
        clock: impl Fn() -> Instant + Send + Sync + 'static,
    ) -> Self {
        Self {
            count,
            per,
            clock: Arc::new(clock),
            span: Arc::default(),
        }
    }

    /// Whether one more may pass now.
    pub(crate) fn admits(&self) -> bool {
        let now = (self.clock)();
        let mut span = self.span.lock().unwrap_or_else(PoisonError::into_inner);
        let span = match &mut *span {
            Some(span) if now.saturating_duration_since(span.began) < self.per => span,
            span => span.insert(Span {
                began: now,
                passed: 0,
            }),
        };
        if span.passed >= self.count {
            return false;
        }
        span.passed += 1;
        true
    }
}

impl fmt::Debug for Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Throttle({} per {:?})", self.count, self.per)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::{Duration, Instant};

    use super::Throttle;

    #[test]
    fn so_many_pass_in_a_span() {
        let start = Instant::now();
        let now = Arc::new(Mutex::new(start));
        let clock = Arc::clone(&now);
        let throttle = Throttle::new(2, Duration::from_secs(10), move || *clock.lock().unwrap());
        let expected = [
            (0, true),
            (1, true),
            (9, false),
            (10, true),
            (19, true),
            (19, false),
            (20, true),
        ];
        for (second, admitted) in expected {
            *now.lock().unwrap() = start + Duration::from_secs(second);
            assert_eq!(throttle.clone().admits(), admitted, "{second}");
        }
        assert!(!Throttle::new(0, Duration::MAX, Instant::now).admits());
        assert_eq!(format!("{throttle:?}"), "Throttle(2 per 10s)");
    }
}
