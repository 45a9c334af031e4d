//! What Smartcar makes of a receiver's answer.

use std::fmt;

/// What came back of an attempt, as Smartcar sees it.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Answer {
    /// An answer with this HTTP status. 2xx acknowledges the event; anything else, a redirect too, is a failure.
    Status(u16),
    /// No answer within 15 s; the connection was dropped then.
    TimedOut,
    /// No connection, or none that held until the answer.
    Unreachable,
    /// The receiver answered, and the answer was [lost on the way](super::Faults::lost_answers).
    Lost,
    /// The connection [broke](super::Faults::cut_off) while the receiver was at work.
    CutOff,
}

impl Answer {
    /// Whether it acknowledges the event.
    ///
    /// See [Smartcar Docs/Delivery Behavior](https://smartcar.com/docs/api-reference/webhooks/delivery-behavior).
    pub const fn acknowledges(self) -> bool {
        matches!(self, Self::Status(200..=299))
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "{status}"),
            Self::TimedOut => f.write_str("no answer in time"),
            Self::Unreachable => f.write_str("unreachable"),
            Self::Lost => f.write_str("answer lost"),
            Self::CutOff => f.write_str("cut off"),
        }
    }
}
