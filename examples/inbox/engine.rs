//! Where the inbox is.

use std::path::PathBuf;
use std::sync::Arc;

use smartcar_webhook_core::BoxError;
use smartcar_webhook_core::inbox::DeadLetters;
use smartcar_webhook_inbox::postgres::{Postgres, PostgresInbox};
use smartcar_webhook_inbox::{NatsInbox, SqliteInbox};

/// Where the inbox is: one of these.
#[derive(clap::Args)]
pub(crate) struct EngineArgs {
    /// The file of an inbox in SQLite.
    #[arg(long, default_value = "inbox.db", global = true, conflicts_with_all = ["nats", "postgres"])]
    file: PathBuf,

    /// The servers of an inbox on NATS, with commas between them.
    ///
    /// Other users of the machine can see a password here.
    #[arg(long, value_name = "URL", global = true, conflicts_with = "postgres")]
    nats: Option<String>,

    /// The database of an inbox in PostgreSQL.
    ///
    /// Other users of the machine can see a password here.
    #[arg(long, value_name = "URL", global = true)]
    postgres: Option<String>,
}

impl EngineArgs {
    /// Opens what is there: a file is not made, while NATS and PostgreSQL are set up unless they were.
    pub(crate) async fn open(&self) -> Result<Arc<dyn DeadLetters>, BoxError> {
        if let Some(url) = &self.nats {
            let inbox = NatsInbox::connect(&**url).await;
            return Ok(Arc::new(inbox.map_err(|err| format!("--nats: {err}"))?));
        }
        if let Some(url) = &self.postgres {
            let inbox = async { PostgresInbox::open(Postgres::new(url)?).await };
            let inbox = inbox.await;
            return Ok(Arc::new(inbox.map_err(|err| format!("--postgres: {err}"))?));
        }
        let file = self.file.display();
        if !self.file.is_file() {
            return Err(format!("{file}: no such file").into());
        }
        let inbox = SqliteInbox::open(&self.file).map_err(|err| format!("{file}: {err}"))?;
        Ok(Arc::new(inbox))
    }
}
