//! What the app wants to hear of.

use std::fmt;
use std::sync::Arc;

use crate::error::Error;
use crate::hook::guarded;
use crate::payload::Delivery;

type OnFailure = Arc<dyn Fn(&Delivery, &Error) + Send + Sync>;
type OnUnhandled = Arc<dyn Fn(&Delivery) + Send + Sync>;

/// Called between a delivery and its answer; a panic of one is logged and goes no further.
#[derive(Clone, Default)]
pub(super) struct Hooks {
    pub(super) on_failure: Option<OnFailure>,
    pub(super) on_unhandled: Option<OnUnhandled>,
}

impl Hooks {
    pub(super) fn failed(&self, delivery: &Delivery, err: &Error) {
        if let Some(hook) = &self.on_failure {
            guarded("on_failure", || hook(delivery, err));
        }
    }

    pub(super) fn unhandled(&self, delivery: &Delivery) {
        if let Some(hook) = &self.on_unhandled {
            guarded("on_unhandled", || hook(delivery));
        }
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("on_failure", &self.on_failure.is_some())
            .field("on_unhandled", &self.on_unhandled.is_some())
            .finish()
    }
}
