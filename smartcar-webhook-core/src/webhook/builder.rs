//! How a webhook is set up.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use tower::Service;
use tracing::field;

#[cfg(feature = "tokio")]
use tower::Layer;

use super::hooks::Hooks;
#[cfg(feature = "tokio")]
use super::observe;
use super::{Inner, Webhook};
use crate::error::{BoxError, Error};
use crate::health::Health;
#[cfg(feature = "tokio")]
use crate::inbox::Inbox;
#[cfg(feature = "tokio")]
use crate::layer::idempotency::MemoryStore;
#[cfg(feature = "tokio")]
use crate::layer::{Detach, DetachHandle, Idempotency};
use crate::mac::Mac;
use crate::outcome::Outcome;
use crate::payload::{Delivery, Reads};
use crate::router::{EventRouter, Route};
use crate::verify::Verifier;

/// Sets up a [`Webhook`]: everything that has a default, with the reason for it.
///
/// | setting | default | why |
/// |---|---|---|
/// | [`Verifier::with_body_limit`] | 1 MiB | 4.0 deliveries have at most 50 KB; for 2.0 no bound is known |
/// | [`Verifier::with_challenge_policy`] | every challenge that passes the guard | Smartcar challenges at any time |
/// | [`Verifier::with_replay_window`] | off | a clock that is wrong loses deliveries |
/// | [`Verifier::with_doctor`] | once a minute | who sets up a webhook wants to know, and anybody can send wrong signatures |
/// | [`health`](Self::health) | a book of up to [1000](Health::MOST_WEBHOOKS) webhooks, without an [alarm](Health::alarm_at) | it costs little |
/// | [`on_failure`](Self::on_failure) | the log, as errors | an app that does not listen is to be heard |
/// | [`on_unhandled`](Self::on_unhandled) | the log, at the level `DEBUG` | a webhook may send more than one wants |
/// | [`detach`](Self::detach) | on | a server drops the work of a client that goes away |
/// | its [`deadline`](crate::layer::Detach::deadline) | 10 s | Smartcar gives up after 15 s |
/// | its [`limit`](crate::layer::Detach::limit) | 1024 works | a bound there must be; each holds its delivery |
/// | its [`runtime`](crate::layer::Detach::runtime) | that of the caller | one that ends before its server is the exception |
/// | its [`on_finish`](crate::layer::Detach::on_finish) | nobody | |
/// | its [`acknowledge`](crate::layer::Detach::acknowledge) | after the work | what is acknowledged before is lost when it fails |
/// | [`idempotency`](Self::idempotency) | on, in memory | Smartcar delivers at least once |
/// | its [`MemoryStore`](crate::layer::idempotency::MemoryStore) | 1,000,000 ids | 7 days of 140,000 deliveries a day, in less than 100 MB |
/// | its [`lease`](crate::layer::Idempotency::lease) | 20 s | less than the 25 s to the first retry |
/// | its [`time_to_live`](crate::layer::Idempotency::time_to_live) | 7 days | what Smartcar recommends |
/// | its [`store_timeout`](crate::layer::Idempotency::store_timeout) | 3 s | two calls leave time for the work |
/// | its [`error_window`](crate::layer::Idempotency::error_window) | off | an error that comes up again within it is lost |
/// | its [`scope`](crate::layer::Idempotency::scope) | the label of the key | one tenant cannot have another's event taken for done |
/// | [`Filter`](crate::layer::Filter), [`Lanes`](crate::layer::Lanes), [`FreshnessTracker`](crate::freshness::FreshnessTracker) | off | yours to put around the router or a handler |
/// | [`Lanes::with_lanes`](crate::layer::Lanes::with_lanes) | 10,000 lanes | a bound there must be |
/// | [`Lanes::with_waiting`](crate::layer::Lanes::with_waiting) | 10 deliveries | more are not answered in time if each takes a second |
/// | parts of an event that are done, in [`SignalRouter`](crate::SignalRouter) and [`ErrorRouter`](crate::ErrorRouter) | of 4096 deliveries; not to be set | retries come within minutes |
/// | [`MemoryWatermarks`](crate::freshness::MemoryWatermarks) of a tracker | 250,000 signals | 25 each of 10,000 vehicles, in some 35 MB |
///
/// `detach` and `idempotency` are behind the feature `tokio`, which both adapters turn on.
///
/// ```
/// use std::error::Error;
///
/// use smartcar_webhook_core::{EventRouter, ManagementToken, Webhook};
///
/// # fn main() -> Result<(), smartcar_webhook_core::TokenError> {
/// let webhook = Webhook::builder(ManagementToken::new("amt")?)
///     .on_failure(|delivery, err| eprintln!("{:?}: {err}: {:?}", delivery.envelope().event_id, err.source()))
///     .on_unhandled(|delivery| eprintln!("nobody took {:?}", delivery.envelope().event_type))
///     .build(EventRouter::new());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct WebhookBuilder {
    verifier: Verifier,
    health: Health,
    hooks: Arc<Hooks>,
    #[cfg(feature = "tokio")]
    detach: Option<Detach>,
    #[cfg(feature = "tokio")]
    idempotency: Option<Idempotency>,
}

impl WebhookBuilder {
    pub(super) fn new(verifier: Verifier) -> Self {
        Self {
            verifier,
            health: Health::default(),
            hooks: Arc::default(),
            #[cfg(feature = "tokio")]
            detach: Some(Detach::new()),
            #[cfg(feature = "tokio")]
            idempotency: Some(Idempotency::new(MemoryStore::new())),
        }
    }

    /// Keeps book in this health, say one with an alarm, or one that several webhooks share.
    pub fn health(mut self, health: Health) -> Self {
        self.health = health;
        self
    }

    /// Sets what hears of every verified delivery that is not acknowledged, with the error: one place for an alarm or a list.
    ///
    /// What the handler returned is the [source](std::error::Error::source) of an [`ErrorKind::HandlerFailed`](crate::ErrorKind::HandlerFailed).
    /// Work that [goes on](crate::layer::Detach) without its client, or after its acknowledgement, is heard of when it fails; of one that fails after the deadline it hears twice.
    /// Copies that are refused because the first is still being handled are none of them.
    /// It is called between the delivery and its answer, so it should return at once.
    pub fn on_failure(mut self, hook: impl Fn(&Delivery, &Error) + Send + Sync + 'static) -> Self {
        Arc::make_mut(&mut self.hooks).on_failure = Some(Arc::new(hook));
        self
    }

    /// Sets what hears of every delivery that nobody handled, which otherwise is in the log at the level `DEBUG` alone: no handler takes its type, or it does not have the shape of its type, and there is no fallback.
    pub fn on_unhandled(mut self, hook: impl Fn(&Delivery) + Send + Sync + 'static) -> Self {
        Arc::make_mut(&mut self.hooks).on_unhandled = Some(Arc::new(hook));
        self
    }

    /// Sets how work outlives its request: the deadline, the number of works, their end; [`Detach::new`] unless told otherwise. Behind the feature `tokio`.
    #[cfg(feature = "tokio")]
    pub fn detach(mut self, detach: Detach) -> Self {
        self.detach = Some(detach);
        self
    }

    /// Has the work of a handler end with its request, however that ends. Behind the feature `tokio`.
    #[cfg(feature = "tokio")]
    pub fn without_detach(mut self) -> Self {
        self.detach = None;
        self
    }

    /// Sets how copies of a delivery are told; in the memory of this process unless told otherwise. Behind the feature `tokio`.
    #[cfg(feature = "tokio")]
    pub fn idempotency(mut self, idempotency: Idempotency) -> Self {
        self.idempotency = Some(idempotency);
        self
    }

    /// Has every copy of a delivery handled. Behind the feature `tokio`.
    #[cfg(feature = "tokio")]
    pub fn without_idempotency(mut self) -> Self {
        self.idempotency = None;
        self
    }

    /// A webhook that hands what is verified to this service: an [`EventRouter`], or whatever tower layers make of one.
    ///
    /// That it is set up is logged, at the level `INFO`: as `handles`, what a router without layers around it handles; as `mac`, which implementation computes signatures, as the [features](crate#features) have it.
    ///
    /// An error it returns is an [`Error`], of which the kind decides the answer, or any other, which is answered 500 as an [`ErrorKind::HandlerFailed`](crate::ErrorKind::HandlerFailed).
    pub fn build<S>(self, service: S) -> Webhook
    where
        S: Service<Delivery, Response = Outcome> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
    {
        let router = (&service as &dyn Any).downcast_ref::<EventRouter>();
        let handles = router.map(field::debug);
        tracing::info!(handles, mac = Mac::NAME, "webhook is set up");
        // Who only stores deliveries asks for no payload.
        #[cfg(feature = "tokio")]
        let stores = (&service as &dyn Any).is::<Inbox>();
        #[cfg(not(feature = "tokio"))]
        let stores = false;
        let reads = if stores {
            Reads::Envelope
        } else {
            Reads::Payload
        };
        #[cfg(not(feature = "tokio"))]
        let service = Route::new(service);
        #[cfg(feature = "tokio")]
        let (service, detached) = self.guarded(service);
        Webhook {
            inner: Arc::new(Inner {
                verifier: self.verifier.reading(reads),
                service,
                health: self.health,
                hooks: self.hooks,
                #[cfg(feature = "tokio")]
                detached,
            }),
        }
    }

    /// Copies are told inside of the work, so that one that outlives its request is not taken for a failed one.
    ///
    /// Their types are forgotten once, around them all; each by itself would cost every delivery two more allocations.
    #[cfg(feature = "tokio")]
    fn guarded<S>(&self, service: S) -> (Route, Option<DetachHandle>)
    where
        S: Service<Delivery, Response = Outcome> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
    {
        let detach = self.detach.clone().map(|detach| {
            let (health, hooks) = (self.health.clone(), Arc::clone(&self.hooks));
            detach.on_unheard(move |finished| {
                observe::settled_unheard(finished, &health, &hooks);
            })
        });
        let service = match (&detach, &self.idempotency) {
            (Some(detach), Some(idempotency)) => {
                Route::boxed(detach.layer(idempotency.layer(service)))
            }
            (Some(detach), None) => Route::boxed(detach.layer(service)),
            (None, Some(idempotency)) => Route::boxed(idempotency.layer(service)),
            (None, None) => Route::new(service),
        };
        (service, detach.as_ref().map(Detach::handle))
    }
}

impl fmt::Debug for WebhookBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("WebhookBuilder");
        debug
            .field("verifier", &self.verifier)
            .field("health", &self.health)
            .field("hooks", &self.hooks);
        #[cfg(feature = "tokio")]
        debug
            .field("detach", &self.detach)
            .field("idempotency", &self.idempotency);
        debug.finish()
    }
}
