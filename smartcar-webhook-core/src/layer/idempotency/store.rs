//! Where claims and what became of them are kept.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::Claim;
use crate::error::BoxError;
use crate::outcome::Outcome;

/// Keeps which events are being handled and which were.
///
/// [`MemoryStore`](super::MemoryStore) is the one for a single process; replicas need one they share.
/// Implement it with [`#[async_trait]`](crate::async_trait) on the `impl`.
///
/// Each method is one atomic step, so one statement of SQL or one script of Redis, after which a [`Key`](super::Key) is in one of three states:
///
/// | state | what is kept | ends |
/// |---|---|---|
/// | free | nothing | |
/// | in flight | id and fingerprint of the claim | with the lease, or when the claim is released or completed |
/// | done | fingerprint and outcome | with the time to live |
///
/// A key whose lease or time to live has ended is free, whether or not anything has been deleted; the time is the store's.
///
/// A store that cannot be asked returns an error, which is answered 503 if nothing has been done yet.
/// It is logged, so it must not say what is not to be in a log.
/// It need not keep a time limit: [`Idempotency::store_timeout`](super::Idempotency::store_timeout) drops the future of a call that takes too long, and the call may then have had its effect or not.
///
/// # Examples
///
/// A store that counts the copies another one knows:
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use std::time::Duration;
///
/// use smartcar_webhook_core::layer::idempotency::{Claim, Claimed, IdempotencyStore, MemoryStore};
/// use smartcar_webhook_core::{BoxError, Outcome, async_trait};
///
/// #[derive(Default)]
/// struct Counting {
///     store: MemoryStore,
///     copies: AtomicU64,
/// }
///
/// #[async_trait]
/// impl IdempotencyStore for Counting {
///     async fn claim(&self, claim: &Claim, lease: Duration) -> Result<Claimed, BoxError> {
///         let claimed = self.store.claim(claim, lease).await?;
///         if claimed != Claimed::Granted {
///             self.copies.fetch_add(1, Ordering::Relaxed);
///         }
///         Ok(claimed)
///     }
///
///     async fn renew(&self, claim: &Claim, lease: Duration) -> Result<bool, BoxError> {
///         self.store.renew(claim, lease).await
///     }
///
///     async fn complete(
///         &self,
///         claim: &Claim,
///         outcome: Outcome,
///         time_to_live: Duration,
///     ) -> Result<bool, BoxError> {
///         self.store.complete(claim, outcome, time_to_live).await
///     }
///
///     async fn release(&self, claim: &Claim) -> Result<(), BoxError> {
///         self.store.release(claim).await
///     }
/// }
/// ```
#[async_trait]
pub trait IdempotencyStore: Send + Sync + 'static {
    /// Claims the key of `claim` for the length of `lease`, if it is free; otherwise changes nothing.
    ///
    /// # Errors
    ///
    /// Whatever kept the store from answering.
    async fn claim(&self, claim: &Claim, lease: Duration) -> Result<Claimed, BoxError>;

    /// Has the lease end `lease` from now, if `claim` is in flight; says whether it is.
    ///
    /// It may still renew a lease that has ended, as long as nobody else has claimed the key.
    ///
    /// # Errors
    ///
    /// Whatever kept the store from answering.
    async fn renew(&self, claim: &Claim, lease: Duration) -> Result<bool, BoxError>;

    /// Remembers for `time_to_live` that the event is done, if `claim` is in flight or the key is free; says whether it does.
    ///
    /// A free key is that of a claim whose lease has ended and that nobody took over: its work is done all the same.
    ///
    /// # Errors
    ///
    /// Whatever kept the store from answering.
    async fn complete(
        &self,
        claim: &Claim,
        outcome: Outcome,
        time_to_live: Duration,
    ) -> Result<bool, BoxError>;

    /// Frees the key, if `claim` is in flight.
    ///
    /// # Errors
    ///
    /// Whatever kept the store from answering.
    async fn release(&self, claim: &Claim) -> Result<(), BoxError>;
}

/// A store shared with the rest of the app.
#[async_trait]
impl<S: IdempotencyStore + ?Sized> IdempotencyStore for Arc<S> {
    async fn claim(&self, claim: &Claim, lease: Duration) -> Result<Claimed, BoxError> {
        (**self).claim(claim, lease).await
    }

    async fn renew(&self, claim: &Claim, lease: Duration) -> Result<bool, BoxError> {
        (**self).renew(claim, lease).await
    }

    async fn complete(
        &self,
        claim: &Claim,
        outcome: Outcome,
        time_to_live: Duration,
    ) -> Result<bool, BoxError> {
        (**self).complete(claim, outcome, time_to_live).await
    }

    async fn release(&self, claim: &Claim) -> Result<(), BoxError> {
        (**self).release(claim).await
    }
}

/// What a store answers to a [`Claim`].
///
/// ```
/// use std::time::Duration;
///
/// use smartcar_webhook_core::layer::idempotency::{
///     Claim, Claimed, IdempotencyStore, Key, MemoryStore,
/// };
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), smartcar_webhook_core::BoxError> {
/// let store = MemoryStore::new();
/// let lease = Duration::from_secs(20);
/// let claim = Claim::new(Key::from([7; 16]), 42);
/// assert_eq!(store.claim(&claim, lease).await?, Claimed::Granted);
///
/// let another = Claim::new(Key::from([7; 16]), 42);
/// let in_flight = Claimed::InFlight { fingerprint: 42 };
/// assert_eq!(store.claim(&another, lease).await?, in_flight);
/// # Ok(())
/// # }
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Claimed {
    /// The key was free; it is this claim's for the length of the lease.
    Granted,
    /// Another claim holds the key.
    InFlight {
        /// The fingerprint of that claim.
        fingerprint: u64,
    },
    /// The event is done.
    Done {
        /// The fingerprint of the claim that completed it.
        fingerprint: u64,
        /// What became of it.
        outcome: Outcome,
    },
}

impl Claimed {
    /// The fingerprint kept under the key, unless it was free.
    pub(super) fn fingerprint(self) -> Option<u64> {
        match self {
            Self::Granted => None,
            Self::InFlight { fingerprint } | Self::Done { fingerprint, .. } => Some(fingerprint),
        }
    }
}
