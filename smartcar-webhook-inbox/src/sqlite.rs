//! An engine in a file of SQLite, for the processes of one machine. Behind the feature `sqlite`.

mod schema;
mod writer;
mod store;
mod queue;
mod dead_letters;

use std::fmt;
use std::fs::OpenOptions;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use honker::Transaction;
use smartcar_webhook_core::BoxError;
use tokio::sync::Notify;

use self::writer::Writer;

pub use self::queue::SqliteReceipt;

/// Keeps deliveries in a file of SQLite, in the queue of the crate [honker](https://docs.rs/honker).
///
/// Receivers and workers may be in one process or in several on the same machine; each opens the file once, and clones are the same inbox.
///
/// # What it promises
///
/// * What was stored is on disk, as far as the disk tells the truth: each commit is synced. It survives the death of the process and of the machine.
/// * An event is stored once within the time it is [remembered](Self::DEFAULT_REMEMBERED), whatever number of copies come from whatever number of processes.
/// * A file that is locked, a disk that is full, a file that was replaced: stores fail within seconds, which is answered 503, and go on when the cause is gone; for a file that was replaced, once it is opened anew.
///
/// The file must be on a disk of the machine: the locks of SQLite do not hold on network file systems.
/// It is made readable for its owner alone, for it holds what the vehicles sent; beside it lie two more, `…-wal` and `…-shm`, which belong to it.
/// Leases and delays are in whole seconds, rounded up, by the clock of the machine; keep that from jumping.
///
/// # How it works
///
/// One thread owns the file and writes whatever waits for it, stores, claims and results alike, in one transaction.
/// So many deliveries at once cost little more than one, and what a handler finished is as durable as what was stored.
/// A delivery that is done is deleted; of it remains its key.
///
/// # Builds
///
/// It brings SQLite along, by way of rusqlite; Cargo allows a program one crate that links SQLite, so another, such as that of sqlx, must want the same version of `libsqlite3-sys`.
///
/// # Examples
///
/// ```
/// use smartcar_webhook_core::inbox::Inbox;
/// use smartcar_webhook_core::{EventRouter, ManagementToken, Webhook};
/// use smartcar_webhook_inbox::{SqliteInbox, Worker};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// # let folder = std::env::temp_dir().join(format!("smartcar-inbox-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// let engine = SqliteInbox::open(folder.join("inbox.db"))?;
/// let webhook = Webhook::new(ManagementToken::new("amt")?, Inbox::new(engine.clone()));
/// let worker = Worker::new(engine, EventRouter::new());
/// # worker.run(std::future::ready(())).await;
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SqliteInbox {
    writer: Arc<Writer>,
    changed: Arc<Notify>,
    /// In seconds.
    remembered: i64,
}

impl SqliteInbox {
    /// How long the key of an event is remembered unless told otherwise: 7 days, the least that Smartcar recommends.
    pub const DEFAULT_REMEMBERED: Duration = Duration::from_secs(7 * 24 * 60 * 60);

    /// Opens the file, or makes it.
    ///
    /// It waits for the disk, so call it before the server runs, as one does.
    ///
    /// # Errors
    ///
    /// When the file can be neither opened nor made, is no database, or is locked for some seconds.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, BoxError> {
        // Absolute, so that no path is one of SQLite's names for a database in memory.
        let path = std::path::absolute(path)?;
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path)?;
        Ok(Self {
            writer: Arc::new(Writer::start(schema::open(&path)?)?),
            changed: Arc::default(),
            remembered: seconds(Self::DEFAULT_REMEMBERED),
        })
    }

    /// Sets how long the key of an event is remembered, in whole seconds.
    ///
    /// A key takes some 60 bytes in the file.
    #[must_use]
    pub fn remember(mut self, time: Duration) -> Self {
        self.remembered = seconds(time);
        self
    }

    async fn call<T: Send + 'static>(
        &self,
        work: impl FnMut(&Transaction<'_>) -> honker::Result<T> + Send + 'static,
    ) -> Result<T, BoxError> {
        self.writer.call(work).await
    }

    /// Has those who wait for deliveries look again.
    fn wake(&self) {
        self.changed.notify_waiters();
    }
}

/// Rounded up.
fn seconds(time: Duration) -> i64 {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    // So that the end of it is a time that SQLite can count to.
    let longest = i64::MAX / 4;
    seconds
        .saturating_add(i64::from(time.subsec_nanos() > 0))
        .min(longest)
}

impl fmt::Debug for SqliteInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteInbox")
            .field("remembered", &self.remembered)
            .finish_non_exhaustive()
    }
}
