//! Handlers that commit what they write together with the end of the delivery.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Ends a delivery inside of a transaction of the handler's own: among the [extensions](smartcar_webhook_core::Delivery::extensions) of every delivery of a [`PostgresInbox`](super::PostgresInbox).
///
/// What the handler writes into the same database, and that the delivery is done, are then committed as one or not at all.
/// So the **effects of an event are there exactly once**, whatever dies, and whoever handles it twice:
/// where another worker has the delivery by now, or had it and is done, the statement fails, and with it the transaction.
/// That holds for what is in the transaction, and for nothing else that the handler does; and as far as a copy is known for one, within the time that keys are [remembered](super::PostgresInbox::DEFAULT_REMEMBERED).
///
/// The handler runs [`sql`](Self::sql) with [`params`](Self::params) on its own connection, by whatever client.
/// Until it commits, no other worker is handed the delivery, even if the lease ends meanwhile.
/// Who says `Ok` without a commit has the delivery ended all the same; after a commit, an error changes nothing.
///
/// The role needs the right to use the schemas and to delete from the queue: `GRANT USAGE ON SCHEMA pgmq, smartcar_webhook TO app; GRANT SELECT, DELETE ON pgmq.q_smartcar_webhook TO app`.
///
/// ```
/// use smartcar_webhook_core::payload::v4::VehicleState;
/// use smartcar_webhook_core::{BoxError, Delivery};
/// use smartcar_webhook_inbox::postgres::Completion;
///
/// async fn on_state(state: Delivery<VehicleState>) -> Result<(), BoxError> {
///     let completion = state.extensions().get::<Completion>().ok_or("no inbox")?;
///     let (message_id, attempt) = completion.params();
///     // With tokio-postgres; sqlx has `query(completion.sql()).bind(message_id).bind(attempt)`.
///     // let transaction = client.transaction().await?;
///     // transaction.execute("INSERT INTO charges …", &[…]).await?;
///     // transaction.execute(completion.sql(), &[&message_id, &attempt]).await?;
///     // transaction.commit().await?;
/// #   let _ = (message_id, attempt);
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Completion {
    sql: Arc<str>,
    message_id: i64,
    attempt: i32,
    is_taken: Arc<AtomicBool>,
}

impl Completion {
    /// One that says through `is_taken` whether a handler has asked for the statement.
    pub(super) fn new(
        sql: Arc<str>,
        message_id: i64,
        attempt: i32,
        is_taken: Arc<AtomicBool>,
    ) -> Self {
        Self {
            sql,
            message_id,
            attempt,
            is_taken,
        }
    }

    /// The statement, with `$1` and `$2` for the [`params`](Self::params); it gives one row that says nothing, or fails.
    pub fn sql(&self) -> &str {
        self.is_taken.store(true, Ordering::Relaxed);
        &self.sql
    }

    /// A `bigint` and an `integer`.
    pub fn params(&self) -> (i64, i32) {
        (self.message_id, self.attempt)
    }
}
