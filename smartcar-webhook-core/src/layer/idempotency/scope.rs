//! What tells apart deliveries whatever ids they carry.

use std::borrow::Cow;
use std::sync::Arc;

use crate::payload::Delivery;

/// What tells apart deliveries that must not be taken for copies of each other.
#[derive(Clone, Default)]
pub(crate) enum Scope {
    /// The label of the key.
    #[default]
    Label,
    By(Arc<dyn Fn(&Delivery) -> String + Send + Sync>),
}

impl Scope {
    pub(crate) fn by(scope: impl Fn(&Delivery) -> String + Send + Sync + 'static) -> Self {
        Self::By(Arc::new(scope))
    }

    pub(crate) fn of<'a>(&self, delivery: &'a Delivery) -> Cow<'a, str> {
        match self {
            Self::Label => Cow::Borrowed(delivery.label()),
            Self::By(scope) => Cow::Owned(scope(delivery)),
        }
    }
}
