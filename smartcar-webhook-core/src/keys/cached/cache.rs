//! When keys are fetched, and what requests get meanwhile.

use std::error::Error as StdError;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::{AbortHandle, BoxFuture, Shared, WeakShared, abortable};

use super::held::{Held, Start};
use crate::error::BoxError;
use crate::token::Keyring;

/// How long nothing is fetched after a failure,
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// and after many.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How long requests put up with one fetch: twice what Smartcar waits for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// What all that waited for a fetch get.
type Fetched = Result<Arc<Keyring>, SharedError>;

type SharedError = Arc<dyn StdError + Send + Sync>;

/// A fetch, driven by whoever waits for it and by the task that was spawned for it.
type Fetch = Shared<BoxFuture<'static, Fetched>>;

pub(super) struct Cache {
    pub(super) settings: Settings,
    /// Never locked while code of others runs.
    state: Mutex<State>,
}

#[derive(Clone)]
pub(super) struct Settings {
    pub(super) fetch: Arc<dyn Fn() -> BoxFuture<'static, Result<Keyring, BoxError>> + Send + Sync>,
    pub(super) spawn: Arc<dyn Fn(BoxFuture<'static, ()>) + Send + Sync>,
    pub(super) clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub(super) fresh_for: Duration,
    pub(super) stale_for: Duration,
    pub(super) overlap: Duration,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    failure: Option<Failure>,
    under_way: Option<UnderWay>,
    /// How many fetches have begun.
    fetches: u64,
}

/// How fetches have failed since keys were last fetched.
struct Failure {
    times: u32,
    last: Instant,
    err: SharedError,
}

/// The fetch that began last.
struct UnderWay {
    start: Start,
    /// Weak, so that the next request begins another if nobody is left who drives it.
    fetch: WeakShared<BoxFuture<'static, Fetched>>,
    abort: AbortHandle,
}

/// What a request finds.
enum Found {
    Keys(Arc<Keyring>),
    Coming(Fetch),
    Failed(SharedError),
}

impl Cache {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            settings,
            state: Mutex::default(),
        }
    }

    /// The keys held and their age.
    pub(super) fn held(&self) -> Option<(Arc<Keyring>, Duration)> {
        let now = self.now();
        self.state().held(self.settings.overlap, now)
    }

    /// The keys for a request.
    pub(super) async fn keys(self: &Arc<Self>) -> Fetched {
        match self.find() {
            Found::Keys(keys) => Ok(keys),
            Found::Coming(fetch) => fetch.await,
            Found::Failed(err) => Err(err),
        }
    }

    /// Fetches the keys, even beside a fetch that is under way.
    pub(super) async fn refresh(self: &Arc<Self>) -> Fetched {
        let now = self.now();
        let fetch = self.begin(&mut self.state(), now);
        self.spawn(&fetch);
        fetch.await
    }

    fn find(self: &Arc<Self>) -> Found {
        let now = self.now();
        let fresh_for = self.settings.fresh_for;
        let usable_for = fresh_for.saturating_add(self.settings.stale_for);
        let mut state = self.state();
        let usable = match state.held(self.settings.overlap, now) {
            Some((keys, age)) if age < fresh_for => return Found::Keys(keys),
            Some((keys, age)) if age < usable_for => Some(keys),
            _ => None,
        };
        let hung = state
            .under_way
            .take_if(|it| now.saturating_duration_since(it.start.at) >= PATIENCE);
        let under_way = state.under_way.as_ref().and_then(|it| it.fetch.upgrade());
        let (found, begun) = match (under_way, &state.failure) {
            (Some(fetch), _) => (Found::Coming(fetch), None),
            (None, Some(failure)) if failure.pauses(now) => {
                (Found::Failed(Arc::clone(&failure.err)), None)
            }
            (None, _) => {
                let fetch = self.begin(&mut state, now);
                (Found::Coming(fetch.clone()), Some(fetch))
            }
        };
        drop(state);
        if let Some(hung) = hung {
            hung.abort.abort();
        }
        if let Some(begun) = begun {
            self.spawn(&begun);
        }
        usable.map_or(found, Found::Keys)
    }

    /// A fetch, of which nothing has run yet.
    fn begin(self: &Arc<Self>, state: &mut State, now: Instant) -> Fetch {
        state.fetches += 1;
        let start = Start {
            number: state.fetches,
            at: now,
        };
        let cache = Arc::clone(self);
        let fetch = Arc::clone(&self.settings.fetch);
        let work = AssertUnwindSafe(async move { fetch().await }).catch_unwind();
        let (work, abort) = abortable(work);
        let fetch = async move {
            let fetched = match work.await {
                Ok(Ok(fetched)) => fetched,
                Ok(Err(_)) => Err("the fetch of the keys panicked".into()),
                Err(_) => Err("the fetch of the keys took too long".into()),
            };
            cache.end(start, fetched)
        };
        let fetch = fetch.boxed().shared();
        state.under_way = fetch.downgrade().map(|fetch| UnderWay {
            start,
            fetch,
            abort,
        });
        fetch
    }

    fn spawn(&self, fetch: &Fetch) {
        (self.settings.spawn)(fetch.clone().map(drop).boxed());
    }

    /// Takes in what a fetch gave, unless one that began later has given keys.
    fn end(&self, start: Start, fetched: Result<Keyring, BoxError>) -> Fetched {
        let now = self.now();
        let overlap = self.settings.overlap;
        let mut state = self.state();
        state
            .under_way
            .take_if(|it| it.start.number == start.number);
        if let Some(newer) = state
            .held
            .as_mut()
            .filter(|it| it.start.number > start.number)
        {
            return Ok(newer.ring(overlap, now));
        }
        match fetched {
            Ok(fetched) => {
                let before = state.held.take();
                let held = Held::new(&fetched, before, start, now);
                state.failure = None;
                let keys = state.held.insert(held).ring(overlap, now);
                drop(state);
                tracing::debug!(?keys, "keys fetched");
                Ok(keys)
            }
            Err(err) => {
                let err = SharedError::from(err);
                let times = state.failure.as_ref().map_or(0, |it| it.times);
                let times = times.saturating_add(1);
                state.failure = Some(Failure {
                    times,
                    last: now,
                    err: Arc::clone(&err),
                });
                drop(state);
                let error = &*err as &(dyn StdError + 'static);
                tracing::warn!(error, times, "keys could not be fetched");
                Err(err)
            }
        }
    }

    fn now(&self) -> Instant {
        (self.settings.clock)()
    }

    /// No change of it stops halfway, so that it is sound even where a panic has poisoned it.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn held(&mut self, overlap: Duration, now: Instant) -> Option<(Arc<Keyring>, Duration)> {
        let held = self.held.as_mut()?;
        Some((held.ring(overlap, now), held.age(now)))
    }
}

impl Failure {
    /// Whether it is too early for another fetch.
    fn pauses(&self, now: Instant) -> bool {
        let doublings = self.times.saturating_sub(1).min(31);
        let pause = FIRST_PAUSE.saturating_mul(1 << doublings);
        now.saturating_duration_since(self.last) < pause.min(LONGEST_PAUSE)
    }
}
