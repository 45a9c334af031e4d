//! The worker over an engine in memory.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod worker;
