//! Copies of a delivery are not handled again.
//!
//! Smartcar delivers at least once: a delivery that was handled comes again if the answer was late or lost, perhaps while the first is still being handled.
//! [`Idempotency`] is the layer, an [`IdempotencyStore`] its memory, [`MemoryStore`] the one for a single process.

mod claim;
mod store;
mod table;
mod memory;
mod fingerprint;
mod same_error;
mod scope;
mod hold;
mod service;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tower::Layer;

use self::hold::Hold;
use self::same_error::same_error;
use crate::error::{Error, ErrorKind};
use crate::handler::OutcomeFuture;
use crate::outcome::Outcome;
use crate::payload::Delivery;

pub use self::claim::Claim;
pub use self::memory::MemoryStore;
pub use self::service::Idempotent;
pub use self::store::{Claimed, IdempotencyStore};
pub use crate::payload::Key;

pub(crate) use self::fingerprint::fingerprint;
pub(crate) use self::hold::bounded;
pub(crate) use self::scope::Scope;

/// A layer that handles every event once, as far as that can be. Behind the feature `tokio`.
///
/// Before the work it claims the event in a [store](IdempotencyStore), for the length of a [lease](Self::lease) that is renewed while the work runs; after it, it has the store remember the event.
///
/// | what the store knows | what happens | answer |
/// |---|---|---|
/// | nothing | the work runs | its own |
/// | a copy is being handled | nothing, for that one may fail yet | [`ErrorKind::InFlight`], 503: Smartcar tries again |
/// | the event is done | nothing | [`Outcome::Duplicate`], 200 |
/// | the store fails, or takes [too long](Self::store_timeout) | nothing | [`ErrorKind::StoreUnavailable`], 503 |
///
/// | how the work ends | what is kept | a copy |
/// |---|---|---|
/// | `Ok` | the event is done, for the [time to live](Self::time_to_live) | is a duplicate |
/// | [`Outcome::Unhandled`] | nothing: nothing was done, and a program that is updated meanwhile may handle a copy | runs |
/// | any error | nothing | runs |
/// | its future is dropped | nothing, once the store has been told | runs |
/// | the process dies | the claim, until the lease ends | is refused until then, and runs after it |
/// | `Ok`, but the store fails | the claim, until the lease ends; the answer is that of the work | is refused until then, and runs after it |
///
/// # What it promises
///
/// The work of an event that was answered 200 has run to its end at least once; it runs again only after
///
/// * the process died, or stood still for longer than the lease, while it was handled: the first run may have done its work, or part of it, or still be at it;
/// * the store lost, forgot or never took what it was told;
/// * the key that signs was rotated between the copies, see [`scope`](Self::scope).
///
/// So it makes doubles rare; only a handler that can take them makes them harmless.
///
/// # Which deliveries are copies
///
/// Those with the same [`idempotency_key`](Delivery::idempotency_key), of the same webhook, in the same [scope](Self::scope).
///
/// All attempts to deliver an event differ at most in `meta`, where the id and the time of the attempt stand; the rest is compared byte by byte.
/// A delivery with the key of another one, but of which something else differs, is reported as a warning and handled as an event of its own, with copies of its own: Smartcar documents no such thing, and to take it for a copy could lose an event.
///
/// See [Smartcar Docs/Delivery behavior](https://smartcar.com/docs/api-reference/webhooks/delivery-behavior).
///
/// # Where it belongs
///
/// Around the router as a whole, and inside of `Detach`.
/// The other way round, the deadline of `Detach` would be an error here, and the claim be released while the work goes on.
///
/// It takes a tokio runtime with a timer, as servers have; without one, leases are not renewed, calls of the store have no limit, and the claim of a future that is dropped stays until its lease ends.
///
/// # Examples
///
/// ```
/// use smartcar_webhook_core::layer::Idempotency;
/// use smartcar_webhook_core::layer::idempotency::MemoryStore;
/// use smartcar_webhook_core::{BoxError, Delivery, EventRouter, Outcome};
/// use tower::{Layer, ServiceExt};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), BoxError> {
/// let router = EventRouter::new().fallback(async |_: Delivery| Ok::<_, BoxError>(()));
/// let service = Idempotency::new(MemoryStore::new()).layer(router);
///
/// let first = r#"{"eventType":"VEHICLE_STATE","eventId":"e1","meta":{"deliveryId":"d1"}}"#;
/// let retry = r#"{"eventType":"VEHICLE_STATE","eventId":"e1","meta":{"deliveryId":"d2"}}"#;
/// for (body, outcome) in [(first, Outcome::FellBack), (retry, Outcome::Duplicate)] {
///     let delivery = Delivery::assume_verified(body.into())?;
///     assert_eq!(service.clone().oneshot(delivery).await?, outcome);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct Idempotency {
    store: Arc<dyn IdempotencyStore>,
    lease: Duration,
    time_to_live: Duration,
    store_timeout: Duration,
    error_window: Option<Duration>,
    scope: Scope,
}

impl Idempotency {
    /// How long a claim lasts without being renewed unless told otherwise: 20 s, less than the 25 s to Smartcar's first retry.
    pub const DEFAULT_LEASE: Duration = Duration::from_secs(20);

    /// How long an event is remembered unless told otherwise: 7 days, the least that Smartcar recommends.
    pub const DEFAULT_TIME_TO_LIVE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

    /// How long a call of the store may take unless told otherwise: 3 s, so that two of them leave time for the work.
    pub const DEFAULT_STORE_TIMEOUT: Duration = Duration::from_secs(3);

    /// A layer with the defaults and this memory, which may be shared by several.
    pub fn new(store: impl IdempotencyStore) -> Self {
        Self {
            store: Arc::new(store),
            lease: Self::DEFAULT_LEASE,
            time_to_live: Self::DEFAULT_TIME_TO_LIVE,
            store_timeout: Self::DEFAULT_STORE_TIMEOUT,
            error_window: None,
            scope: Scope::default(),
        }
    }

    /// Sets how long a claim lasts after its process has died; while the work runs it is renewed each third of it.
    ///
    /// A handler that blocks its thread for longer is not renewed, and a copy may run beside it.
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[track_caller]
    pub fn lease(mut self, lease: Duration) -> Self {
        assert!(!lease.is_zero(), "a lease of no length ends at once");
        self.lease = lease;
        self
    }

    /// Sets how long an event is remembered once it is done.
    pub fn time_to_live(mut self, time_to_live: Duration) -> Self {
        self.time_to_live = time_to_live;
        self
    }

    /// Sets how long each call of the store may take.
    pub fn store_timeout(mut self, timeout: Duration) -> Self {
        self.store_timeout = timeout;
        self
    }

    /// Sets what tells apart deliveries that must not be taken for copies of each other, whatever ids they carry.
    ///
    /// That is the [label of the key](Delivery::verified_by) unless told otherwise: who holds the key of one tenant can sign any id, but cannot have the event of another taken for done.
    /// While a token is rotated, a copy signed with the new one is another event then, and is handled again.
    /// With a single tenant, or with labels that name tenant and token both, say so:
    ///
    /// ```
    /// use smartcar_webhook_core::layer::Idempotency;
    /// use smartcar_webhook_core::layer::idempotency::MemoryStore;
    ///
    /// // One tenant.
    /// let layer = Idempotency::new(MemoryStore::new()).scope(|_| String::new());
    ///
    /// // Labels like `acme/october`.
    /// let layer = Idempotency::new(MemoryStore::new()).scope(|delivery| {
    ///     let label = delivery.verified_by().unwrap_or_default();
    ///     label.split('/').next().unwrap_or_default().to_owned()
    /// });
    /// ```
    pub fn scope(mut self, scope: impl Fn(&Delivery) -> String + Send + Sync + 'static) -> Self {
        self.scope = Scope::by(scope);
        self
    }

    /// Takes a VEHICLE_ERROR for a copy, too, if the same errors of the same vehicle and user were handled within this time, under whatever event id; off unless set.
    ///
    /// Smartcar rarely sends an error twice, as two events, and recommends 2 to 5 minutes.
    /// Errors are the same by type, code, state and signals.
    ///
    /// An error that is resolved and comes up again within this time is lost, which is why this is off.
    pub fn error_window(mut self, window: Duration) -> Self {
        self.error_window = Some(window);
        self
    }

    /// Runs the work unless a copy of the delivery has been, or is being, handled.
    async fn once(&self, delivery: &Delivery, work: OutcomeFuture) -> Result<Outcome, Error> {
        let scope = self.scope.of(delivery);
        let event = Claim::new(delivery.event_key(&scope), fingerprint(delivery));
        let error = self.error_window.and_then(|window| {
            let error = same_error(delivery)?;
            let error = delivery.key_of("error", &scope, [&error.as_bytes()[..]]);
            Some((Claim::new(error, 0), window))
        });
        match error {
            None => self.claimed(delivery, event, self.time_to_live, work).await,
            // Boxed, or every delivery would keep room for it.
            Some((error, window)) => {
                let both = async {
                    let work = Box::pin(self.claimed(delivery, error, window, work));
                    self.claimed(delivery, event, self.time_to_live, work).await
                };
                Box::pin(both).await
            }
        }
    }

    /// Runs the work under a claim, if it is granted.
    async fn claimed(
        &self,
        delivery: &Delivery,
        claim: Claim,
        time_to_live: Duration,
        work: impl Future<Output = Result<Outcome, Error>> + Unpin,
    ) -> Result<Outcome, Error> {
        let (key, fingerprint) = (*claim.key(), claim.fingerprint());
        let (mut hold, mut claimed) = self.claim(delivery, claim).await?;
        if claimed.fingerprint().is_some_and(|it| it != fingerprint) {
            hold.warn("another delivery has the same id, but not the same body; handled apart");
            let key = key.with(fingerprint);
            let claim = Claim::new(key, fingerprint);
            (hold, claimed) = Box::pin(self.claim(delivery, claim)).await?;
        }
        match claimed {
            Claimed::Granted => hold.run(work, self.lease, time_to_live).await,
            Claimed::InFlight { .. } => Err(Error::new(ErrorKind::InFlight)),
            Claimed::Done { outcome, .. } => {
                tracing::debug!(?outcome, "copy of a delivery that is done");
                Ok(Outcome::Duplicate)
            }
        }
    }

    async fn claim(&self, delivery: &Delivery, claim: Claim) -> Result<(Hold, Claimed), Error> {
        let mut hold = Hold::new(&self.store, self.store_timeout, claim, delivery);
        let claimed = hold.claim(self.lease).await?;
        Ok((hold, claimed))
    }
}

impl<S> Layer<S> for Idempotency {
    type Service = Idempotent<S>;

    fn layer(&self, inner: S) -> Idempotent<S> {
        Idempotent::new(inner, self.clone())
    }
}

impl fmt::Debug for Idempotency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idempotency")
            .field("lease", &self.lease)
            .field("time_to_live", &self.time_to_live)
            .field("store_timeout", &self.store_timeout)
            .field("error_window", &self.error_window)
            .finish_non_exhaustive()
    }
}
