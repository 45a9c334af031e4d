//! When Smartcar sends again.

use std::time::Duration;

/// When Smartcar sends a delivery again that was not acknowledged, and what it does when no attempt was.
///
/// The waits are those between one failure and the next attempt.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RetrySchedule {
    pub(super) waits: Vec<Duration>,
    pub(super) disables: bool,
}

impl RetrySchedule {
    /// After 25 s, 50 s and 100 s; then the event is dropped and the webhook goes on: 4.0.
    ///
    /// See [Smartcar Docs/Delivery Behavior](https://smartcar.com/docs/api-reference/webhooks/delivery-behavior).
    pub fn v4() -> Self {
        Self::dropping([25, 50, 100].map(Duration::from_secs))
    }

    /// Five times within ten minutes; then the webhook is disabled: 2.0, event-based and scheduled.
    ///
    /// How they are spread is not documented: here evenly.
    pub fn five_in_ten_minutes() -> Self {
        Self::disabling([120; 5].map(Duration::from_secs))
    }

    /// Six times with exponential backoff; then the webhook is disabled: 2.0, dynamic.
    ///
    /// The first wait is not documented: here ten seconds.
    pub fn six_with_backoff() -> Self {
        Self::disabling([10, 20, 40, 80, 160, 320].map(Duration::from_secs))
    }

    /// After these waits; then the event is dropped.
    pub fn dropping(waits: impl IntoIterator<Item = Duration>) -> Self {
        Self {
            waits: waits.into_iter().collect(),
            disables: false,
        }
    }

    /// After these waits; then the event is dropped and the webhook disabled.
    pub fn disabling(waits: impl IntoIterator<Item = Duration>) -> Self {
        Self {
            disables: true,
            ..Self::dropping(waits)
        }
    }

    /// How often an event is sent at most.
    pub fn attempts(&self) -> usize {
        self.waits.len() + 1
    }
}
