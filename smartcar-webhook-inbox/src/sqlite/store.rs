//! The way in.

use honker::Transaction;
use smartcar_webhook_core::inbox::{InboxStore, Stored, StoredDelivery};
use smartcar_webhook_core::{BoxError, async_trait};

use super::SqliteInbox;
use super::schema::QUEUE;

#[async_trait]
impl InboxStore for SqliteInbox {
    async fn store(&self, delivery: &StoredDelivery) -> Result<Stored, BoxError> {
        let key = *delivery.key().as_bytes();
        let row = String::from_utf8(delivery.encode())?;
        let remembered = self.remembered;
        let stored = self
            .call(move |transaction| {
                forget(transaction, remembered)?;
                let is_new = transaction.execute(
                    "INSERT OR IGNORE INTO smartcar_webhook_keys VALUES (?1, unixepoch())",
                    (&key[..],),
                )?;
                if is_new == 0 {
                    return Ok(Stored::Duplicate);
                }
                enqueue(transaction, &row)?;
                Ok(Stored::New)
            })
            .await?;
        if stored == Stored::New {
            self.wake();
        }
        Ok(stored)
    }
}

/// Deletes the two oldest keys if their time is over: more than come, so that they become fewer, and never so many that anybody has to wait.
fn forget(transaction: &Transaction<'_>, remembered: i64) -> honker::Result<()> {
    transaction.execute(
        "DELETE FROM smartcar_webhook_keys WHERE key IN (
           SELECT key FROM smartcar_webhook_keys
           WHERE stored_at <= unixepoch() - ?1 ORDER BY stored_at LIMIT 2)",
        (remembered,),
    )?;
    Ok(())
}

/// Puts a row into the queue.
pub(super) fn enqueue(transaction: &Transaction<'_>, row: &str) -> honker::Result<i64> {
    // The worker counts the attempts, so honker must not.
    transaction.query_row(
        "SELECT honker_enqueue(?1, ?2, NULL, NULL, 0, ?3, NULL)",
        (QUEUE, row, i64::MAX),
        |it| it.get(0),
    )
}
