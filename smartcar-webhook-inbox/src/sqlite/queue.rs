//! The way out.

use std::time::Duration;

use bytes::Bytes;
use honker::Transaction;
use serde::Deserialize;
use smartcar_webhook_core::inbox::{Leased, Queue};
use smartcar_webhook_core::{BoxError, async_trait};
use tokio::time::{Instant, timeout};

use super::schema::QUEUE;
use super::{SqliteInbox, seconds};

/// What a lease of a [`SqliteInbox`] is known by.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SqliteReceipt {
    job: i64,
    /// Every claim is a worker of its own to honker, so that whoever comes too late is not taken for the one that claimed anew.
    claim: String,
}

/// How often a worker looks for what other processes stored, and for what is due.
const POLL: Duration = Duration::from_millis(100);

#[async_trait]
impl Queue for SqliteInbox {
    type Receipt = SqliteReceipt;

    async fn claim(
        &self,
        max: usize,
        lease: Duration,
        wait: Duration,
    ) -> Result<Vec<Leased<SqliteReceipt>>, BoxError> {
        let max = i64::try_from(max).unwrap_or(i64::MAX);
        let until = Instant::now() + wait;
        loop {
            // Before the look: it hears of what happens from here on.
            let changed = self.changed.notified();
            let claim = format!("{:032x}", fastrand::u128(..));
            let jobs = self.call({
                let claim = claim.clone();
                move |transaction| take(transaction, &claim, max, seconds(lease))
            });
            let jobs: Vec<Job> = serde_json::from_str(&jobs.await?)?;
            let left = until.saturating_duration_since(Instant::now());
            if jobs.is_empty() && !left.is_zero() {
                drop(timeout(left.min(POLL), changed).await);
                continue;
            }
            let leased = jobs.into_iter().map(|it| {
                let claim = claim.clone();
                let receipt = SqliteReceipt { job: it.id, claim };
                Leased::new(receipt, it.attempts, Bytes::from(it.payload))
            });
            return Ok(leased.collect());
        }
    }

    async fn renew(&self, receipt: &SqliteReceipt, lease: Duration) -> Result<bool, BoxError> {
        let lease = seconds(lease);
        let SqliteReceipt { job, claim } = receipt.clone();
        self.settle(move |it| {
            it.query_row(
                "SELECT honker_heartbeat(?1, ?2, ?3)",
                (job, &*claim, lease),
                |it| it.get(0),
            )
        })
        .await
    }

    async fn complete(&self, receipt: &SqliteReceipt) -> Result<bool, BoxError> {
        let SqliteReceipt { job, claim } = receipt.clone();
        self.settle(move |it| {
            it.query_row("SELECT honker_ack(?1, ?2)", (job, &*claim), |it| it.get(0))
        })
        .await
    }

    async fn retry(
        &self,
        receipt: &SqliteReceipt,
        delay: Duration,
        error: &str,
    ) -> Result<bool, BoxError> {
        let (delay, error) = (seconds(delay), error.to_owned());
        let SqliteReceipt { job, claim } = receipt.clone();
        let is_holder = self.settle(move |it| {
            it.query_row(
                "SELECT honker_retry(?1, ?2, ?3, ?4)",
                (job, &*claim, delay, &*error),
                |it| it.get(0),
            )
        });
        let is_holder = is_holder.await?;
        self.wake();
        Ok(is_holder)
    }

    async fn bury(&self, leased: &Leased<SqliteReceipt>, error: &str) -> Result<bool, BoxError> {
        let error = error.to_owned();
        let SqliteReceipt { job, claim } = leased.receipt.clone();
        self.settle(move |it| {
            it.query_row(
                "SELECT honker_fail(?1, ?2, ?3)",
                (job, &*claim, &*error),
                |it| it.get(0),
            )
        })
        .await
    }
}

impl SqliteInbox {
    /// honker says how many rows a call changed.
    async fn settle(
        &self,
        mut work: impl FnMut(&Transaction<'_>) -> honker::Result<i64> + Send + 'static,
    ) -> Result<bool, BoxError> {
        self.call(move |it| Ok(work(it)? > 0)).await
    }
}

/// As honker writes it.
#[derive(Deserialize)]
struct Job {
    id: i64,
    payload: String,
    attempts: u32,
}

/// Claims up to so many, and no more than there are: for one that is not there, honker would look through all that rest until later.
fn take(
    transaction: &Transaction<'_>,
    claim: &str,
    max: i64,
    lease: i64,
) -> honker::Result<String> {
    let due: i64 = transaction.query_row(
        "SELECT count(*) FROM (
           SELECT 1 FROM _honker_live
           WHERE queue = ?1 AND state = 'pending' AND run_at <= unixepoch()
           UNION ALL
           SELECT 1 FROM _honker_live
           WHERE queue = ?1 AND state = 'processing' AND claim_expires_at < unixepoch()
           LIMIT ?2)",
        (QUEUE, max),
        |it| it.get(0),
    )?;
    if due == 0 {
        return Ok("[]".to_owned());
    }
    transaction.query_row(
        "SELECT honker_claim_batch(?1, ?2, ?3, ?4)",
        (QUEUE, claim, due, lease),
        |it| it.get(0),
    )
}
