//! How long a delivery rests between attempts.

use std::time::Duration;

/// Delays that grow from attempt to attempt.
#[derive(Clone, Debug)]
pub(crate) struct Backoff {
    first: Duration,
    factor: u32,
    longest: Duration,
}

impl Backoff {
    pub(crate) fn new(first: Duration, factor: u32, longest: Duration) -> Self {
        Self {
            first,
            factor,
            longest,
        }
    }

    /// The delay after so many attempts, of which a random part of up to a half is left out, so that what failed together does not come back together.
    pub(crate) fn after(&self, attempts: u32) -> Duration {
        let factor = self.factor.saturating_pow(attempts.saturating_sub(1));
        let delay = self.first.saturating_mul(factor).min(self.longest);
        delay.mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_up_to_the_longest() {
        let second = Duration::from_secs(1);
        let backoff = Backoff::new(2 * second, 4, 3600 * second);
        let whole = [2, 8, 32, 128, 512, 2048, 3600, 3600];
        for (attempts, seconds) in (1..).zip(whole) {
            for _ in 0..100 {
                let delay = backoff.after(attempts);
                let longest = seconds * second;
                assert!(
                    (longest / 2..=longest).contains(&delay),
                    "{attempts}: {delay:?}"
                );
            }
        }
        assert!(backoff.after(u32::MAX) <= 3600 * second);
        assert_eq!(
            Backoff::new(Duration::ZERO, 4, second).after(3),
            Duration::ZERO
        );
        assert!(Backoff::new(Duration::MAX, u32::MAX, Duration::MAX).after(9) > 3600 * second);
    }
}
