//! Tower layers for the seam between verification and handlers, each usable alone.
//!
//! They go around an [`EventRouter`](crate::EventRouter) as a whole, with `tower::ServiceBuilder`, or around [each of its handlers](crate::EventRouter::layer).

#[cfg(feature = "tokio")]
pub(crate) mod detach;
mod filter;
#[cfg(feature = "tokio")]
pub mod idempotency;
mod lanes;

#[cfg(feature = "tokio")]
pub use self::detach::{Acknowledge, Detach, DetachHandle, Detached, ShutdownReport};
pub use self::filter::{Filter, Filtered};
#[cfg(feature = "tokio")]
pub use self::idempotency::Idempotency;
pub use self::lanes::{InLane, Lanes};
