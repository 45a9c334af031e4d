//! Tower layers for the seam between verification and handlers, each usable alone.

#[cfg(feature = "tokio")]
mod detach;
#[cfg(feature = "tokio")]
pub mod idempotency;

#[cfg(feature = "tokio")]
pub use self::detach::{Acknowledge, Detach, DetachHandle, Detached, ShutdownReport};
#[cfg(feature = "tokio")]
pub use self::idempotency::Idempotency;
