//! What is promised of the worker and of every engine.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod engine;
#[cfg(feature = "nats")]
mod nats;
#[cfg(any(feature = "nats", feature = "sqlite"))]
mod place;
#[cfg(all(unix, feature = "sqlite"))]
mod processes;
#[cfg(feature = "nats")]
mod servers;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "metrics")]
mod told;
mod worker;
