//! The conformance cases, every way to mount, and real sockets.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../../smartcar-webhook-core/tests/conformance/case.rs"]
mod case;

mod conformance;
mod mount;
mod socket;
