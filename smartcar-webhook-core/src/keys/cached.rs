//! Keys from a secret manager.

mod cache;
mod held;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;

use self::cache::{Cache, Settings};
use super::source::{KeySource, Unverified};
use crate::error::BoxError;
use crate::token::Keyring;

/// Keys that are kept in a secret manager: fetched when they are needed, held, and fetched again from time to time.
///
/// * The first request starts a fetch, and all that come meanwhile wait for that one.
/// * Keys older than [`fresh_for`](Self::fresh_for) are fetched again as soon as a request comes, which goes on with those held.
/// * Keys older than that and [`stale_for`](Self::stale_for) are not used: requests wait for the fetch, and are answered 503 if it fails.
/// * After a failure nothing is fetched for a second, after the next for two, and so on up to 30; requests without keys are answered 503 at once, with the last error. Each failure is logged as a warning.
/// * A key that is gone from the secret manager is accepted for the time of the [`overlap`](Self::overlap), under the label it had. So a manager that holds one token alone is enough to rotate without a gap: put the new token there before Smartcar signs with it, and have it [fetched](Self::refresh).
///
/// Only time and [`refresh`](Self::refresh) lead to a fetch; a wrong signature does not, or strangers could have the secret manager asked at will.
///
/// It is a handle, of which every clone is the same.
/// Settle the times before you hand it on: to change them makes another cache, which has yet to fetch.
/// For tenants, keep one for each in a [`KeySource`] of your own, and pass the request on to it.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use smartcar_webhook_core::{
///     BoxError, CachedKeys, EventRouter, ManagementToken, Webhook,
/// };
///
/// # struct Vault;
/// # impl Vault {
/// #     async fn read(&self, _: &str) -> Result<String, BoxError> { Ok("amt".to_owned()) }
/// # }
/// # fn webhook(vault: Arc<Vault>) -> Webhook {
/// let keys = CachedKeys::new(tokio::spawn, move || {
///     let vault = Arc::clone(&vault);
///     async move {
///         let token = vault.read("smartcar/management-token").await?;
///         Ok::<_, BoxError>(ManagementToken::new(token)?)
///     }
/// })
/// .fresh_for(Duration::from_secs(60));
/// Webhook::new(keys, EventRouter::new())
/// # }
/// ```
#[derive(Clone)]
pub struct CachedKeys(Arc<Cache>);

impl CachedKeys {
    /// A cache of the keys that `fetch` gives: a [`Keyring`], or one [`ManagementToken`](crate::ManagementToken).
    ///
    /// `spawn` runs a fetch beside the request that started it, so that it ends though the client hangs up, and no request has to wait for it that has keys: `tokio::spawn`, or that of another runtime.
    ///
    /// Give the fetch a time limit.
    /// One that takes longer than 30 s counts as failed once the next request comes, and is then dropped; a panic counts as failed, too.
    pub fn new<F, K, E, T>(
        spawn: impl Fn(Pin<Box<dyn Future<Output = ()> + Send>>) -> T + Send + Sync + 'static,
        fetch: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<K, E>> + Send + 'static,
        K: Into<Keyring>,
        E: Into<BoxError>,
    {
        Self(Arc::new(Cache::new(Settings {
            fetch: Arc::new(move || {
                let fetched = fetch();
                Box::pin(async { fetched.await.map(Into::into).map_err(Into::into) })
            }),
            spawn: Arc::new(move |fetch| drop(spawn(fetch))),
            clock: Arc::new(Instant::now),
            fresh_for: Duration::from_secs(5 * 60),
            stale_for: Duration::from_secs(60 * 60),
            overlap: Duration::from_secs(15 * 60),
        })))
    }

    /// Sets how long keys are used without a look at the secret manager: 5 minutes unless told otherwise.
    #[must_use]
    pub fn fresh_for(self, time: Duration) -> Self {
        self.set(|it| it.fresh_for = time)
    }

    /// Sets how much longer keys are used while they cannot be fetched again: 1 hour unless told otherwise.
    #[must_use]
    pub fn stale_for(self, time: Duration) -> Self {
        self.set(|it| it.stale_for = time)
    }

    /// Sets how long a key is accepted after a fetch found it gone: 15 minutes unless told otherwise, as Smartcar sends a delivery again for up to ten.
    ///
    /// With zero, a key that was withdrawn because it leaked is refused from the next fetch on.
    #[must_use]
    pub fn overlap(self, time: Duration) -> Self {
        self.set(|it| it.overlap = time)
    }

    /// Sets the clock that all times are measured by: `Instant::now` unless told otherwise, which a test may want to turn by hand.
    #[must_use]
    pub fn with_clock(self, clock: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        self.set(|it| it.clock = Arc::new(clock))
    }

    /// The keys that are held now.
    pub(crate) fn held(&self) -> Option<Arc<Keyring>> {
        self.0.held().map(|(keys, _)| keys)
    }

    fn set(&self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.0.settings.clone();
        change(&mut settings);
        Self(Arc::new(Cache::new(settings)))
    }

    /// Fetches the keys at once, whatever their age and however the last fetch ended.
    ///
    /// Call it before the first request, to start with keys; in a loop, so that keys are young though requests are few; and when you have put a new token into the secret manager.
    /// Each call is a fetch of its own, as one that is under way may have been given the old token; what such an older one gives is then ignored.
    ///
    /// # Errors
    ///
    /// That of the fetch; the keys held are kept.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use smartcar_webhook_core::{CachedKeys, ManagementToken};
    ///
    /// let keys = CachedKeys::new(tokio::spawn, async || ManagementToken::from_env("NO_SUCH_VARIABLE"));
    /// let err = keys.refresh().await.unwrap_err();
    /// assert_eq!(err.to_string(), "environment variable NO_SUCH_VARIABLE: not set");
    /// # }
    /// ```
    pub async fn refresh(&self) -> Result<(), BoxError> {
        self.0.refresh().await?;
        Ok(())
    }
}

#[async_trait]
impl KeySource for CachedKeys {
    async fn keys(&self, _: &Unverified<'_>) -> Result<Option<Arc<Keyring>>, BoxError> {
        Ok(Some(self.0.keys().await?))
    }
}

/// Labels and age of the keys held.
impl fmt::Debug for CachedKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("CachedKeys");
        if let Some((keys, age)) = self.0.held() {
            debug.field("keys", &keys).field("age", &age);
        }
        debug.finish_non_exhaustive()
    }
}
