//! Smartcar's side in a box: a fleet of vehicles with a life of their own, and webhooks that tell a receiver of it.
//!
//! In a test, in virtual time, a month takes seconds:
//!
//! ```
//! use std::sync::{Arc, Mutex};
//! use std::time::Duration;
//!
//! use smartcar_webhook_core::testing::simulator::{Faults, Simulator};
//! use smartcar_webhook_core::{BoxError, Delivery, EventRouter, ManagementToken, Webhook};
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
//! # runtime.block_on(async {
//! // #[tokio::test(start_paused = true)]
//! let handled = Arc::new(Mutex::new(Vec::new()));
//! let router = EventRouter::new().fallback({
//!     let handled = Arc::clone(&handled);
//!     move |delivery: Delivery| {
//!         handled.lock().unwrap().push(delivery.idempotency_key());
//!         async { Ok::<_, BoxError>(()) }
//!     }
//! });
//! let token = ManagementToken::new("any")?;
//! let receiver = Webhook::new(token.clone(), router);
//!
//! let ledger = Simulator::new(token)
//!     .vehicles(3)
//!     .faults(Faults::storm())
//!     .run(receiver, Duration::from_secs(6 * 60 * 60))
//!     .await;
//! ledger.assert_nothing_lost();
//! ledger.assert_handled(&*handled.lock().unwrap());
//! # Ok::<_, BoxError>(())
//! # }).unwrap();
//! ```
//!
//! A handler that waits for something real, a database say, needs real time: in virtual time the clock goes on whenever everything waits.
//!
//! The target is any tower service of requests: a [`Webhook`](crate::Webhook), an app around it, or an HTTP client such as `HttpTarget`, behind the feature `http-client`.

mod seed;
mod calendar;
mod vehicle;
mod body;
mod body_writer;
mod answer;
mod challenge;
mod event;
mod faults;
mod retry_schedule;
mod simulated_webhook;
mod ledger;
mod setup;
mod sender;
mod maker;
mod fleet;
mod agenda;
mod run;

pub use self::answer::Answer;
pub use self::event::Attempt;
pub use self::faults::Faults;
pub use self::ledger::{EventRecord, Fate, Ledger, Totals, WebhookRecord, WebhookStatus};
pub use self::retry_schedule::RetrySchedule;
pub use self::setup::Simulator;
pub use self::simulated_webhook::SimulatedWebhook;
