//! How a command ends.

use std::process::ExitCode;

/// How a command ends, unless there was nothing to do or it could not be done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// All is well.
    Well,
    /// The receiver fell short, lost something or was not verified.
    Short,
}

impl Verdict {
    pub(crate) fn of(is_well: bool) -> Self {
        if is_well { Self::Well } else { Self::Short }
    }
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Well => Self::SUCCESS,
            Verdict::Short => Self::from(1),
        }
    }
}
