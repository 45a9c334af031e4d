//! Where a receiver departs from the contract.

use std::fmt;

/// A case, and how its answer differed.
#[derive(Clone, Debug)]
pub struct Departure {
    case: String,
    expected: String,
    found: String,
}

impl Departure {
    pub(super) fn new(case: &str, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            case: case.to_owned(),
            expected: expected.into(),
            found: found.into(),
        }
    }

    /// The name of the case.
    pub fn case(&self) -> &str {
        &self.case
    }
}

impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            case,
            expected,
            found,
        } = self;
        write!(f, "{case}: expected {expected}, found {found}")
    }
}

impl std::error::Error for Departure {}
