//! When a delivery is acknowledged.

/// When a delivery is acknowledged.
///
/// | policy | a failure of the handler | an end of the process halfway | a slow handler |
/// |---|---|---|---|
/// | `AfterHandling` | Smartcar sends the event again | Smartcar sends the event again | is answered 503 at the deadline, though the work goes on |
/// | `BeforeHandling` | the event is lost | the event is lost | is answered 200 at once |
///
/// To answer at once and lose nothing, store the delivery before it is acknowledged, and handle what was stored.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Acknowledge {
    /// Once its handler has succeeded.
    #[default]
    AfterHandling,
    /// At once, as [`Outcome::Accepted`](crate::Outcome::Accepted): what fails afterwards is lost, and the error is all there is of it.
    BeforeHandling,
}
