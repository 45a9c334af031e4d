//! The conformance cases and the ways to mount.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conformance;
mod detach;
mod mount;
mod verified;
