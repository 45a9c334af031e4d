//! Acknowledge fast, work durably: a verified delivery is stored, answered 200 and handled afterwards. Behind the feature `tokio`.
//!
//! Smartcar waits 15 s for an answer and gives up after three minutes, so a receiver whose handlers are slow, or down, loses events.
//! With an inbox it needs nothing but a store to answer:
//!
//! ```text
//! HTTP ── Webhook ── Inbox ── InboxStore ┐
//!                                        │  one engine
//! your handlers ── Worker ── Queue ──────┘
//! ```
//!
//! | what | does |
//! |---|---|
//! | [`Inbox`] | the service to build a [`Webhook`](crate::Webhook) of: stores, and nothing else |
//! | [`InboxStore`], [`Queue`], [`DeadLetters`] | the three sides of an engine: in, out, and what nobody could handle |
//! | [`StoredDelivery`] | what is kept of a delivery |
//! | [`MemoryInbox`] | the engine for tests: nothing survives the process |
//!
//! The worker that hands stored deliveries to your [`EventRouter`](crate::EventRouter), and the durable engines, are in the crate `smartcar-webhook-inbox`.

mod stored_delivery;
mod store;
mod queue;
mod dead_letters;
mod table;
mod memory;

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use tokio::sync::Semaphore;
use tower::Service;

use crate::error::{Error, ErrorKind};
use crate::handler::OutcomeFuture;
use crate::layer::idempotency::{Scope, bounded};
use crate::outcome::Outcome;
use crate::payload::Delivery;

pub use self::dead_letters::{DeadLetter, DeadLetters};
pub use self::memory::{MemoryInbox, MemoryReceipt};
pub use self::queue::{Leased, Queue};
pub use self::store::{InboxStore, Stored};
pub use self::stored_delivery::{RowError, StoredDelivery};

/// A service that stores deliveries and does nothing else with them.
///
/// | what the store does | answer |
/// |---|---|
/// | keeps the delivery | [`Outcome::Stored`], 200 |
/// | knows a copy of it | [`Outcome::Duplicate`], 200 |
/// | fails, or takes [too long](Self::store_timeout) | [`ErrorKind::StoreUnavailable`], 503: Smartcar tries again |
/// | has [too many](Self::limit) waiting for it | [`ErrorKind::Overloaded`], 503 |
///
/// Challenges never get here; the webhook answers them.
/// What the app put into the [extensions](Delivery::extensions) of the delivery is not stored, but for the label of the key that signed it.
///
/// It takes a tokio runtime with a timer, as servers have; without one, calls of the store have no limit in time.
///
/// # Examples
///
/// ```
/// use smartcar_webhook_core::inbox::{Inbox, MemoryInbox};
/// use smartcar_webhook_core::{ManagementToken, Webhook};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let engine = MemoryInbox::new();
/// let token = ManagementToken::new("8f0c2e1a-4d5b-4c6d-9e7f-0a1b2c3d4e5f")?;
/// let webhook = Webhook::new(token, Inbox::new(engine.clone()));
/// // A worker takes the deliveries out of `engine`.
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct Inbox {
    store: Arc<dyn InboxStore>,
    store_timeout: Duration,
    places: Arc<Semaphore>,
    scope: Scope,
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
}

impl Inbox {
    /// How long a call of the store may take unless told otherwise: 3 s, so that the 503 goes out long before Smartcar's 15.
    pub const DEFAULT_STORE_TIMEOUT: Duration = Duration::from_secs(3);

    /// How many deliveries may wait for the store at once unless told otherwise: 256.
    pub const DEFAULT_LIMIT: usize = 256;

    /// An inbox with the defaults and this store, which may be shared by several.
    pub fn new(store: impl InboxStore) -> Self {
        Self {
            store: Arc::new(store),
            store_timeout: Self::DEFAULT_STORE_TIMEOUT,
            places: Arc::new(Semaphore::new(Self::DEFAULT_LIMIT)),
            scope: Scope::default(),
            clock: Arc::new(SystemTime::now),
        }
    }

    /// Sets how long a call of the store may take.
    ///
    /// A delivery whose time is spent may have been stored all the same; the copy that Smartcar sends is a duplicate then.
    pub fn store_timeout(mut self, timeout: Duration) -> Self {
        self.store_timeout = timeout;
        self
    }

    /// Sets how many deliveries may wait for the store at once; the next is refused.
    ///
    /// # Panics
    ///
    /// When it is 0, or more than an eighth of `usize::MAX`.
    #[track_caller]
    pub fn limit(mut self, deliveries: usize) -> Self {
        assert!(deliveries > 0, "an inbox that lets none wait refuses all");
        self.places = Arc::new(Semaphore::new(deliveries));
        self
    }

    /// Sets what tells apart deliveries that must not be taken for copies of each other, whatever ids they carry: the label of the key unless told otherwise.
    ///
    /// See [`Idempotency::scope`](crate::layer::Idempotency::scope).
    pub fn scope(mut self, scope: impl Fn(&Delivery) -> String + Send + Sync + 'static) -> Self {
        self.scope = Scope::by(scope);
        self
    }

    /// Sets the clock by which deliveries are said to be [received](StoredDelivery::received_at).
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    async fn keep(&self, delivery: &Delivery) -> Result<Outcome, Error> {
        let place = self.places.try_acquire();
        let _place = place.map_err(|_| Error::new(ErrorKind::Overloaded))?;
        let scope = self.scope.of(delivery);
        let delivery = StoredDelivery::new(delivery, &scope, (self.clock)());
        let call = self.store.store(&delivery);
        let stored = bounded(self.store_timeout, call)
            .await
            .map_err(|err| Error::with_source(ErrorKind::StoreUnavailable, err))?;
        Ok(match stored {
            Stored::New => Outcome::Stored,
            Stored::Duplicate => Outcome::Duplicate,
        })
    }
}

impl Service<Delivery> for Inbox {
    type Response = Outcome;
    type Error = Error;
    type Future = OutcomeFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, delivery: Delivery) -> OutcomeFuture {
        let inbox = self.clone();
        Box::pin(async move { inbox.keep(&delivery).await })
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox")
            .field("store_timeout", &self.store_timeout)
            .field("free_places", &self.places.available_permits())
            .finish_non_exhaustive()
    }
}
