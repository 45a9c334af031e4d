//! Handles what a [Smartcar webhook](smartcar_webhook_core) has stored: a worker, and durable engines.
//!
//! A receiver that stores each verified delivery and answers 200 needs nothing but its store to be up; the work is done afterwards, with the same router and handlers, and is tried again until it succeeds.
//!
//! ```
//! use smartcar_webhook_core::inbox::{Inbox, MemoryInbox};
//! use smartcar_webhook_core::{EventRouter, ManagementToken, Webhook};
//! use smartcar_webhook_inbox::Worker;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let engine = MemoryInbox::new();
//! let webhook = Webhook::new(ManagementToken::new("amt")?, Inbox::new(engine.clone()));
//! // Mount the webhook, and beside it, or in another process:
//! let worker = Worker::new(engine, EventRouter::new());
//! # let shutdown = std::future::ready(());
//! worker.run(shutdown).await;
//! # Ok(())
//! # }
//! ```
//!
//! | engine | feature | for |
//! |---|---|---|
//! | `SqliteInbox` | `sqlite`, on by default | the processes of one machine |
//! | `NatsInbox` | `nats` | any number of machines |
//! | `postgres::PostgresInbox` | `postgres` | any number of machines |
//!
//! For handlers that run inside of the request, `postgres::PostgresStore` and `redis::RedisStore`, behind the feature `redis`, are memories of [`Idempotency`](smartcar_webhook_core::layer::Idempotency) that replicas share.

mod attempt;
mod backoff;
#[cfg(feature = "metrics")]
pub mod metrics;
#[cfg(feature = "nats")]
mod nats;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "redis")]
pub mod redis;
#[cfg(feature = "sqlite")]
mod sqlite;
mod worker;

pub use crate::attempt::Attempt;
#[cfg(feature = "nats")]
pub use crate::nats::{NatsInbox, NatsOptions, NatsReceipt};
#[cfg(feature = "postgres")]
pub use crate::postgres::PostgresInbox;
#[cfg(feature = "sqlite")]
pub use crate::sqlite::{SqliteInbox, SqliteReceipt};
pub use crate::worker::{Worker, WorkerReport};
