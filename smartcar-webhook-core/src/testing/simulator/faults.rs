//! What goes wrong on Smartcar's side and on the way.

use std::time::Duration;

use fastrand::Rng;

/// What goes wrong on Smartcar's side and on the way, how often.
///
/// A share is a number from 0 to 1.
///
/// ```
/// use smartcar_webhook_core::testing::simulator::Faults;
///
/// let faults = Faults::none().copies(0.05).lost_answers(0.01);
/// let stormy = Faults::storm();
/// ```
#[must_use]
#[derive(Clone, Debug, Default)]
pub struct Faults {
    copies: f64,
    lost_answers: f64,
    cut_off: f64,
    delayed: f64,
    bursts: f64,
    repeated_errors: f64,
    pub(super) stale_signer: bool,
}

impl Faults {
    /// Nothing goes wrong, and only what must be sent again is.
    pub fn none() -> Self {
        Self::default()
    }

    /// Everything goes wrong much more often than it should; but live deliveries are signed as they should be.
    pub fn storm() -> Self {
        Self::none()
            .copies(0.1)
            .lost_answers(0.05)
            .cut_off(0.05)
            .delayed(0.2)
            .bursts(0.01)
            .repeated_errors(0.2)
    }

    /// This share of events is sent once more for no reason, at the same time as the first attempt or up to a minute later.
    pub fn copies(mut self, share: f64) -> Self {
        self.copies = share;
        self
    }

    /// This share of answers is lost on the way: the receiver did its work, and Smartcar sends again.
    pub fn lost_answers(mut self, share: f64) -> Self {
        self.lost_answers = share;
        self
    }

    /// This share of connections breaks at some moment of the 15 s, most of them soon.
    ///
    /// An answer that comes sooner counts, so a receiver that waits for nothing is never cut off.
    pub fn cut_off(mut self, share: f64) -> Self {
        self.cut_off = share;
        self
    }

    /// This share of events is held up, for two minutes at most: later ones overtake it.
    pub fn delayed(mut self, share: f64) -> Self {
        self.delayed = share;
        self
    }

    /// After this share of events everything is held up for five minutes and then sent at once.
    pub fn bursts(mut self, share: f64) -> Self {
        self.bursts = share;
        self
    }

    /// This share of errors is told twice, as two events.
    pub fn repeated_errors(mut self, share: f64) -> Self {
        self.repeated_errors = share;
        self
    }

    /// After a rotation live deliveries are still signed with the first token, while challenges and tests are signed with the new one.
    ///
    /// This is how users explain what they reported since July 2026: challenges and tests that verify with the new token, and live deliveries that do not.
    pub fn stale_signer(mut self) -> Self {
        self.stale_signer = true;
        self
    }

    pub(super) fn error_is_repeated(&self, rng: &mut Rng) -> bool {
        chance(rng, self.repeated_errors)
    }

    pub(super) fn burst(&self, rng: &mut Rng) -> Option<Duration> {
        chance(rng, self.bursts).then(|| Duration::from_secs(300))
    }

    pub(super) fn delay(&self, rng: &mut Rng) -> Duration {
        let longest = if chance(rng, self.delayed) { 120 } else { 0 };
        Duration::from_secs(longest).mul_f64(rng.f64())
    }

    /// After how long a copy is sent, counted from the first attempt.
    pub(super) fn copy(&self, rng: &mut Rng) -> Option<Duration> {
        let at_once = rng.bool();
        let later = Duration::from_secs(60).mul_f64(rng.f64());
        chance(rng, self.copies).then_some(if at_once { Duration::ZERO } else { later })
    }

    pub(super) fn loses_answer(&self, rng: &mut Rng) -> bool {
        chance(rng, self.lost_answers)
    }

    /// After how much of Smartcar's patience the connection breaks.
    pub(super) fn cut(&self, rng: &mut Rng) -> Option<f64> {
        // Most answers come soon, so most breaks are tried soon.
        let at = rng.f64().powi(4);
        chance(rng, self.cut_off).then_some(at)
    }
}

fn chance(rng: &mut Rng, share: f64) -> bool {
    rng.f64() < share
}
