//! Keys that are fetched, and kept for a while.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::{KeySource, Unverified};
use crate::error::BoxError;
use crate::token::Keyring;

/// Keys out of a secret manager, fetched when they are asked for and kept for a while.
///
/// When they were changed there, those of before are accepted for as long again, as deliveries signed with them are still on their way.
/// When they cannot be fetched, those of before go on; where there are none, requests are answered 503.
///
/// ```
/// use std::time::Duration;
///
/// use smartcar_webhook_core::{
///     BoxError, CachedKeys, EventRouter, Keyring, ManagementToken, Verifier, Webhook,
/// };
///
/// async fn fetch() -> Result<Keyring, BoxError> {
///     // A call of your secret manager.
///     Ok(ManagementToken::new("8f0c2e1a-4d5b-4c6d-9e7f-0a1b2c3d4e5f")?.into())
/// }
///
/// let keys = CachedKeys::new(Duration::from_secs(300), fetch);
/// let webhook = Webhook::new(Verifier::with_source(keys), EventRouter::new());
/// ```
pub struct CachedKeys {
    kept_for: Duration,
    fetch: Fetch,
    now: fn() -> Instant,
    cache: Mutex<Option<Cache>>,
}

type Fetched = Pin<Box<dyn Future<Output = Result<Keyring, BoxError>> + Send>>;
type Fetch = Box<dyn Fn() -> Fetched + Send + Sync>;

struct Cache {
    /// What the secret manager has, without what it had.
    fetched: Keyring,
    /// What is accepted.
    keys: Arc<Keyring>,
    good_until: Instant,
    old_until: Option<Instant>,
}

impl CachedKeys {
    /// Keys to fetch by this function, and to keep for this long.
    pub fn new<F, R>(kept_for: Duration, fetch: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<Keyring, BoxError>> + Send + 'static,
    {
        Self {
            kept_for,
            fetch: Box::new(move || Box::pin(fetch())),
            now: Instant::now,
            cache: Mutex::new(None),
        }
    }

    /// Reads the time by another clock; for tests.
    #[must_use]
    pub fn with_clock(mut self, now: fn() -> Instant) -> Self {
        self.now = now;
        self
    }

    /// The keys in the cache, if they are good; has no other request fetch them in the meantime if they are not.
    fn cached(&self, now: Instant) -> Result<Arc<Keyring>, Option<Arc<Keyring>>> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(cache) = cache.as_mut() else {
            return Err(None);
        };
        if cache.old_until.is_some_and(|it| it <= now) {
            cache.old_until = None;
            cache.keys = Arc::new(cache.fetched.clone());
        }
        if now < cache.good_until {
            return Ok(Arc::clone(&cache.keys));
        }
        cache.good_until = now + RETRY.min(self.kept_for);
        Err(Some(Arc::clone(&cache.keys)))
    }

    fn keep(&self, now: Instant, fetched: Keyring) -> Arc<Keyring> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let before = cache.take();
        let changed = before
            .as_ref()
            .filter(|it| !it.fetched.has_same_keys(&fetched));
        let (keys, old_until) = match (&before, changed) {
            (_, Some(before)) => {
                let keys = fetched.clone().and_old(&before.fetched);
                (Arc::new(keys), Some(now + self.kept_for))
            }
            (Some(before), None) => (Arc::clone(&before.keys), before.old_until),
            (None, None) => (Arc::new(fetched.clone()), None),
        };
        *cache = Some(Cache {
            fetched,
            keys: Arc::clone(&keys),
            good_until: now + self.kept_for,
            old_until,
        });
        keys
    }
}

/// Until then no other request tries what one is trying, or has failed at.
const RETRY: Duration = Duration::from_secs(5);

#[async_trait]
impl KeySource for CachedKeys {
    async fn keys(&self, _: &Unverified<'_>) -> Result<Option<Arc<Keyring>>, BoxError> {
        let now = (self.now)();
        let before = match self.cached(now) {
            Ok(keys) => return Ok(Some(keys)),
            Err(before) => before,
        };
        match ((self.fetch)().await, before) {
            (Ok(fetched), _) => Ok(Some(self.keep(now, fetched))),
            (Err(err), Some(before)) => {
                tracing::warn!("keys could not be fetched, those of before go on: {err}");
                Ok(Some(before))
            }
            (Err(err), None) => Err(err),
        }
    }
}

impl fmt::Debug for CachedKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedKeys")
            .field("kept_for", &self.kept_for)
            .finish_non_exhaustive()
    }
}
