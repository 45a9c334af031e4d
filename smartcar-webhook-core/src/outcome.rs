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
    /// A layer acknowledged it before it was handled.
    Accepted,
    /// A [filter](crate::layer::Filter) took it out on purpose.
    Filtered,
    /// A layer stored it durably, to be handled later.
    Stored,
    /// A layer knows it as a copy of one that was handled before.
    Duplicate,
}

impl Outcome {
    const ALL: [Self; 7] = [
        Self::Handled,
        Self::FellBack,
        Self::Unhandled,
        Self::Filtered,
        Self::Accepted,
        Self::Stored,
        Self::Duplicate,
    ];

    /// The short code to count an outcome by, or to keep it as.
    ///
    /// ```
    /// # use smartcar_webhook_core::Outcome;
    /// assert_eq!(Outcome::FellBack.code(), "fell_back");
    /// ```
    pub fn code(self) -> &'static str {
        match self {
            Self::Handled => "handled",
            Self::FellBack => "fell_back",
            Self::Unhandled => "unhandled",
            Self::Filtered => "filtered",
            Self::Accepted => "accepted",
            Self::Stored => "stored",
            Self::Duplicate => "duplicate",
        }
    }

    /// The outcome of a [code](Self::code), if this version of the library knows it.
    ///
    /// ```
    /// # use smartcar_webhook_core::Outcome;
    /// assert_eq!(Outcome::from_code("fell_back"), Some(Outcome::FellBack));
    /// assert_eq!(Outcome::from_code("gone"), None);
    /// ```
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}
