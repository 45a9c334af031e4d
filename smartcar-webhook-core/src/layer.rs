//! Tower layers for the seam between verification and handlers, each usable alone.
//!
//! They go around an [`EventRouter`](crate::EventRouter) as a whole, with `tower::ServiceBuilder`, or around [each of its handlers](crate::EventRouter::layer).

mod filter;
mod lanes;

pub use self::filter::{Filter, Filtered};
pub use self::lanes::{InLane, Lanes};
