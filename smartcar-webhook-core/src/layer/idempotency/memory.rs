//! A store in the memory of one process.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::table::Table;
use super::{Claim, Claimed, IdempotencyStore};
use crate::error::BoxError;
use crate::outcome::Outcome;

/// Remembers events in the memory of this process: for one process, and until it ends.
///
/// Clones are the same store.
///
/// # Size
///
/// It keeps a number of ids and no more, [a million](Self::DEFAULT_CAPACITY) unless told otherwise, and grows as they come.
/// For one more it forgets what was done the longest ago; claims under way are never forgotten for it.
/// Smartcar tries for 3 minutes (4.0) or 10 (2.0), so even a memory too small for its [time to live](super::Idempotency::time_to_live) knows every retry, as long as it holds the ids of 10 minutes.
///
/// An id takes 60 to 70 bytes asked of the allocator, some 85 of what the usual one takes for them: [`BYTES_PER_ID`](Self::BYTES_PER_ID) at most, which a test measures.
/// A million ids are 7 days of 140,000 deliveries a day, such as 2,000 vehicles with 70 each, in less than 100 MB.
///
/// ```
/// use smartcar_webhook_core::layer::idempotency::MemoryStore;
///
/// // 300 vehicles, a delivery every 10 minutes, 7 days.
/// let capacity = 300 * 6 * 24 * 7;
/// let store = MemoryStore::with_capacity(capacity);
/// assert!(capacity * MemoryStore::BYTES_PER_ID < 30_000_000);
/// assert!(store.is_empty());
/// ```
#[derive(Clone)]
pub struct MemoryStore {
    inner: Arc<Inner>,
}

struct Inner {
    clock: Box<dyn Fn() -> Instant + Send + Sync>,
    origin: Instant,
    table: Mutex<Table>,
}

impl MemoryStore {
    /// How many ids it keeps unless told otherwise.
    pub const DEFAULT_CAPACITY: usize = 1_000_000;

    /// What an id that is done costs at most, in bytes of memory.
    pub const BYTES_PER_ID: usize = 96;

    /// An empty store of the default capacity.
    pub fn new() -> Self {
        Self::with_capacity(Self::DEFAULT_CAPACITY)
    }

    /// An empty store that keeps so many ids.
    ///
    /// Its clock is tokio's, so that a test that pauses that one pauses both.
    ///
    /// # Panics
    ///
    /// When it is to keep none.
    #[track_caller]
    pub fn with_capacity(ids: usize) -> Self {
        Self::with_clock(ids, || tokio::time::Instant::now().into_std())
    }

    /// An empty store that keeps so many ids, by a clock of your own, which must not go back.
    ///
    /// # Panics
    ///
    /// When it is to keep none.
    #[track_caller]
    pub fn with_clock(ids: usize, clock: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        assert!(ids > 0, "a store that keeps no id refuses every delivery");
        Self {
            inner: Arc::new(Inner {
                origin: clock(),
                clock: Box::new(clock),
                table: Mutex::new(Table::new(ids)),
            }),
        }
    }

    /// How many ids are kept, done or in flight; some may have ended and not have been cleared away.
    pub fn len(&self) -> usize {
        self.table().len()
    }

    /// Whether no id is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn now(&self) -> Duration {
        let Inner { clock, origin, .. } = &*self.inner;
        clock().saturating_duration_since(*origin)
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // No step of the table can panic half way.
        let table = self.inner.table.lock();
        table.unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl IdempotencyStore for MemoryStore {
    async fn claim(&self, claim: &Claim, lease: Duration) -> Result<Claimed, BoxError> {
        let now = self.now();
        let claimed = self.table().claim(claim, now, lease);
        claimed.map_err(|_| "every place is taken by a claim under way".into())
    }

    async fn renew(&self, claim: &Claim, lease: Duration) -> Result<bool, BoxError> {
        let now = self.now();
        Ok(self.table().renew(claim, now, lease))
    }

    async fn complete(
        &self,
        claim: &Claim,
        outcome: Outcome,
        time_to_live: Duration,
    ) -> Result<bool, BoxError> {
        let now = self.now();
        Ok(self.table().complete(claim, outcome, now, time_to_live))
    }

    async fn release(&self, claim: &Claim) -> Result<(), BoxError> {
        self.table().release(claim);
        Ok(())
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
