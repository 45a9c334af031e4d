//! An engine in the memory of one process.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use super::table::{Buried, Table, Ticket};
use super::{DeadLetter, DeadLetters, InboxStore, Leased, Queue, Stored, StoredDelivery};
use crate::error::BoxError;

/// Keeps deliveries in the memory of this process, for tests and for development.
///
/// **Nothing survives the process**: what was answered 200 and not handled is lost with it.
/// Clones are the same inbox.
///
/// It keeps [so many](Self::DEFAULT_CAPACITY) deliveries and dead letters and refuses the next, and 16 times as many keys, of which it forgets the oldest.
/// Its clock is tokio's, so that a test that pauses that one pauses both.
///
/// ```
/// use smartcar_webhook_core::inbox::{Inbox, MemoryInbox};
/// use smartcar_webhook_core::{BoxError, Delivery, Outcome};
/// use tower::ServiceExt;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), BoxError> {
/// let engine = MemoryInbox::new();
/// let inbox = Inbox::new(engine.clone());
/// let first = r#"{"eventType":"VEHICLE_STATE","eventId":"e1","meta":{"deliveryId":"d1"}}"#;
/// let retry = r#"{"eventType":"VEHICLE_STATE","eventId":"e1","meta":{"deliveryId":"d2"}}"#;
/// for (body, outcome) in [(first, Outcome::Stored), (retry, Outcome::Duplicate)] {
///     let delivery = Delivery::assume_verified(body.into())?;
///     assert_eq!(inbox.clone().oneshot(delivery).await?, outcome);
/// }
/// assert_eq!(engine.len(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct MemoryInbox {
    inner: Arc<Inner>,
}

struct Inner {
    origin: Instant,
    origin_by_calendar: SystemTime,
    table: Mutex<Table>,
    changed: Notify,
}

impl MemoryInbox {
    /// How many deliveries it keeps unless told otherwise: 10,000.
    pub const DEFAULT_CAPACITY: usize = 10_000;

    /// An empty inbox of the default capacity.
    pub fn new() -> Self {
        Self::with_capacity(Self::DEFAULT_CAPACITY)
    }

    /// An empty inbox that keeps so many deliveries.
    ///
    /// # Panics
    ///
    /// When it is to keep none.
    #[track_caller]
    pub fn with_capacity(deliveries: usize) -> Self {
        assert!(deliveries > 0, "an inbox that keeps none refuses all");
        Self {
            inner: Arc::new(Inner {
                origin: Instant::now(),
                origin_by_calendar: SystemTime::now(),
                table: Mutex::new(Table::new(deliveries)),
                changed: Notify::new(),
            }),
        }
    }

    /// How many deliveries are kept, those among the dead letters included.
    pub fn len(&self) -> usize {
        self.table().len()
    }

    /// Whether no delivery is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn now(&self) -> Duration {
        self.inner.origin.elapsed()
    }

    // No step of the table can panic half way.
    fn table(&self) -> MutexGuard<'_, Table> {
        let table = self.inner.table.lock();
        table.unwrap_or_else(PoisonError::into_inner)
    }

    fn dead_letter(&self, id: u64, buried: &Buried) -> DeadLetter {
        let buried_at = self.inner.origin_by_calendar.checked_add(buried.at);
        DeadLetter::new(
            id,
            buried.row.clone(),
            &*buried.error,
            buried.attempts,
            buried_at.unwrap_or(self.inner.origin_by_calendar),
        )
    }
}

impl Default for MemoryInbox {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl InboxStore for MemoryInbox {
    async fn store(&self, delivery: &StoredDelivery) -> Result<Stored, BoxError> {
        let row = Bytes::from(delivery.encode());
        let now = self.now();
        match self.table().store(*delivery.key(), row, now) {
            Ok(true) => {}
            Ok(false) => return Ok(Stored::Duplicate),
            Err(_) => return Err("every place is taken".into()),
        }
        self.inner.changed.notify_waiters();
        Ok(Stored::New)
    }
}

/// What a lease of a [`MemoryInbox`] is known by.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MemoryReceipt(Ticket);

#[async_trait]
impl Queue for MemoryInbox {
    type Receipt = MemoryReceipt;

    async fn claim(
        &self,
        max: usize,
        lease: Duration,
        wait: Duration,
    ) -> Result<Vec<Leased<MemoryReceipt>>, BoxError> {
        let until = self.now().saturating_add(wait);
        loop {
            // Before the look: it hears of what happens from here on.
            let changed = self.inner.changed.notified();
            let now = self.now();
            let (handed_out, next_due) = {
                let mut table = self.table();
                (table.claim(max, now, lease), table.next_due())
            };
            if !handed_out.is_empty() || now >= until || max == 0 {
                let leased = handed_out.into_iter().map(|it| {
                    let mut leased = Leased::new(MemoryReceipt(it.ticket), it.attempt, it.row);
                    leased.abandoned = it.abandoned;
                    leased
                });
                return Ok(leased.collect());
            }
            let next = next_due.map_or(until, |it| it.min(until));
            // Timers are of whole milliseconds.
            let nap = next.saturating_sub(now).max(Duration::from_millis(1));
            drop(timeout(nap, changed).await);
        }
    }

    async fn renew(&self, receipt: &MemoryReceipt, lease: Duration) -> Result<bool, BoxError> {
        let until = self.now().saturating_add(lease);
        Ok(self.table().renew(receipt.0, until))
    }

    async fn complete(&self, receipt: &MemoryReceipt) -> Result<bool, BoxError> {
        Ok(self.table().complete(receipt.0))
    }

    async fn retry(
        &self,
        receipt: &MemoryReceipt,
        delay: Duration,
        _: &str,
    ) -> Result<bool, BoxError> {
        let at = self.now().saturating_add(delay);
        let is_holder = self.table().retry(receipt.0, at);
        self.inner.changed.notify_waiters();
        Ok(is_holder)
    }

    async fn bury(&self, leased: &Leased<MemoryReceipt>, error: &str) -> Result<bool, BoxError> {
        let now = self.now();
        Ok(self.table().bury(leased.receipt.0, error, now))
    }
}

#[async_trait]
impl DeadLetters for MemoryInbox {
    async fn list(&self, after: Option<u64>, limit: usize) -> Result<Vec<DeadLetter>, BoxError> {
        let table = self.table();
        let dead = table
            .dead()
            .range(after.map_or(0, |it| it.saturating_add(1))..);
        let dead = dead.take(limit);
        Ok(dead.map(|(id, it)| self.dead_letter(*id, it)).collect())
    }

    async fn get(&self, id: u64) -> Result<Option<DeadLetter>, BoxError> {
        let table = self.table();
        let buried = table.dead().get(&id);
        Ok(buried.map(|it| self.dead_letter(id, it)))
    }

    async fn replay(&self, id: u64) -> Result<bool, BoxError> {
        let now = self.now();
        let is_there = self.table().replay(id, now);
        self.inner.changed.notify_waiters();
        Ok(is_there)
    }

    async fn replay_all(&self) -> Result<u64, BoxError> {
        let now = self.now();
        let mut table = self.table();
        let ids: Vec<_> = table.dead().keys().copied().collect();
        let replayed = ids.into_iter().filter(|id| table.replay(*id, now)).count();
        drop(table);
        self.inner.changed.notify_waiters();
        Ok(replayed as u64)
    }

    async fn delete(&self, id: u64) -> Result<bool, BoxError> {
        Ok(self.table().delete(id))
    }

    async fn prune(&self, older_than: Duration) -> Result<u64, BoxError> {
        let Some(until) = self.now().checked_sub(older_than) else {
            return Ok(0);
        };
        let mut table = self.table();
        let old = table.dead().iter().filter(|(_, it)| it.at <= until);
        let old: Vec<_> = old.map(|(id, _)| *id).collect();
        let pruned = old.into_iter().filter(|id| table.delete(*id)).count();
        Ok(pruned as u64)
    }
}

impl fmt::Debug for MemoryInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryInbox")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
