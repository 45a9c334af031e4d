//! The way in.

use smartcar_webhook_core::inbox::{InboxStore, Stored, StoredDelivery};
use smartcar_webhook_core::{BoxError, async_trait};

use super::PostgresInbox;

/// Deletes the two oldest keys if their time is over: more than come, so that they become fewer, and never so many that anybody has to wait.
///
/// The row is a string of JSON, for `jsonb` writes objects in another way than they were given it.
const STORE: &str = "
    WITH forgotten AS (
      DELETE FROM smartcar_webhook.keys WHERE key IN (
        SELECT key FROM smartcar_webhook.keys
        WHERE stored_at <= now() - make_interval(secs => $3)
        ORDER BY stored_at LIMIT 2 FOR UPDATE SKIP LOCKED
      )
    ), added AS (
      INSERT INTO smartcar_webhook.keys (key) VALUES ($1)
      ON CONFLICT DO NOTHING RETURNING key
    )
    SELECT pgmq.send('smartcar_webhook', to_jsonb($2::text)) FROM added";

#[async_trait]
impl InboxStore for PostgresInbox {
    async fn store(&self, delivery: &StoredDelivery) -> Result<Stored, BoxError> {
        let key = &delivery.key().as_bytes()[..];
        let row = String::from_utf8(delivery.encode())?;
        let remembered = self.remembered();
        let params = [&key as _, &row as _, &remembered as _];
        if self.database.execute(STORE, &params).await? == 0 {
            return Ok(Stored::Duplicate);
        }
        self.wakeup.wake();
        Ok(Stored::New)
    }
}
