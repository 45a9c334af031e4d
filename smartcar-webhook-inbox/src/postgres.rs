//! PostgreSQL, for processes on any number of machines. Behind the feature `postgres`.
//!
//! | what | does |
//! |---|---|
//! | [`Postgres`] | says where the database is, and how it is talked to |
//! | [`PostgresInbox`] | an engine: keeps deliveries until a [`Worker`](crate::Worker) has handled them |
//! | [`Completion`] | lets a handler commit what it writes, and that the delivery is done, as one |
//! | [`PostgresStore`] | the memory of [`Idempotency`](smartcar_webhook_core::layer::Idempotency), for handlers that run inside of the request |

mod tls;
mod settings;
mod database;
mod schema;
mod wakeup;
mod completion;
mod inbox;
mod store;
mod queue;
mod dead_letters;
mod idempotency;

pub use self::completion::Completion;
pub use self::idempotency::PostgresStore;
pub use self::inbox::PostgresInbox;
pub use self::queue::PostgresReceipt;
pub use self::settings::Postgres;
