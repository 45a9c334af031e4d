//! What is around a payload.

use std::fmt;
use std::ops::Deref;

/// The part of a body that a payload type does not show, kept to be written again.
///
/// Boxed, for payloads are moved on their way to a handler.
#[derive(Clone)]
pub(super) struct Rest<B>(Box<B>);

impl<B> Rest<B> {
    pub(super) fn new(rest: B) -> Self {
        Self(Box::new(rest))
    }
}

impl<B> Deref for Rest<B> {
    type Target = B;

    fn deref(&self) -> &B {
        &self.0
    }
}

impl<B> fmt::Debug for Rest<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}
