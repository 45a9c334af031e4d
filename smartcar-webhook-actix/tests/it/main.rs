//! The conformance cases, the ways to mount, and what apps hand to handlers.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conformance;
mod detach;
mod extensions;
mod mount;
mod verified;
