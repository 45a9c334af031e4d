//! Where a receiver departs from the contract.

use std::fmt;

/// Whom a departure concerns; what falls short is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Another answer than this library gives, that serves Smartcar as well: 204 for 200, 400 for 401, another body.
    Differs,
    /// Deliveries are lost, the webhook is not verified, or strangers are let in.
    FallsShort,
}

/// A case, and how its answer differed.
#[derive(Clone, Debug)]
pub struct Departure {
    pub(super) case: String,
    pub(super) why: String,
    pub(super) severity: Severity,
    pub(super) expected: String,
    pub(super) found: String,
}

impl Departure {
    /// The name of the case.
    pub fn case(&self) -> &str {
        &self.case
    }

    /// What the case is good for: what goes wrong in production where it falls short.
    pub fn why(&self) -> &str {
        &self.why
    }

    /// Whether anybody suffers from it.
    pub fn severity(&self) -> Severity {
        self.severity
    }
}

impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            case,
            expected,
            found,
            ..
        } = self;
        write!(f, "{case}: expected {expected}, found {found}")
    }
}

impl std::error::Error for Departure {}
