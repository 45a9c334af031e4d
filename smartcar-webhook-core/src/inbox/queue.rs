//! The way out of an engine.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::Extensions;

use crate::error::BoxError;

/// Hands out stored deliveries under leases.
///
/// A delivery that is handed out is nobody else's until its lease ends; then it is handed out again, with the next number of attempt.
/// So what a worker had when it died comes back by itself.
/// The time is the engine's, and it may round leases and delays up to whole seconds.
/// An engine with one length of lease for all takes that of the last call.
///
/// [`renew`](Self::renew), [`complete`](Self::complete), [`retry`](Self::retry) and [`bury`](Self::bury) say whether the lease was still the caller's, as far as the engine can tell.
/// They say `false`, and change nothing, once the delivery was handed out to another or is gone; on a lease that has ended without that, they may do either.
///
/// Dropping the future of a call leaves its effect open.
/// Errors are logged, so they must not say what is not to be in a log.
/// Implement it with [`#[async_trait]`](crate::async_trait) on the `impl`.
#[async_trait]
pub trait Queue: Send + Sync + 'static {
    /// What a lease is known by.
    type Receipt: Send + Sync + 'static;

    /// Takes up to `max` deliveries for the length of `lease`, the longest due first as far as that can be, waiting at most `wait` for one to come.
    ///
    /// It never takes more than `max`: none may wait in a buffer while its lease runs out.
    ///
    /// An engine that can tell hands out what was [abandoned](Leased::abandoned) one at a time, without another: if that one kills its worker again, it takes no other with it.
    ///
    /// # Errors
    ///
    /// Whatever kept the engine from answering.
    async fn claim(
        &self,
        max: usize,
        lease: Duration,
        wait: Duration,
    ) -> Result<Vec<Leased<Self::Receipt>>, BoxError>;

    /// Has the lease end `lease` from now.
    ///
    /// # Errors
    ///
    /// Whatever kept the engine from answering.
    async fn renew(&self, receipt: &Self::Receipt, lease: Duration) -> Result<bool, BoxError>;

    /// Ends with the delivery: it is done, and its key is remembered.
    ///
    /// # Errors
    ///
    /// Whatever kept the engine from answering.
    async fn complete(&self, receipt: &Self::Receipt) -> Result<bool, BoxError>;

    /// Ends the lease and hands the delivery out again after `delay`; `error` is the reason, for an engine that has a place for it.
    ///
    /// # Errors
    ///
    /// Whatever kept the engine from answering.
    async fn retry(
        &self,
        receipt: &Self::Receipt,
        delay: Duration,
        error: &str,
    ) -> Result<bool, BoxError>;

    /// Ends the lease and puts the delivery among the [dead letters](super::DeadLetters), for this reason.
    ///
    /// If that takes two steps, the delivery is among the dead letters before it is gone from the queue.
    ///
    /// # Errors
    ///
    /// Whatever kept the engine from answering.
    async fn bury(&self, leased: &Leased<Self::Receipt>, error: &str) -> Result<bool, BoxError>;
}

/// A queue shared with the rest of the app.
#[async_trait]
impl<Q: Queue + ?Sized> Queue for Arc<Q> {
    type Receipt = Q::Receipt;

    async fn claim(
        &self,
        max: usize,
        lease: Duration,
        wait: Duration,
    ) -> Result<Vec<Leased<Q::Receipt>>, BoxError> {
        (**self).claim(max, lease, wait).await
    }

    async fn renew(&self, receipt: &Q::Receipt, lease: Duration) -> Result<bool, BoxError> {
        (**self).renew(receipt, lease).await
    }

    async fn complete(&self, receipt: &Q::Receipt) -> Result<bool, BoxError> {
        (**self).complete(receipt).await
    }

    async fn retry(
        &self,
        receipt: &Q::Receipt,
        delay: Duration,
        error: &str,
    ) -> Result<bool, BoxError> {
        (**self).retry(receipt, delay, error).await
    }

    async fn bury(&self, leased: &Leased<Q::Receipt>, error: &str) -> Result<bool, BoxError> {
        (**self).bury(leased, error).await
    }
}

/// A delivery under a lease.
#[non_exhaustive]
#[derive(Clone)]
pub struct Leased<R> {
    /// What the lease is known by.
    pub receipt: R,
    /// How often the delivery was handed out, this time included; those times count after which nobody was heard of again.
    pub attempt: u32,
    /// Whether the attempt before ended without a word: its lease ran out, for its worker died perhaps, and perhaps of this delivery.
    ///
    /// `false` from an engine that cannot tell.
    pub abandoned: bool,
    /// The row, as [`StoredDelivery::encode`](super::StoredDelivery::encode) gave it.
    pub row: Bytes,
    /// What the engine has for the handler, which finds it among the extensions of the [delivery](crate::Delivery::extensions).
    pub extensions: Extensions,
}

impl<R> Leased<R> {
    /// A delivery handed out the `attempt`th time, of which the first is 1; not an abandoned one, unless that is said.
    pub fn new(receipt: R, attempt: u32, row: Bytes) -> Self {
        Self {
            receipt,
            attempt,
            abandoned: false,
            row,
            extensions: Extensions::new(),
        }
    }
}

/// Shows nothing of the delivery.
impl<R> fmt::Debug for Leased<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Leased")
            .field("attempt", &self.attempt)
            .field("abandoned", &self.abandoned)
            .finish_non_exhaustive()
    }
}
