//! What nobody could handle.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;

use super::{RowError, StoredDelivery};
use crate::error::BoxError;

/// The deliveries that were given up.
///
/// They are kept until they are replayed, deleted or pruned.
/// Implement it with [`#[async_trait]`](crate::async_trait) on the `impl`.
#[async_trait]
pub trait DeadLetters: Send + Sync + 'static {
    /// Up to `limit` of them in the order of their ids, beginning after the id `after`.
    ///
    /// The order is that of the engine, of age as far as that can be; what is buried meanwhile may be left out.
    ///
    /// # Errors
    ///
    /// Whatever kept the engine from answering.
    async fn list(&self, after: Option<u64>, limit: usize) -> Result<Vec<DeadLetter>, BoxError>;

    /// The one of this id, if there is one.
    ///
    /// # Errors
    ///
    /// Whatever kept the engine from answering.
    async fn get(&self, id: u64) -> Result<Option<DeadLetter>, BoxError>;

    /// Has the one of this id handed out again, with its attempts counted anew; says whether there is one.
    ///
    /// It is no copy of itself: that its key is remembered does not matter.
    /// If it takes two steps, the delivery is in the queue before it is gone from the dead letters.
    ///
    /// # Errors
    ///
    /// Whatever kept the engine from answering.
    async fn replay(&self, id: u64) -> Result<bool, BoxError>;

    /// Replays all there are when it is called, and says how many those were.
    ///
    /// # Errors
    ///
    /// Whatever kept the engine from answering; some may have been replayed.
    async fn replay_all(&self) -> Result<u64, BoxError>;

    /// Deletes the one of this id; says whether there was one.
    ///
    /// # Errors
    ///
    /// Whatever kept the engine from answering.
    async fn delete(&self, id: u64) -> Result<bool, BoxError>;

    /// Deletes all that were buried at least this long ago, and says how many those were.
    ///
    /// # Errors
    ///
    /// Whatever kept the engine from answering.
    async fn prune(&self, older_than: Duration) -> Result<u64, BoxError>;
}

/// Dead letters shared with the rest of the app.
#[async_trait]
impl<D: DeadLetters + ?Sized> DeadLetters for Arc<D> {
    async fn list(&self, after: Option<u64>, limit: usize) -> Result<Vec<DeadLetter>, BoxError> {
        (**self).list(after, limit).await
    }

    async fn get(&self, id: u64) -> Result<Option<DeadLetter>, BoxError> {
        (**self).get(id).await
    }

    async fn replay(&self, id: u64) -> Result<bool, BoxError> {
        (**self).replay(id).await
    }

    async fn replay_all(&self) -> Result<u64, BoxError> {
        (**self).replay_all().await
    }

    async fn delete(&self, id: u64) -> Result<bool, BoxError> {
        (**self).delete(id).await
    }

    async fn prune(&self, older_than: Duration) -> Result<u64, BoxError> {
        (**self).prune(older_than).await
    }
}

/// A delivery that was given up.
#[non_exhaustive]
#[derive(Clone)]
pub struct DeadLetter {
    /// What it is known by among the dead letters of its engine.
    pub id: u64,
    /// The row, as [`StoredDelivery::encode`] gave it, unless that is why it is here.
    pub row: Bytes,
    /// Why it was given up, without a value of the delivery.
    pub error: String,
    /// How often it was handed out.
    pub attempts: u32,
    /// When it was given up.
    pub buried_at: SystemTime,
}

impl DeadLetter {
    /// A delivery given up for this reason.
    pub fn new(
        id: u64,
        row: Bytes,
        error: impl Into<String>,
        attempts: u32,
        buried_at: SystemTime,
    ) -> Self {
        Self {
            id,
            row,
            error: error.into(),
            attempts,
            buried_at,
        }
    }

    /// What is kept of the delivery.
    ///
    /// # Errors
    ///
    /// When the row cannot be read.
    pub fn stored(&self) -> Result<StoredDelivery, RowError> {
        StoredDelivery::decode(&self.row)
    }
}

/// Shows nothing of the delivery.
impl fmt::Debug for DeadLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadLetter")
            .field("id", &self.id)
            .field("error", &self.error)
            .field("attempts", &self.attempts)
            .field("buried_at", &self.buried_at)
            .finish_non_exhaustive()
    }
}
