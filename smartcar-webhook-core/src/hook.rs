//! Functions of the app that are told of something.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Calls a hook so that its panic is logged and goes no further.
pub(crate) fn guarded(name: &str, hook: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(hook)).is_err() {
        tracing::error!("{name} panicked");
    }
}
