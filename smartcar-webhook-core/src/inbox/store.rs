//! The way into an engine.

use std::sync::Arc;

use async_trait::async_trait;

use super::StoredDelivery;
use crate::error::BoxError;

/// Keeps deliveries until a [`Queue`](super::Queue) hands them out.
///
/// Implement it with [`#[async_trait]`](crate::async_trait) on the `impl`.
#[async_trait]
pub trait InboxStore: Send + Sync + 'static {
    /// Keeps the delivery, unless one of its [key](StoredDelivery::key) is kept, or was within the time that keys are remembered.
    ///
    /// To look and to keep is one atomic step: of any number of copies at once, one is [`Stored::New`].
    /// It returns `Ok` only when what it says would survive the end of this process, and of the engine's; then Smartcar is told 200, and forgets the delivery.
    /// It need not keep a time limit: [`Inbox::store_timeout`](super::Inbox::store_timeout) drops the future of a call that takes too long, and the call may then have had its effect or not.
    ///
    /// # Errors
    ///
    /// Whatever kept the engine from saying so. It is logged, so it must not say what is not to be in a log.
    async fn store(&self, delivery: &StoredDelivery) -> Result<Stored, BoxError>;
}

/// A store shared with the rest of the app.
#[async_trait]
impl<S: InboxStore + ?Sized> InboxStore for Arc<S> {
    async fn store(&self, delivery: &StoredDelivery) -> Result<Stored, BoxError> {
        (**self).store(delivery).await
    }
}

/// What an [`InboxStore`] did with a delivery.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Stored {
    /// It is kept, and will be handed out.
    New,
    /// A copy of it was kept before.
    Duplicate,
}
