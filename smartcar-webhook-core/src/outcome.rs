//! How a delivery ended when nothing went wrong.

/// What became of a delivery; all of them are acknowledged with 200.
///
/// The response type of every service on the [`Delivery`](crate::Delivery) seam.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Outcome {
    /// The handler of its type succeeded.
    Handled,
    /// The fallback succeeded.
    FellBack,
    /// Nobody wanted it: no handler for its type and no fallback.
    Unhandled,
    /// A [filter](crate::layer::Filter) took it out on purpose.
    Filtered,
    /// A layer stored it durably, to be handled later.
    Stored,
    /// A layer knows it as a copy of one that was handled before.
    Duplicate,
}
