//! The tables.

use smartcar_webhook_core::BoxError;
use tokio::time::{Duration, timeout};

use super::database::{Database, refusal};

/// A set of tables, and how each version of it is made of the one before.
pub(super) struct Part {
    name: &'static str,
    versions: &'static [Version],
}

struct Version {
    needs_pgmq: bool,
    sql: &'static str,
}

pub(super) const INBOX: Part = Part {
    name: "inbox",
    versions: &[Version {
        needs_pgmq: true,
        sql: include_str!("inbox-1.sql"),
    }],
};

pub(super) const IDEMPOTENCY: Part = Part {
    name: "idempotency",
    versions: &[Version {
        needs_pgmq: false,
        sql: include_str!("idempotency-1.sql"),
    }],
};

/// The queue, of version 1.11.1, as its project publishes it for databases without its extension.
const PGMQ: &str = include_str!("pgmq.sql");

/// Noted as the installer of pgmq's own crate notes it, so that it can bring later versions.
const PGMQ_NOTE: &str = "
    CREATE TABLE pgmq.__pgmq_migrations (
      name text PRIMARY KEY NOT NULL,
      version text NOT NULL,
      run_at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    INSERT INTO pgmq.__pgmq_migrations (name, version) VALUES ('pgmq.sql', '1.11.1');";

/// One process at a time; the number is of no meaning, but the same in all of them.
const BEGIN: &str = "
    SET LOCAL statement_timeout = '60s';
    SELECT pg_advisory_xact_lock(5273870914260338517);
    DO $$ BEGIN
      IF to_regnamespace('smartcar_webhook') IS NULL THEN
        CREATE SCHEMA smartcar_webhook;
      END IF;
      IF to_regclass('smartcar_webhook.versions') IS NULL THEN
        CREATE TABLE smartcar_webhook.versions (
          part text PRIMARY KEY,
          version integer NOT NULL
        );
      END IF;
    END $$;";

impl Part {
    /// Brings the tables to the latest version; any number of processes may do so at once.
    pub(super) async fn migrate(&self, database: &Database) -> Result<(), BoxError> {
        let patience = database.settings.timeout.max(Duration::from_secs(70));
        timeout(patience, self.migrate_for_long(database))
            .await
            .map_err(|_| "database did not answer in time")?
    }

    async fn migrate_for_long(&self, database: &Database) -> Result<(), BoxError> {
        // Without rights to make tables, if they are there.
        let there = "SELECT 1 WHERE to_regclass('smartcar_webhook.versions') IS NOT NULL";
        if !database.query(there, &[]).await?.is_empty()
            && self.missing(self.read_version(database).await?)?.is_empty()
        {
            return Ok(());
        }
        let mut lent = database.lend().await?;
        self.make(database, &mut lent).await.map_err(|err| {
            match err.downcast::<tokio_postgres::Error>() {
                Ok(err) => refusal(&err),
                Err(err) => err,
            }
        })?;
        lent.give_back();
        Ok(())
    }

    async fn read_version(&self, database: &Database) -> Result<Option<i32>, BoxError> {
        let rows = database.query(VERSION, &[&self.name]).await?;
        Ok(rows.first().map(|it| it.try_get(0)).transpose()?)
    }

    async fn make(
        &self,
        database: &Database,
        lent: &mut super::database::Lent,
    ) -> Result<(), BoxError> {
        let sql = |it: &str| database.settings.statement(it);
        let transaction = lent.get().transaction().await?;
        transaction.batch_execute(&sql(BEGIN)).await?;
        let version = transaction.query_opt(&sql(VERSION), &[&self.name]).await?;
        let version = version.map(|it| it.try_get(0)).transpose()?;
        for version in self.missing(version)? {
            if version.needs_pgmq {
                let there = "SELECT to_regclass('pgmq.meta') IS NOT NULL";
                if !transaction.query_one(there, &[]).await?.try_get(0)? {
                    transaction.batch_execute(PGMQ).await?;
                    transaction.batch_execute(PGMQ_NOTE).await?;
                }
            }
            transaction.batch_execute(&sql(version.sql)).await?;
        }
        let version = i32::try_from(self.versions.len())?;
        transaction
            .execute(&sql(NOTE), &[&self.name, &version])
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    fn missing(&self, version: Option<i32>) -> Result<&'static [Version], BoxError> {
        let done = usize::try_from(version.unwrap_or(0))?;
        let missing = self.versions.get(done..);
        missing.ok_or_else(|| {
            format!(
                "tables of {} are of version {done}, which this release does not know",
                self.name
            )
            .into()
        })
    }
}

const VERSION: &str = "SELECT version FROM smartcar_webhook.versions WHERE part = $1";

const NOTE: &str = "
    INSERT INTO smartcar_webhook.versions VALUES ($1, $2)
    ON CONFLICT (part) DO UPDATE SET version = excluded.version";
