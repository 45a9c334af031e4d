//! The way out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use smartcar_webhook_core::inbox::{Leased, Queue};
use smartcar_webhook_core::{BoxError, async_trait};
use tokio::time::{Instant, timeout};
use tokio_postgres::Row;

use super::inbox::seconds;
use super::{Completion, PostgresInbox};

/// What a lease of a [`PostgresInbox`] is known by.
#[derive(Clone, Debug)]
pub struct PostgresReceipt {
    message_id: i64,
    attempt: i32,
    /// Whether the handler may have ended the delivery itself.
    is_taken: Arc<AtomicBool>,
}

/// Those that are due, along the index of their times; pgmq's own claim reads all that rest as well, each time.
/// None that was abandoned, which one may be since [`CLAIM_ABANDONED`] found none.
const CLAIM: &str = "
    UPDATE pgmq.q_smartcar_webhook AS it
    SET vt = clock_timestamp() + make_interval(secs => $1),
      read_ct = read_ct + 1, last_read_at = clock_timestamp()
    FROM (
      SELECT msg_id FROM pgmq.q_smartcar_webhook
      WHERE last_read_at IS NULL AND vt <= statement_timestamp()
      ORDER BY vt LIMIT $2 FOR UPDATE SKIP LOCKED
    ) AS due
    WHERE it.msg_id = due.msg_id
    RETURNING it.msg_id, it.read_ct, it.message #>> '{}'";

/// What was handed out and of which nothing was heard before its time was over; [`RETRY`] takes away the time of the last read.
const CLAIM_ABANDONED: &str = "
    UPDATE pgmq.q_smartcar_webhook
    SET vt = clock_timestamp() + make_interval(secs => $1),
      read_ct = read_ct + 1, last_read_at = clock_timestamp()
    WHERE msg_id = (
      SELECT msg_id FROM pgmq.q_smartcar_webhook
      WHERE last_read_at IS NOT NULL AND vt <= statement_timestamp()
      ORDER BY vt LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING msg_id, read_ct, message #>> '{}'";

/// What is locked is what the handler's own transaction is about to end; nobody else is handed it until then.
const RENEW: &str = "
    WITH held AS (
      SELECT msg_id FROM pgmq.q_smartcar_webhook
      WHERE msg_id = $1 AND read_ct = $2 FOR UPDATE SKIP LOCKED
    ), renewed AS (
      UPDATE pgmq.q_smartcar_webhook AS it
      SET vt = clock_timestamp() + make_interval(secs => $3)
      FROM held WHERE it.msg_id = held.msg_id RETURNING 1
    )
    SELECT 1 FROM pgmq.q_smartcar_webhook WHERE msg_id = $1 AND read_ct = $2";

const COMPLETE: &str = "
    DELETE FROM pgmq.q_smartcar_webhook WHERE msg_id = $1 AND read_ct = $2";

const RETRY: &str = "
    UPDATE pgmq.q_smartcar_webhook
    SET vt = clock_timestamp() + make_interval(secs => $3), last_read_at = NULL
    WHERE msg_id = $1 AND read_ct = $2";

const BURY: &str = "
    WITH ended AS (
      DELETE FROM pgmq.q_smartcar_webhook WHERE msg_id = $1 AND read_ct = $2
      RETURNING message, read_ct
    )
    INSERT INTO smartcar_webhook.dead_letters (\"row\", error, attempts)
    SELECT coalesce(message #>> '{}', ''), $3, read_ct FROM ended";

const IS_THERE: &str = "SELECT 1 FROM pgmq.q_smartcar_webhook WHERE msg_id = $1";

#[async_trait]
impl Queue for PostgresInbox {
    type Receipt = PostgresReceipt;

    async fn claim(
        &self,
        max: usize,
        lease: Duration,
        wait: Duration,
    ) -> Result<Vec<Leased<PostgresReceipt>>, BoxError> {
        let until = Instant::now() + wait;
        let lease = seconds(lease);
        let max = i64::try_from(max).unwrap_or(i64::MAX);
        loop {
            let woken = self.wakeup.woken();
            let leased = self.take(max, lease).await?;
            let left = until.saturating_duration_since(Instant::now());
            if leased.is_empty() && !left.is_zero() {
                drop(timeout(left.min(self.wakeup.patience()), woken).await);
                continue;
            }
            return Ok(leased);
        }
    }

    async fn renew(&self, receipt: &PostgresReceipt, lease: Duration) -> Result<bool, BoxError> {
        let PostgresReceipt {
            message_id,
            attempt,
            ..
        } = receipt;
        let lease = seconds(lease);
        let params = [message_id as _, attempt as _, &lease as _];
        let held = self.database.execute(RENEW, &params).await?;
        Ok(held > 0 || self.is_ended_by_handler(receipt).await?)
    }

    async fn complete(&self, receipt: &PostgresReceipt) -> Result<bool, BoxError> {
        let PostgresReceipt {
            message_id,
            attempt,
            ..
        } = receipt;
        let params = [message_id as _, attempt as _];
        let ended = self.database.execute(COMPLETE, &params).await?;
        Ok(ended > 0 || self.is_ended_by_handler(receipt).await?)
    }

    async fn retry(
        &self,
        receipt: &PostgresReceipt,
        delay: Duration,
        _: &str,
    ) -> Result<bool, BoxError> {
        let PostgresReceipt {
            message_id,
            attempt,
            ..
        } = receipt;
        let delay_secs = seconds(delay);
        let params = [message_id as _, attempt as _, &delay_secs as _];
        let ended = self.database.execute(RETRY, &params).await?;
        if delay.is_zero() {
            self.wakeup.wake();
        }
        Ok(ended > 0)
    }

    async fn bury(&self, leased: &Leased<PostgresReceipt>, error: &str) -> Result<bool, BoxError> {
        let PostgresReceipt {
            message_id,
            attempt,
            ..
        } = &leased.receipt;
        // PostgreSQL has no text with a zero in it.
        let error = error.replace('\0', "");
        let params = [message_id as _, attempt as _, &error as _];
        Ok(self.database.execute(BURY, &params).await? > 0)
    }
}

impl PostgresInbox {
    /// Claims up to so many that are due, or one alone that was abandoned.
    async fn take(&self, max: i64, lease: f64) -> Result<Vec<Leased<PostgresReceipt>>, BoxError> {
        if max == 0 {
            return Ok(Vec::new());
        }
        let params = [&lease as _];
        let rows = self.database.query(CLAIM_ABANDONED, &params).await?;
        if let Some(row) = rows.first() {
            let mut leased = self.leased(row)?;
            leased.abandoned = true;
            return Ok(vec![leased]);
        }
        let rows = self.database.query(CLAIM, &[&lease, &max]).await?;
        rows.iter().map(|it| self.leased(it)).collect()
    }

    fn leased(&self, row: &Row) -> Result<Leased<PostgresReceipt>, BoxError> {
        let (message_id, attempt) = (row.try_get(0)?, row.try_get(1)?);
        let row: Option<String> = row.try_get(2)?;
        let is_taken = Arc::<AtomicBool>::default();
        let completion = Arc::clone(&self.completion);
        let completion = Completion::new(completion, message_id, attempt, Arc::clone(&is_taken));
        let receipt = PostgresReceipt {
            message_id,
            attempt,
            is_taken,
        };
        let attempt = u32::try_from(attempt).unwrap_or_default();
        let row = Bytes::from(row.unwrap_or_default());
        let mut leased = Leased::new(receipt, attempt, row);
        leased.extensions.insert(completion);
        Ok(leased)
    }

    async fn is_ended_by_handler(&self, receipt: &PostgresReceipt) -> Result<bool, BoxError> {
        if !receipt.is_taken.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let params = [&receipt.message_id as _];
        Ok(self.database.execute(IS_THERE, &params).await? == 0)
    }
}
