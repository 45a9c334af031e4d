//! How the webhooks fare: what a dashboard, a readiness check and an alarm want to know.

mod attempts;
mod report;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use self::attempts::Attempts;
use crate::error::{Error, ErrorKind};
use crate::hook::guarded;
use crate::outcome::Outcome;
use crate::payload::{Delivery, Text};

pub use self::report::{HealthReport, WebhookHealth};

/// Keeps book of what became of the deliveries of each webhook; every clone is the same book.
///
/// A [`Webhook`](crate::Webhook) has one; [`Webhook::health`](crate::Webhook::health) gives it.
/// It is kept in memory, for as long as the process runs, for at most [`MOST_WEBHOOKS`](Self::MOST_WEBHOOKS) webhooks.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use smartcar_webhook_core::Health;
///
/// let health = Health::new(SystemTime::now).alarm_at(3, |webhook| {
///     eprintln!("{} deliveries failed in a row", webhook.consecutive_failures);
/// });
/// let report = health.report();
/// assert!(report.webhooks.is_empty());
/// assert!(report.silent_for(Duration::from_secs(3600)).next().is_none());
/// ```
#[derive(Clone)]
#[must_use]
pub struct Health {
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    alarm: Option<Alarm>,
    book: Arc<Mutex<Book>>,
}

#[derive(Clone)]
struct Alarm {
    at: u64,
    hook: Arc<dyn Fn(&WebhookHealth) + Send + Sync>,
}

#[derive(Default)]
struct Book {
    webhooks: BTreeMap<Option<Text>, WebhookHealth>,
    attempts: Attempts,
}

impl Book {
    /// What is noted of the webhook that a delivery is of.
    fn webhook(&mut self, delivery: &Delivery) -> &mut WebhookHealth {
        let id = &delivery.envelope().webhook_id;
        if self.webhooks.contains_key(id) {
            return self.webhooks.entry(id.clone()).or_default();
        }
        let is_full = self.webhooks.len() >= Health::MOST_WEBHOOKS;
        let id = id.as_ref().filter(|_| !is_full);
        // A copy of its own, or it would keep the body of the first delivery alive.
        let id = id.map(|it| Text::from(it.as_str()));
        let webhook = self.webhooks.entry(id.clone()).or_default();
        webhook.webhook_id = id;
        webhook
    }
}

impl Health {
    /// How many webhooks are kept book of: 1000. Those beyond are counted together, as one without an id.
    pub const MOST_WEBHOOKS: usize = 1000;

    /// An empty book, with times of this clock.
    pub fn new(clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self {
            clock: Arc::new(clock),
            alarm: None,
            book: Arc::default(),
        }
    }

    /// Sets what is called when so many deliveries of one webhook have failed in a row; once, until one succeeds.
    ///
    /// Smartcar drops an event of 4.0 after four failures, and disables a 2.0 webhook after six or seven of one event, so three leave time to act.
    /// See [Smartcar Docs/Delivery behavior](https://smartcar.com/docs/api-reference/webhooks/delivery-behavior).
    ///
    /// It is called between two deliveries, so it should send for somebody and return.
    pub fn alarm_at(
        mut self,
        failures: u64,
        hook: impl Fn(&WebhookHealth) + Send + Sync + 'static,
    ) -> Self {
        self.alarm = Some(Alarm {
            at: failures,
            hook: Arc::new(hook),
        });
        self
    }

    /// How the webhooks fare at this time.
    pub fn report(&self) -> HealthReport {
        let webhooks = self.book().webhooks.values().cloned().collect();
        HealthReport {
            at: self.now(),
            webhooks,
        }
    }

    /// Notes that a verified delivery came, and says which attempt to deliver its event it is, as far as this process can know: one more than it has seen fail.
    pub(crate) fn received(&self, delivery: &Delivery) -> u32 {
        let now = self.now();
        let mut book = self.book();
        let webhook = book.webhook(delivery);
        webhook.received += 1;
        webhook.last_received_at = Some(now);
        book.attempts.of(delivery)
    }

    /// Notes what became of it.
    pub(crate) fn ended(&self, delivery: &Delivery, result: &Result<Outcome, Error>) {
        let now = self.now();
        let failure = match result {
            Ok(_) => None,
            // Acknowledged all the same.
            Err(err) if err.kind() == ErrorKind::Misfit => None,
            Err(err) if err.kind().is_failure() => Some(err.kind()),
            Err(_) => return,
        };
        let mut book = self.book();
        book.attempts.ended(delivery, failure.is_none());
        let webhook = book.webhook(delivery);
        let Some(kind) = failure else {
            webhook.handled += 1;
            webhook.last_handled_at = Some(now);
            webhook.consecutive_failures = 0;
            return;
        };
        webhook.failed += 1;
        webhook.last_failed_at = Some(now);
        webhook.last_failure = Some(kind.code());
        webhook.consecutive_failures += 1;
        let alarm = self.alarm.as_ref();
        let alarm = alarm.filter(|it| it.at == webhook.consecutive_failures);
        let Some((alarm, webhook)) = alarm.map(|it| (it, webhook.clone())) else {
            return;
        };
        // The hook may ask for a report.
        drop(book);
        guarded("alarm", || (alarm.hook)(&webhook));
    }

    fn now(&self) -> u64 {
        let now = (self.clock)().duration_since(SystemTime::UNIX_EPOCH);
        millis(now.unwrap_or_default())
    }

    // Nothing panics while it is held.
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl Default for Health {
    fn default() -> Self {
        Self::new(SystemTime::now)
    }
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Health")
            .field("webhooks", &self.book().webhooks.len())
            .field("alarm_at", &self.alarm.as_ref().map(|it| it.at))
            .finish_non_exhaustive()
    }
}
