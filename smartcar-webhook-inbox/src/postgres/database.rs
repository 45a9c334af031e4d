//! A pool of connections.

use std::error::Error as StdError;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use smartcar_webhook_core::BoxError;
use tokio::time::timeout;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Statement};

use super::Postgres;

pub(super) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

pub(super) struct Database {
    pub(super) settings: Postgres,
    pool: Pool,
}

/// The server gives up when the caller has, or statements that wait for a lock would pile up there, each with a connection.
/// What is answered 200 has to be on disk, so a database that answers earlier does not do so here.
const SETUP: &str = "
    SET statement_timeout = {timeout};
    SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') = 'off'";

impl Database {
    /// Connects to nothing yet.
    pub(super) fn new(settings: Postgres) -> Result<Self, BoxError> {
        let recycling_method = RecyclingMethod::Fast;
        let config = ManagerConfig { recycling_method };
        let Postgres {
            config: server,
            tls,
            ..
        } = settings.clone();
        let manager = Manager::from_config(server, tls, config);
        let millis = settings.timeout.as_millis().clamp(1, 1 << 30);
        let setup = SETUP.replace("{timeout}", &millis.to_string());
        let pool = Pool::builder(manager)
            .max_size(settings.connections)
            .post_create(Hook::async_fn(move |client, _| {
                let setup = setup.clone();
                Box::pin(async move {
                    let done = client.batch_execute(&setup).await;
                    done.map_err(HookError::Backend)
                })
            }))
            .build()?;
        Ok(Self { settings, pool })
    }

    /// The rows that a statement gives, which is a transaction of its own.
    pub(super) async fn query(&self, sql: &str, params: Params<'_>) -> Result<Vec<Row>, BoxError> {
        self.call(sql, async |connection, statement| {
            connection.query(statement, params).await
        })
        .await
    }

    /// How many rows a statement changed, or gave.
    pub(super) async fn execute(&self, sql: &str, params: Params<'_>) -> Result<u64, BoxError> {
        self.call(sql, async |connection, statement| {
            connection.execute(statement, params).await
        })
        .await
    }

    async fn call<T>(
        &self,
        sql: &str,
        work: impl AsyncFnOnce(&Object, &Statement) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, BoxError> {
        let sql = self.settings.statement(sql);
        let call = async {
            let mut lent = self.lend().await?;
            let connection = lent.get();
            let done = async {
                let statement = connection.prepare_cached(&sql).await?;
                work(connection, &statement).await
            };
            let done = done.await.map_err(|err| refusal(&err))?;
            lent.give_back();
            Ok(done)
        };
        let called = timeout(self.settings.timeout, call).await;
        called.map_err(|_| "database did not answer in time")?
    }

    pub(super) async fn lend(&self) -> Result<Lent, BoxError> {
        match self.pool.get().await {
            Ok(connection) => Ok(Lent(Some(connection))),
            Err(deadpool_postgres::PoolError::Backend(err)) => Err(refusal(&err)),
            Err(err) => Err(err.to_string().into()),
        }
    }
}

/// A connection that goes back to the pool only when told so: one that failed, or whose call was dropped, may be of no more use.
pub(super) struct Lent(Option<Object>);

impl Lent {
    pub(super) fn get(&mut self) -> &mut Object {
        // It is taken on drop alone.
        self.0.as_mut().expect("a connection that is lent")
    }

    pub(super) fn give_back(mut self) {
        drop(self.0.take());
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(Object::take(connection));
        }
    }
}

/// What may be logged of an error: what the server says of data may have values in it.
pub(super) fn refusal(err: &tokio_postgres::Error) -> BoxError {
    let Some(refused) = err.as_db_error() else {
        let reason = err.source().map(|it| format!(": {it}"));
        return format!("{err}{}", reason.unwrap_or_default()).into();
    };
    let code = refused.code().code();
    // Classes of errors in data, and of what contradicts other data.
    if code.starts_with("22") || code.starts_with("23") {
        return format!("database refused with {code}").into();
    }
    format!("database refused with {code}: {}", refused.message()).into()
}
