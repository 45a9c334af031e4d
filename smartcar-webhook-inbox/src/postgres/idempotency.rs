//! The memory of the layer `Idempotency`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use smartcar_webhook_core::layer::idempotency::{Claim, Claimed, IdempotencyStore};
use smartcar_webhook_core::{BoxError, Outcome, async_trait};

use super::Postgres;
use super::database::Database;
use super::inbox::seconds;
use super::schema::IDEMPOTENCY;

/// What [`Idempotency`](smartcar_webhook_core::layer::Idempotency) remembers, in a database of PostgreSQL that all replicas share.
///
/// For handlers that run inside of the request; an [inbox](super::PostgresInbox) needs none.
/// Each call is one statement, with the time of the server; what was completed is on disk.
/// A claim deletes two others whose time is over, so the table grows with the time to live and no further.
///
/// The table is made when it is opened, in a schema of the [name](Postgres::name).
///
/// ```no_run
/// use smartcar_webhook_core::layer::Idempotency;
/// use smartcar_webhook_inbox::postgres::{Postgres, PostgresStore};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// let database = Postgres::new("postgres://app:secret@db.internal/app")?;
/// let layer = Idempotency::new(PostgresStore::open(database).await?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PostgresStore {
    database: Arc<Database>,
}

/// It writes the row in any case, for that is how a statement is told what another has written a moment ago.
const CLAIM: &str = "
    WITH forgotten AS (
      DELETE FROM smartcar_webhook.claims WHERE key IN (
        SELECT key FROM smartcar_webhook.claims
        WHERE until <= clock_timestamp() AND key <> $1
        ORDER BY until LIMIT 2 FOR UPDATE SKIP LOCKED
      )
    )
    INSERT INTO smartcar_webhook.claims AS it (key, claim, fingerprint, until)
    VALUES ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
    ON CONFLICT (key) DO UPDATE SET
      claim = CASE WHEN it.until <= clock_timestamp() THEN excluded.claim ELSE it.claim END,
      fingerprint = CASE WHEN it.until <= clock_timestamp() THEN excluded.fingerprint ELSE it.fingerprint END,
      outcome = CASE WHEN it.until <= clock_timestamp() THEN NULL ELSE it.outcome END,
      until = CASE WHEN it.until <= clock_timestamp() THEN excluded.until ELSE it.until END
    RETURNING claim, fingerprint, outcome";

const RENEW: &str = "
    UPDATE smartcar_webhook.claims SET until = clock_timestamp() + make_interval(secs => $3)
    WHERE key = $1 AND claim = $2 AND outcome IS NULL";

const COMPLETE: &str = "
    INSERT INTO smartcar_webhook.claims AS it (key, claim, fingerprint, outcome, until)
    VALUES ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5))
    ON CONFLICT (key) DO UPDATE SET claim = excluded.claim,
      fingerprint = excluded.fingerprint, outcome = excluded.outcome, until = excluded.until
    WHERE it.until <= clock_timestamp() OR (it.claim = excluded.claim AND it.outcome IS NULL)";

const RELEASE: &str = "
    DELETE FROM smartcar_webhook.claims WHERE key = $1 AND claim = $2 AND outcome IS NULL";

impl PostgresStore {
    /// Connects, and makes or renews the table.
    ///
    /// # Errors
    ///
    /// When the database cannot be reached, when the table cannot be made, or when it is that of a later release.
    pub async fn open(database: Postgres) -> Result<Self, BoxError> {
        let database = Arc::new(Database::new(database)?);
        IDEMPOTENCY.migrate(&database).await?;
        Ok(Self { database })
    }
}

#[async_trait]
impl IdempotencyStore for PostgresStore {
    async fn claim(&self, claim: &Claim, lease: Duration) -> Result<Claimed, BoxError> {
        let (key, id) = (&claim.key().as_bytes()[..], claim.id().cast_signed());
        let fingerprint = claim.fingerprint().cast_signed();
        let params = [&key as _, &id as _, &fingerprint as _, &seconds(lease) as _];
        let rows = self.database.query(CLAIM, &params).await?;
        let row = rows.first().ok_or("database gave no row")?;
        let (holder, fingerprint): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        let outcome: Option<&str> = row.try_get(2)?;
        let fingerprint = fingerprint.cast_unsigned();
        Ok(match outcome {
            None if holder == id => Claimed::Granted,
            None => Claimed::InFlight { fingerprint },
            Some(code) => Claimed::Done {
                fingerprint,
                // Another release may know outcomes that this one does not.
                outcome: Outcome::from_code(code).unwrap_or(Outcome::Handled),
            },
        })
    }

    async fn renew(&self, claim: &Claim, lease: Duration) -> Result<bool, BoxError> {
        let (key, id) = (&claim.key().as_bytes()[..], claim.id().cast_signed());
        let params = [&key as _, &id as _, &seconds(lease) as _];
        Ok(self.database.execute(RENEW, &params).await? > 0)
    }

    async fn complete(
        &self,
        claim: &Claim,
        outcome: Outcome,
        time_to_live: Duration,
    ) -> Result<bool, BoxError> {
        let (key, id) = (&claim.key().as_bytes()[..], claim.id().cast_signed());
        let (fingerprint, outcome) = (claim.fingerprint().cast_signed(), outcome.code());
        let time_to_live = seconds(time_to_live);
        let params = [
            &key as _,
            &id as _,
            &fingerprint as _,
            &outcome as _,
            &time_to_live as _,
        ];
        Ok(self.database.execute(COMPLETE, &params).await? > 0)
    }

    async fn release(&self, claim: &Claim) -> Result<(), BoxError> {
        let (key, id) = (&claim.key().as_bytes()[..], claim.id().cast_signed());
        self.database.execute(RELEASE, &[&key, &id]).await?;
        Ok(())
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore")
            .field("database", &self.database.settings)
            .finish_non_exhaustive()
    }
}
