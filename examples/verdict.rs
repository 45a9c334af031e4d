//! How a command ends.

use std::process::ExitCode;

use smartcar_webhook_core::BoxError;

use crate::printer::say;

/// How a command ends, unless there was nothing to do or it could not be done.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// All is well.
    Well,
    /// What was tried fell short, or what was asked for is not there.
    Short,
}

impl Verdict {
    /// [`Well`](Self::Well), if so.
    pub fn of(is_well: bool) -> Self {
        if is_well { Self::Well } else { Self::Short }
    }
}

/// What a program ends with: 0 or 1 by the verdict; 2 if there was nothing to do or it could not be done, after the reason was said.
pub fn exit_code(done: Result<Verdict, BoxError>) -> ExitCode {
    match done {
        Ok(Verdict::Well) => ExitCode::SUCCESS,
        Ok(Verdict::Short) => ExitCode::from(1),
        Err(err) => {
            say(&format!("error: {err}"));
            ExitCode::from(2)
        }
    }
}
