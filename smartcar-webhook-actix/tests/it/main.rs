//! The conformance cases and the ways to mount.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../../smartcar-webhook-core/tests/conformance/case.rs"]
mod case;

mod conformance;
mod mount;
