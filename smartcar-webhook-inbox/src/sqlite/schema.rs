//! The tables, and how the file is opened.

use std::path::Path;
use std::time::Duration;

use honker::{Database, OpenOptions};

/// The queue of honker that the deliveries are in.
pub(super) const QUEUE: &str = "smartcar_webhook";

/// honker syncs less often than what is answered 200 takes, and waits longer for a lock than a sender does.
/// `fullfsync` is for macOS, where a sync alone leaves the data in the disk's own memory.
const SETUP: &str = "
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA busy_timeout = 2000;
    CREATE TABLE IF NOT EXISTS smartcar_webhook_keys (
      key BLOB PRIMARY KEY,
      stored_at INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS smartcar_webhook_keys_age
      ON smartcar_webhook_keys(stored_at);
";

pub(super) fn open(path: &Path) -> honker::Result<Database> {
    // The thread that watches for commits is not what wakes a worker; it notices that the file was replaced.
    let options = OpenOptions::default().watcher_poll_interval(Duration::from_secs(1))?;
    let database = Database::open_with_options(path, options)?;
    database.with_conn(|it| it.execute_batch(SETUP))?;
    Ok(database)
}
