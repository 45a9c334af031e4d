//! How the webhooks fare, to be shown and sent on.

use std::time::Duration;

use serde::Serialize;

use super::millis;
use crate::payload::Text;

/// How the webhooks fared until a certain time; serde writes it for a dashboard.
#[non_exhaustive]
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthReport {
    /// When it was made, in ms since the epoch.
    pub at: u64,
    /// Every webhook a verified delivery came from, by id.
    pub webhooks: Vec<WebhookHealth>,
}

impl HealthReport {
    /// The webhooks from which nothing has come for at least this long.
    ///
    /// An idle vehicle sends nothing, so only you know what is too long for a fleet.
    /// A webhook that never sent anything is none of them: it is not known.
    ///
    /// A watchdog looks at it now and then:
    ///
    /// ```no_run
    /// # let health = smartcar_webhook_core::Health::default();
    /// use std::time::Duration;
    ///
    /// std::thread::spawn(move || loop {
    ///     std::thread::sleep(Duration::from_secs(60));
    ///     for webhook in health.report().silent_for(Duration::from_secs(3600)) {
    ///         eprintln!("nothing from {:?} for an hour", webhook.webhook_id);
    ///     }
    /// });
    /// ```
    pub fn silent_for(&self, limit: Duration) -> impl Iterator<Item = &WebhookHealth> {
        let limit = millis(limit);
        let is_silent = move |it: &&WebhookHealth| {
            let since = it.last_received_at.unwrap_or(self.at);
            self.at.saturating_sub(since) >= limit
        };
        self.webhooks.iter().filter(is_silent)
    }

    /// The webhooks of which so many deliveries failed in a row, or more.
    ///
    /// A readiness check may fail on them where another replica can do better; a replica that is alone only turns failures into lost deliveries by not being ready.
    pub fn failing(&self, failures: u64) -> impl Iterator<Item = &WebhookHealth> {
        let is_failing = move |it: &&WebhookHealth| it.consecutive_failures >= failures;
        self.webhooks.iter().filter(is_failing)
    }
}

/// How one webhook fared.
#[non_exhaustive]
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookHealth {
    /// Its id, if its deliveries carry one.
    pub webhook_id: Option<Text>,
    /// Deliveries that came and were verified.
    pub received: u64,
    /// Deliveries that were acknowledged with 200, copies and unhandled ones among them, or would have been if their client had waited.
    pub handled: u64,
    /// Deliveries that were answered with an error, or would have been if their client had waited.
    pub failed: u64,
    /// How many of the last deliveries failed, without one between that did not.
    pub consecutive_failures: u64,
    /// When the last one came, in ms since the epoch.
    pub last_received_at: Option<u64>,
    /// When the last one was acknowledged, in ms since the epoch.
    pub last_handled_at: Option<u64>,
    /// When the last one failed, in ms since the epoch.
    pub last_failed_at: Option<u64>,
    /// Why the last one failed: an [`ErrorKind::code`](crate::ErrorKind::code).
    pub last_failure: Option<&'static str>,
}
