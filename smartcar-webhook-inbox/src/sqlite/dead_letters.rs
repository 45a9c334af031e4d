//! What nobody could handle.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use honker::Transaction;
use smartcar_webhook_core::inbox::{DeadLetter, DeadLetters};
use smartcar_webhook_core::{BoxError, async_trait};

use super::schema::QUEUE;
use super::store::enqueue;
use super::{SqliteInbox, seconds};

#[async_trait]
impl DeadLetters for SqliteInbox {
    async fn list(&self, after: Option<u64>, limit: usize) -> Result<Vec<DeadLetter>, BoxError> {
        let after = after.map_or(-1, signed);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.call(move |it| read(it, after, i64::MAX, limit)).await
    }

    async fn get(&self, id: u64) -> Result<Option<DeadLetter>, BoxError> {
        let id = signed(id);
        let read = self.call(move |it| read(it, id.saturating_sub(1), id, 1));
        Ok(read.await?.pop())
    }

    async fn replay(&self, id: u64) -> Result<bool, BoxError> {
        let id = signed(id);
        let replayed = self.call(move |it| replay(it, id, id)).await?;
        self.wake();
        Ok(replayed > 0)
    }

    async fn replay_all(&self) -> Result<u64, BoxError> {
        let replayed = self.call(move |it| replay(it, 0, i64::MAX)).await?;
        self.wake();
        Ok(replayed)
    }

    async fn delete(&self, id: u64) -> Result<bool, BoxError> {
        let id = signed(id);
        let deleted = self.call(move |it| {
            it.execute(
                "DELETE FROM _honker_dead WHERE queue = ?1 AND id = ?2",
                (QUEUE, id),
            )
        });
        Ok(deleted.await? > 0)
    }

    async fn prune(&self, older_than: Duration) -> Result<u64, BoxError> {
        let age = seconds(older_than);
        let pruned = self.call(move |it| {
            it.execute(
                "DELETE FROM _honker_dead WHERE queue = ?1 AND died_at <= unixepoch() - ?2",
                (QUEUE, age),
            )
        });
        Ok(pruned.await? as u64)
    }
}

/// Those with ids after `after` and up to `last`.
fn read(
    transaction: &Transaction<'_>,
    after: i64,
    last: i64,
    limit: i64,
) -> honker::Result<Vec<DeadLetter>> {
    let mut statement = transaction.conn().prepare_cached(
        "SELECT id, payload, coalesce(last_error, ''), attempts, died_at FROM _honker_dead
         WHERE queue = ?1 AND id > ?2 AND id <= ?3 ORDER BY id LIMIT ?4",
    )?;
    let rows = statement.query_map((QUEUE, after, last, limit), |it| {
        let (id, attempts, buried_at) = (it.get(0)?, it.get(3)?, it.get(4)?);
        let (row, error): (String, String) = (it.get(1)?, it.get(2)?);
        Ok(DeadLetter::new(
            unsigned(id),
            Bytes::from(row),
            error,
            u32::try_from(unsigned(attempts)).unwrap_or(u32::MAX),
            since_1970(unsigned(buried_at)),
        ))
    })?;
    let rows: Result<Vec<_>, _> = rows.collect();
    Ok(rows?)
}

/// Puts those with ids from `first` to `last` back into the queue.
fn replay(transaction: &Transaction<'_>, first: i64, last: i64) -> honker::Result<u64> {
    let mut statement = transaction.conn().prepare_cached(
        "DELETE FROM _honker_dead WHERE queue = ?1 AND id BETWEEN ?2 AND ?3 RETURNING payload",
    )?;
    let mut rows = statement.query((QUEUE, first, last))?;
    let mut replayed = 0;
    while let Some(row) = rows.next()? {
        let payload: String = row.get(0)?;
        enqueue(transaction, &payload)?;
        replayed += 1;
    }
    Ok(replayed)
}

fn since_1970(seconds: u64) -> SystemTime {
    let time = UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
    time.unwrap_or(UNIX_EPOCH)
}

fn signed(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

/// SQLite counts in signed numbers, which are not below 0 here.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
