//! What is promised of the worker and of every engine.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod engine;
#[cfg(feature = "nats")]
mod nats;
#[cfg(any(
    feature = "nats",
    feature = "sqlite",
    feature = "postgres",
    feature = "redis"
))]
mod place;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(all(unix, any(feature = "nats", feature = "sqlite", feature = "postgres")))]
mod processes;
#[cfg(any(feature = "nats", feature = "postgres", feature = "redis"))]
mod servers;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod stores;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "metrics")]
mod told;
mod worker;
