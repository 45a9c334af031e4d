//! The way out.

use std::time::Duration;

use bytes::Bytes;
use honker::Transaction;
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
            let leased = self.call(move |it| take(it, &claim, max, seconds(lease)));
            let leased = leased.await?;
            let left = until.saturating_duration_since(Instant::now());
            if !leased.is_empty() || left.is_zero() {
                return Ok(leased);
            }
            drop(timeout(left.min(POLL), changed).await);
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

/// Claims up to so many that are due, or one alone that was abandoned.
///
/// honker has a call for this, which looks through all that wait and all that rest, each time, for some whose attempts are used up.
/// These statements read two of its indices, no further than they have to.
fn take(
    transaction: &Transaction<'_>,
    claim: &str,
    max: i64,
    lease: i64,
) -> honker::Result<Vec<Leased<SqliteReceipt>>> {
    const ABANDONED: &str = "state = 'processing' AND claim_expires_at < unixepoch()
        ORDER BY claim_expires_at";
    const DUE: &str = "state = 'pending' AND run_at <= unixepoch() ORDER BY run_at, id";
    let take = |which, max| -> honker::Result<Vec<_>> {
        let mut statement = transaction.conn().prepare_cached(&format!(
            "UPDATE _honker_live
             SET state = 'processing', worker_id = ?1,
                 claim_expires_at = unixepoch() + ?2, attempts = attempts + 1
             WHERE id IN (SELECT id FROM _honker_live WHERE queue = ?3 AND {which} LIMIT ?4)
             RETURNING id, attempts, payload"
        ))?;
        let rows = statement.query_map((claim, lease, QUEUE, max), |it| {
            let receipt = SqliteReceipt {
                job: it.get(0)?,
                claim: claim.to_owned(),
            };
            let payload: String = it.get(2)?;
            Ok(Leased::new(receipt, it.get(1)?, Bytes::from(payload)))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    let mut abandoned = take(ABANDONED, max.min(1))?;
    if abandoned.is_empty() {
        return take(DUE, max);
    }
    for leased in &mut abandoned {
        leased.abandoned = true;
    }
    Ok(abandoned)
}
