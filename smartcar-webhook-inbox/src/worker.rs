//! The loop that hands stored deliveries to handlers.

mod report;
mod settings;
mod work;

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use smartcar_webhook_core::inbox::{Leased, Queue};
use smartcar_webhook_core::{BoxError, Delivery, Outcome};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tower::Service;

use self::report::Counts;
use self::settings::Settings;
use self::work::Work;
use crate::backoff::Backoff;

pub use self::report::WorkerReport;

/// Takes deliveries out of a queue and hands them to a service: the same [`EventRouter`](smartcar_webhook_core::EventRouter) that a webhook could call.
///
/// # What it promises
///
/// A delivery is done when the service said `Ok`, and is a dead letter when it was given up; until then it is handed out again, also after the death of a worker, of all workers, or of the engine.
/// A handler may therefore see an event more than once, and even twice at the same time: when its worker died, or stood still for longer than the lease, after the work and before the queue was told.
/// Only a handler that can take that makes it harmless.
/// There is no order.
///
/// | what becomes of the attempt | then |
/// |---|---|
/// | `Ok` | the delivery is done |
/// | an error, or a panic | it is tried again after a [delay](Self::backoff) |
/// | the same at the [last attempt](Self::max_attempts) | it is a dead letter |
/// | an [`ErrorKind::Misfit`](smartcar_webhook_core::ErrorKind::Misfit); a row that cannot be read | it is a dead letter at once, for it would come again in the same shape; a release that can read it may replay it |
/// | the process dies | it is tried again when the lease ends |
/// | the process dies at the last attempt | it is a dead letter, and is not run again |
/// | the lease is lost to another worker | nothing: that one's attempt counts, and [`Attempt::cancelled`](crate::Attempt::cancelled) tells the handler |
///
/// It claims no more deliveries than it has slots free, and renews each lease at every third of it.
/// Beside a delivery that was [abandoned](Leased::abandoned) it begins no other: if that one kills the process, it is not to take the same others with it each time, until they are given up as well.
/// Handlers run as tasks of their own, in the span `delivery`.
/// Errors of the queue are logged and never end it.
///
/// # Examples
///
/// ```
/// use smartcar_webhook_core::inbox::MemoryInbox;
/// use smartcar_webhook_core::EventRouter;
/// use smartcar_webhook_inbox::Worker;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let engine = MemoryInbox::new();
/// // Until a signal, in a program.
/// let shutdown = std::future::ready(());
/// let report = Worker::new(engine, EventRouter::new()).run(shutdown).await;
/// assert_eq!(report.completed(), 0);
/// # }
/// ```
#[must_use]
pub struct Worker<Q, S> {
    queue: Q,
    service: S,
    slots: usize,
    drain: Duration,
    settings: Settings,
}

/// How long a claim waits for a delivery: so long may a shutdown take with nothing to do.
const WAIT: Duration = Duration::from_secs(1);

/// How much longer an engine may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

impl<Q, S> Worker<Q, S> {
    /// How many deliveries are handled at once unless told otherwise.
    pub const DEFAULT_SLOTS: usize = 16;

    /// How often a delivery is handed out unless told otherwise: more often than handlers need, for the death of a worker costs all that it had an attempt.
    pub const DEFAULT_MAX_ATTEMPTS: u32 = 8;

    /// How long a delivery is out of the hands of other workers, without being renewed, unless told otherwise.
    pub const DEFAULT_LEASE: Duration = Duration::from_secs(30);

    /// How long handlers may go on after a shutdown has begun unless told otherwise.
    pub const DEFAULT_DRAIN: Duration = Duration::from_secs(20);

    /// A worker with the defaults.
    pub fn new(queue: Q, service: S) -> Self {
        let second = Duration::from_secs(1);
        Self {
            queue,
            service,
            slots: Self::DEFAULT_SLOTS,
            drain: Self::DEFAULT_DRAIN,
            settings: Settings {
                max_attempts: Self::DEFAULT_MAX_ATTEMPTS,
                lease: Self::DEFAULT_LEASE,
                backoff: Backoff::new(2 * second, 4, 3600 * second),
            },
        }
    }

    /// Sets how many deliveries are handled at once.
    ///
    /// # Panics
    ///
    /// When it is 0, or more than an eighth of `usize::MAX`.
    #[track_caller]
    pub fn slots(mut self, slots: usize) -> Self {
        let most = Semaphore::MAX_PERMITS;
        assert!((1..=most).contains(&slots), "a worker needs a slot");
        self.slots = slots;
        self
    }

    /// Sets how often a delivery is handed out before it is a dead letter.
    ///
    /// # Panics
    ///
    /// When it is 0.
    #[track_caller]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        assert!(attempts > 0, "a delivery needs an attempt");
        self.settings.max_attempts = attempts;
        self
    }

    /// Sets how long a delivery is out of the hands of other workers without being renewed: as long as it rests after its worker has died.
    ///
    /// # Panics
    ///
    /// When it is less than a second, which is the least that engines know.
    #[track_caller]
    pub fn lease(mut self, lease: Duration) -> Self {
        assert!(lease >= Duration::from_secs(1), "a lease is a second long");
        self.settings.lease = lease;
        self
    }

    /// Sets how long a delivery rests after an attempt that failed: `first` after the first, `factor` times as long after each other one, `longest` at most; unless told otherwise 2 s, 4 and an hour.
    ///
    /// A random part of each delay, up to a half, is left out, so that what failed together does not come back together.
    pub fn backoff(mut self, first: Duration, factor: u32, longest: Duration) -> Self {
        self.settings.backoff = Backoff::new(first, factor, longest);
        self
    }

    /// Sets how long handlers may go on after a shutdown has begun; then their futures are dropped, and their deliveries are given back for another worker.
    pub fn drain(mut self, limit: Duration) -> Self {
        self.drain = limit;
        self
    }
}

impl<Q, S> Worker<Q, S>
where
    Q: Queue,
    S: Service<Delivery, Response = Outcome> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
{
    /// Works until `shutdown` ends, lets the handlers end that are running, and says what was done.
    ///
    /// If its future is dropped, those of the handlers are, and their deliveries are handed out again when the leases end.
    /// It takes a tokio runtime with a timer.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> WorkerReport {
        let Self {
            queue,
            service,
            slots,
            drain,
            settings,
        } = self;
        let (stop, stopped) = watch::channel(false);
        let counts = Arc::<Counts>::default();
        let work = Work {
            queue: Arc::new(queue),
            service,
            settings: Arc::new(settings),
            counts: Arc::clone(&counts),
            stopped,
        };
        let mut shutdown = pin!(shutdown);
        let free = Arc::new(Semaphore::new(slots));
        let mut works = JoinSet::new();
        let mut failures = 0;
        let mut is_suspect = false;
        loop {
            let mut places = tokio::select! {
                biased;
                () = &mut shutdown => break,
                places = places(&free, if is_suspect { slots } else { 1 }) => places,
            };
            while works.try_join_next().is_some() {}
            let mut claim = pin!(work.claim(places.len()));
            let (claimed, is_over) = tokio::select! {
                claimed = &mut claim => (claimed, false),
                // What it has claimed must not wait until its lease ends.
                () = &mut shutdown => (claim.await, true),
            };
            match claimed {
                Ok(leased) => {
                    failures = 0;
                    is_suspect = leased.iter().any(|it| it.abandoned);
                    for leased in leased {
                        let (work, place) = (work.clone(), places.pop());
                        works.spawn(async move {
                            if is_over {
                                work.give_back(&leased).await;
                            } else {
                                work.run(leased).await;
                            }
                            drop(place);
                        });
                    }
                }
                Err(err) => {
                    failures += 1;
                    tracing::warn!(error = &*err, failures, "deliveries could not be claimed");
                    let pause = Backoff::new(Duration::from_millis(100), 2, 20 * PAUSE);
                    tokio::select! {
                        () = sleep(pause.after(failures)) => {}
                        () = &mut shutdown => break,
                    }
                }
            }
            if is_over {
                break;
            }
        }
        let all = async { while works.join_next().await.is_some() {} };
        if timeout(drain, all).await.is_err() {
            stop.send_replace(true);
            while works.join_next().await.is_some() {}
        }
        counts.report()
    }
}

const PAUSE: Duration = Duration::from_millis(100);

/// Waits until so many slots are free, and takes all that are.
async fn places(free: &Arc<Semaphore>, least: usize) -> Vec<OwnedSemaphorePermit> {
    let mut places = Vec::new();
    while places.len() < least
        && let Ok(place) = Arc::clone(free).acquire_owned().await
    {
        places.push(place);
    }
    while let Ok(place) = Arc::clone(free).try_acquire_owned() {
        places.push(place);
    }
    places
}

impl<Q: Queue, S> Work<Q, S> {
    async fn claim(&self, max: usize) -> Result<Vec<Leased<Q::Receipt>>, BoxError> {
        let claim = self.queue.claim(max, self.settings.lease, WAIT);
        timeout(WAIT + PATIENCE, claim).await?
    }
}

impl<Q, S> fmt::Debug for Worker<Q, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("slots", &self.slots)
            .field("drain", &self.drain)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
