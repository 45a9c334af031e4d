//! What nobody could handle.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use smartcar_webhook_core::inbox::{DeadLetter, DeadLetters};
use smartcar_webhook_core::{BoxError, async_trait};
use tokio_postgres::Row;

use super::PostgresInbox;
use super::inbox::seconds;

const READ: &str = "
    SELECT id, \"row\", error, attempts, buried_at FROM smartcar_webhook.dead_letters
    WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3";

const REPLAY: &str = "
    WITH replayed AS (
      DELETE FROM smartcar_webhook.dead_letters WHERE id IN (
        SELECT id FROM smartcar_webhook.dead_letters
        WHERE id >= $1 AND id <= $2 ORDER BY id LIMIT $3 FOR UPDATE
      ) RETURNING id, \"row\"
    ), ordered AS (
      SELECT \"row\" FROM replayed ORDER BY id
    )
    SELECT pgmq.send('smartcar_webhook', to_jsonb(\"row\")) FROM ordered";

const DELETE: &str = "DELETE FROM smartcar_webhook.dead_letters WHERE id = $1";

const PRUNE: &str = "
    DELETE FROM smartcar_webhook.dead_letters WHERE id IN (
      SELECT id FROM smartcar_webhook.dead_letters
      WHERE buried_at <= clock_timestamp() - make_interval(secs => $1)
      ORDER BY buried_at LIMIT $2 FOR UPDATE
    )";

const LAST: &str = "SELECT coalesce(max(id), 0) FROM smartcar_webhook.dead_letters";

/// How many are moved or deleted by one statement, none of which may take long.
const AT_ONCE: i64 = 500;

#[async_trait]
impl DeadLetters for PostgresInbox {
    async fn list(&self, after: Option<u64>, limit: usize) -> Result<Vec<DeadLetter>, BoxError> {
        let after = after.map_or(0, signed);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let params = [&after as _, &i64::MAX as _, &limit as _];
        let rows = self.database.query(READ, &params).await?;
        rows.iter().map(dead_letter).collect()
    }

    async fn get(&self, id: u64) -> Result<Option<DeadLetter>, BoxError> {
        let id = signed(id);
        let params = [&id.saturating_sub(1) as _, &id as _, &1_i64 as _];
        let rows = self.database.query(READ, &params).await?;
        rows.first().map(dead_letter).transpose()
    }

    async fn replay(&self, id: u64) -> Result<bool, BoxError> {
        let id = signed(id);
        let params = [&id as _, &id as _, &1_i64 as _];
        let replayed = self.database.execute(REPLAY, &params).await?;
        self.wakeup.wake();
        Ok(replayed > 0)
    }

    async fn replay_all(&self) -> Result<u64, BoxError> {
        let last = self.database.query(LAST, &[]).await?;
        let last: i64 = last.first().map_or(Ok(0), |it| it.try_get(0))?;
        let mut all = 0;
        loop {
            let params = [&0_i64 as _, &last as _, &AT_ONCE as _];
            let replayed = self.database.execute(REPLAY, &params).await?;
            self.wakeup.wake();
            all += replayed;
            if replayed < unsigned(AT_ONCE) {
                return Ok(all);
            }
        }
    }

    async fn delete(&self, id: u64) -> Result<bool, BoxError> {
        let params = [&signed(id) as _];
        Ok(self.database.execute(DELETE, &params).await? > 0)
    }

    async fn prune(&self, older_than: Duration) -> Result<u64, BoxError> {
        let age = seconds(older_than);
        let mut all = 0;
        loop {
            let params = [&age as _, &AT_ONCE as _];
            let pruned = self.database.execute(PRUNE, &params).await?;
            all += pruned;
            if pruned < unsigned(AT_ONCE) {
                return Ok(all);
            }
        }
    }
}

fn dead_letter(row: &Row) -> Result<DeadLetter, BoxError> {
    let (content, error): (String, String) = (row.try_get(1)?, row.try_get(2)?);
    let attempts: i32 = row.try_get(3)?;
    let buried_at: SystemTime = row.try_get(4)?;
    Ok(DeadLetter::new(
        unsigned(row.try_get(0)?),
        Bytes::from(content),
        error,
        u32::try_from(attempts).unwrap_or_default(),
        buried_at,
    ))
}

fn signed(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

/// PostgreSQL counts in signed numbers, which are not below 0 here.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
