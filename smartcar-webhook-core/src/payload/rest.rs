//! What is around a payload.

use std::fmt;

/// The part of a body that a payload type does not show, kept to be written again.
#[derive(Clone, Default)]
pub(super) struct Rest<B>(pub(super) B);

impl<B> fmt::Debug for Rest<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}
