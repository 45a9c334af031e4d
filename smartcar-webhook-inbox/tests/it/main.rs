//! What is promised of the worker and of every engine.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod engine;
#[cfg(feature = "sqlite")]
mod place;
mod worker;
