//! The conformance cases, every way to mount, and real sockets.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conformance;
mod detach;
mod mount;
mod socket;
mod verified;
