//! How a delivery ended when nothing went wrong.

/// What became of a delivery; all of them are acknowledged with 200.
///
/// The response type of every service on the [`Delivery`](crate::Delivery) seam.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Outcome {
    /// A handler, or the fallback, took it and succeeded.
    Handled,
    /// Nobody wanted it: no handler for its type and no fallback.
    Unhandled,
    /// It was stored durably, to be handled later.
    Stored,
    /// It is a copy of one that was handled before.
    Duplicate,
}
