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
//! # Which engine
//!
//! | | `SqliteInbox` | `NatsInbox` | `postgres::PostgresInbox` | [`MemoryInbox`](smartcar_webhook_core::inbox::MemoryInbox) |
//! |---|---|---|---|---|
//! | feature | `sqlite`, on by default | `nats` | `postgres` | of the core |
//! | for | one machine, nothing to set up | many machines, with servers that take each other's place | many machines, or who has a PostgreSQL anyway | tests |
//! | receivers and workers | processes of one machine | anywhere | anywhere | one process |
//! | survives the death of processes and of the server | yes | yes | yes | no |
//! | survives a power cut | yes | when set up for it, below | yes, by default | no |
//! | survives the loss of a machine | no | with 3 replicas | with a synchronous standby | no |
//! | an event is stored once within | 7 days | 24 hours | 7 days | as many events as there is place for |
//! | effects exactly once | no | no | those in the same database, by `postgres::Completion` | no |
//!
//! If in doubt, take `SqliteInbox`, and another one when one machine is not enough: handlers stay as they are.
//!
//! # What each needs to survive a power cut
//!
//! | engine | settings |
//! |---|---|
//! | `SqliteInbox` | none: it sets `synchronous = FULL`, and `fullfsync` for macOS. A disk of the machine that tells the truth about syncs; no network file system |
//! | `NatsInbox` | `sync_interval: always` in the section `jetstream` of the server, which takes 2.10 or later; or 3 replicas that share neither power nor disk. **Unless told otherwise a server acknowledges up to two minutes before it syncs.** For replicas 2.10.23 or later: clusters of older ones lose deliveries |
//! | `postgres::PostgresInbox` | none, as long as `fsync` and `full_page_writes` are on, as they are by default; `synchronous_commit = off` is overruled. For the loss of a server `synchronous_standby_names` |
//!
//! # What is promised
//!
//! 1. A delivery is answered 200 only after the engine confirmed that it is kept. If that takes longer than 3 seconds, or fails, the answer is 503, and Smartcar sends it again.
//! 2. What was answered 200 is handed out until a handler succeeds or it is a dead letter, also after receiver, worker and engine were killed. Dead letters are kept until somebody replays or deletes them.
//! 3. An event is stored once within the time above, whatever number of copies come by whatever number of receivers.
//! 4. Attempts are bounded, those included that killed their worker.
//!
//! # What is not
//!
//! * **That a handler runs once.** It runs again if the worker was killed after the work and before the engine was told; if the worker stood still for longer than its [lease](Worker::lease), even at the same time; and if the engine was killed with the word of it on its way.
//!   So write handlers that can take it: set rather than add, insert by the [key](smartcar_webhook_core::Delivery::idempotency_key) of the delivery, and ask [`Attempt::is_cancelled`] before an effect that must not be had twice.
//! * **Order.** Deliveries are handled side by side, and one that failed comes back later; `FreshnessTracker` of the core tells readings that are old.
//! * **That a crash costs nobody else.** It costs everything that the worker was at one attempt, which is why there are [more](Worker::DEFAULT_MAX_ATTEMPTS) than handlers need.
//! * **What Smartcar gives up.** A receiver that cannot be reached, or whose engine is down, for longer than Smartcar tries has lost those events: run two, or keep the outage short.
//! * **What was not tried.** Power cuts, failovers of PostgreSQL and network file systems are not among the tests; what is said of them is what those who make the engines say.
//!
//! # Handlers inside of the request
//!
//! For those `postgres::PostgresStore` and `redis::RedisStore`, behind the feature `redis`, are memories of [`Idempotency`](smartcar_webhook_core::layer::Idempotency) that replicas share.

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
