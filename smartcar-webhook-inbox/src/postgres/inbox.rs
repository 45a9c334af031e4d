//! The engine.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use smartcar_webhook_core::BoxError;

use super::Postgres;
use super::database::Database;
use super::schema::INBOX;
use super::wakeup::Wakeup;

/// Keeps deliveries in a database of PostgreSQL, in a queue of [pgmq](https://github.com/pgmq/pgmq).
///
/// Receivers and workers may be in any number of processes on any number of machines; each opens it once, and clones are the same inbox.
///
/// # What it promises
///
/// * What was stored was committed, which PostgreSQL does not say before it is on disk; where the database says `synchronous_commit = off`, it is switched on here. Against the loss of the server's disk only replicas help: say `synchronous_standby_names` there.
/// * An event is stored once within the time it is [remembered](Self::DEFAULT_REMEMBERED), whatever number of copies come from whatever number of processes: its key and the delivery are written by one statement.
/// * A server that is down, or locked, fails stores within 3 seconds, which is answered 503; what comes once it is back is stored, by the same process.
/// * A handler that writes to the same database can have its effects [exactly once](super::Completion).
///
/// Leases and delays are by the clock of the server.
///
/// # How it works
///
/// A delivery that is handed out is one whose `vt`, the time from which on it may be seen, lies ahead; who settles it must know the number of its attempt, so that nobody who comes late does.
/// A delivery that is done is deleted; of it remains its key, and each store deletes two keys whose time is over.
/// Workers are woken by `NOTIFY`, and look each second.
///
/// The tables are made when it is opened, in a schema of the [name](Postgres::name); pgmq is installed as plain SQL unless it is there, as an extension or otherwise.
/// That takes the right to make schemas, once; those who run it afterwards need to use both schemas, to read, write and delete in the tables of the one, and in `q_` of that name in the other.
///
/// # Examples
///
/// ```no_run
/// use smartcar_webhook_core::inbox::Inbox;
/// use smartcar_webhook_core::{EventRouter, ManagementToken, Webhook};
/// use smartcar_webhook_inbox::Worker;
/// use smartcar_webhook_inbox::postgres::{Postgres, PostgresInbox};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// let database = Postgres::new("postgres://app:secret@db.internal/app")?;
/// let engine = PostgresInbox::open(database).await?;
/// let webhook = Webhook::new(ManagementToken::new("amt")?, Inbox::new(engine.clone()));
/// let worker = Worker::new(engine, EventRouter::new());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PostgresInbox {
    pub(super) database: Arc<Database>,
    pub(super) wakeup: Arc<Wakeup>,
    pub(super) completion: Arc<str>,
    remembered: Duration,
}

impl PostgresInbox {
    /// How long the key of an event is remembered unless told otherwise: 7 days, the least that Smartcar recommends.
    pub const DEFAULT_REMEMBERED: Duration = Duration::from_secs(7 * 24 * 60 * 60);

    /// Connects, and makes or renews the tables.
    ///
    /// # Errors
    ///
    /// When the database cannot be reached, when tables cannot be made, or when they are those of a later release.
    pub async fn open(database: Postgres) -> Result<Self, BoxError> {
        let database = Arc::new(Database::new(database)?);
        INBOX.migrate(&database).await?;
        let completion = "SELECT smartcar_webhook.complete($1, $2)";
        Ok(Self {
            wakeup: Arc::new(Wakeup::new(&database)),
            completion: database.settings.statement(completion).into(),
            remembered: Self::DEFAULT_REMEMBERED,
            database,
        })
    }

    /// Sets how long the key of an event is remembered.
    ///
    /// A key takes some 150 bytes, those of its indexes included.
    #[must_use]
    pub fn remember(mut self, time: Duration) -> Self {
        self.remembered = time;
        self
    }

    /// In seconds.
    pub(super) fn remembered(&self) -> f64 {
        seconds(self.remembered)
    }
}

/// No more than 3,000 years, so that PostgreSQL can take it from a time.
pub(super) fn seconds(time: Duration) -> f64 {
    time.as_secs_f64().min(1e11)
}

impl fmt::Debug for PostgresInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresInbox")
            .field("database", &self.database.settings)
            .field("remembered", &self.remembered)
            .finish_non_exhaustive()
    }
}
