//! Several handlers of one delivery.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hashlink::LruCache;

use crate::error::{BoxError, Error, ErrorKind};
use crate::handler::catch_panic;
use crate::payload::{Delivery, Key};

/// Remembers which handlers are done with a delivery while others are not.
#[derive(Clone)]
pub(super) struct Parts {
    unfinished: Arc<Mutex<LruCache<Key, Vec<Name>>>>,
}

/// How many deliveries are remembered.
const CAPACITY: usize = 4096;

/// What a handler was registered for.
type Name = Cow<'static, str>;

impl Parts {
    /// Begins with a delivery, where an earlier attempt left it.
    pub(super) fn run<E>(&self, delivery: &Delivery<E>) -> Run<'_> {
        let key = delivery.event_key(delivery.label());
        let done = self.lock().get(&key).cloned();
        Run {
            parts: self,
            key,
            done: done.unwrap_or_default(),
            failed: Vec::new(),
            is_finished: false,
        }
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<Key, Vec<Name>>> {
        let lock = self.unfinished.lock();
        lock.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Parts {
    fn default() -> Self {
        let unfinished = LruCache::new(CAPACITY);
        Self {
            unfinished: Arc::new(Mutex::new(unfinished)),
        }
    }
}

/// The handlers of one delivery, called one after another.
///
/// When it is dropped it notes what was done: after a failure, and when the work is given up in the middle.
pub(super) struct Run<'a> {
    parts: &'a Parts,
    key: Key,
    done: Vec<Name>,
    failed: Vec<(Name, Error)>,
    is_finished: bool,
}

impl Run<'_> {
    /// Calls a handler, unless it is done already.
    pub(super) async fn call(
        &mut self,
        name: impl Into<Name>,
        work: impl Future<Output = Result<(), BoxError>>,
    ) {
        let name = name.into();
        if self.done.contains(&name) {
            return;
        }
        let work = async {
            let end = work.await;
            end.map_err(|err| Error::with_source(ErrorKind::HandlerFailed, err))
        };
        match catch_panic(work).await {
            Ok(()) => self.done.push(name),
            Err(err) => self.failed.push((name, err)),
        }
    }

    /// Ends with the errors of all that failed.
    pub(super) fn end(mut self) -> Result<(), BoxError> {
        if self.failed.is_empty() {
            self.is_finished = true;
            return Ok(());
        }
        let failed = std::mem::take(&mut self.failed);
        Err(Failures(failed.into()).into())
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        let mut unfinished = self.parts.lock();
        if self.is_finished {
            unfinished.remove(&self.key);
            return;
        }
        if self.done.is_empty() {
            return;
        }
        // A copy of the delivery may have got further meanwhile.
        let mut done = unfinished.remove(&self.key).unwrap_or_default();
        done.append(&mut self.done);
        done.sort_unstable();
        done.dedup();
        unfinished.insert(self.key, done);
    }
}

/// The errors of those handlers of one delivery that failed: what a [`SignalRouter`](crate::SignalRouter) or an [`ErrorRouter`](crate::ErrorRouter) returns.
///
/// It is the source of the [`ErrorKind::HandlerFailed`] that the delivery ends with.
#[derive(Clone, Debug)]
pub struct Failures(Arc<[(Name, Error)]>);

impl Failures {
    /// What each failed handler was registered for, such as `tractionbattery-stateofcharge`, and its error: an [`ErrorKind::HandlerFailed`] of which the source is what the handler returned, or an [`ErrorKind::HandlerPanicked`].
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Error)> {
        self.0.iter().map(|(name, err)| (&**name, err))
    }
}

impl fmt::Display for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, err)) in self.iter().enumerate() {
            let separator = if at == 0 { "" } else { "; " };
            write!(f, "{separator}{name}: ")?;
            match std::error::Error::source(err) {
                Some(source) => write!(f, "{source}")?,
                None => write!(f, "{err}")?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Failures {}
