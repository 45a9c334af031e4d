//! Why there is nothing to read.

use std::fmt;

use super::{ErrorCode, ErrorType};
use crate::error::Error;

/// Why a signal, or the response of an endpoint, says nothing.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub enum Unread {
    /// Smartcar could not read it.
    Failed {
        /// The kind of error; empty where none was sent.
        error_type: ErrorType,
        /// The error within its type.
        code: Option<ErrorCode>,
    },
    /// Neither a body nor an error was sent.
    Empty,
    /// The body does not have the shape declared for it; the [path](Error::path) is that within the body.
    ///
    /// Only a member without which the body says nothing makes a misfit. Any other costs its own field, which is then `None`, and is left in [`Extra`](super::Extra).
    Misfit(Error),
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed { error_type, code } => {
                write!(f, "could not be read: {error_type}")?;
                code.as_ref().map_or(Ok(()), |code| write!(f, "/{code}"))
            }
            Self::Empty => f.write_str("nothing was sent"),
            Self::Misfit(err) => match err.path() {
                Some(path) => write!(f, "body does not have the expected shape at `{path}`"),
                None => err.fmt(f),
            },
        }
    }
}

impl std::error::Error for Unread {}
