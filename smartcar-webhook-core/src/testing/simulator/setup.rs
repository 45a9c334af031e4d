//! What is simulated.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::super::spelling::Spelling;
use super::event::Attempt;
use super::faults::Faults;
use super::ledger::Ledger;
use super::simulated_webhook::SimulatedWebhook;
use crate::token::ManagementToken;

/// Smartcar's side: a fleet, its webhooks, and the tokens they sign with; see the [module](super).
///
/// The same seed and settings make the same events, with the same ids and, in virtual time, at the same times, as long as the receiver answers the same.
#[must_use]
pub struct Simulator {
    pub(super) seed: u64,
    pub(super) vehicles: u64,
    pub(super) webhooks: Vec<SimulatedWebhook>,
    pub(super) faults: Faults,
    pub(super) spellings: Vec<Spelling>,
    pub(super) any_spelling: bool,
    /// From when on, counted from the start.
    pub(super) tokens: Vec<(Duration, ManagementToken)>,
    pub(super) starts_at_ms: i64,
    pub(super) subscribes_within: Duration,
    pub(super) rate: Option<f64>,
    pub(super) tests_every: Option<Duration>,
    pub(super) challenges_every: Option<Duration>,
    pub(super) enabled_after: Option<Duration>,
    pub(super) on_attempt: Observer,
    pub(super) ledger: Ledger,
}

type Observer = Arc<dyn Fn(&Attempt) + Send + Sync>;

impl Simulator {
    /// Ten vehicles, and one webhook of 4.0 that sends every signal, signed with this token.
    pub fn new(token: ManagementToken) -> Self {
        Self {
            seed: 0,
            vehicles: 10,
            webhooks: Vec::new(),
            faults: Faults::none(),
            spellings: Vec::new(),
            any_spelling: false,
            tokens: vec![(Duration::ZERO, token)],
            // 2026-03-02T00:00:00Z, a Monday, as it is in the lives of the vehicles.
            starts_at_ms: 1_772_409_600_000,
            subscribes_within: Duration::from_secs(600),
            rate: None,
            tests_every: None,
            challenges_every: None,
            enabled_after: None,
            on_attempt: Arc::new(|_| ()),
            ledger: Ledger::default(),
        }
    }

    /// Another fleet with another life for each seed; else 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How many vehicles there are; else 10.
    pub fn vehicles(mut self, vehicles: u64) -> Self {
        self.vehicles = vehicles;
        self
    }

    /// Adds a webhook; without any there is one of 4.0 that sends every signal.
    pub fn webhook(mut self, webhook: SimulatedWebhook) -> Self {
        self.webhooks.push(webhook);
        self
    }

    /// What goes wrong; else nothing.
    pub fn faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// Spells every delivery so, wherever it says something about it; several add up.
    pub fn spelling(mut self, spelling: Spelling) -> Self {
        self.spellings.push(spelling);
        self
    }

    /// Spells each event in some of [all ways](Spelling::ALL) known, and its keys in any order.
    pub fn any_spelling(mut self) -> Self {
        self.any_spelling = true;
        self
    }

    /// From some time on, counted from the start, signs with another token.
    pub fn rotate(mut self, after: Duration, token: ManagementToken) -> Self {
        self.tokens.push((after, token));
        self.tokens.sort_by_key(|(after, _)| *after);
        self
    }

    /// What time it is when it starts; else 2026-03-02T00:00:00Z.
    ///
    /// Times in deliveries go on from here.
    /// The lives of the vehicles begin on a Monday at midnight UTC, whatever the time is.
    pub fn starting_at(mut self, time: SystemTime) -> Self {
        let since = time.duration_since(SystemTime::UNIX_EPOCH);
        let ms = since.map_or(0, |it| it.as_millis());
        self.starts_at_ms = i64::try_from(ms).unwrap_or(i64::MAX);
        self
    }

    /// Subscribes the vehicles one by one within this time; else within ten minutes.
    pub fn subscribing_within(mut self, time: Duration) -> Self {
        self.subscribes_within = time;
        self
    }

    /// Makes so many events a second, whatever time passes between them in the lives of the vehicles; else they happen when they happen.
    pub fn rate(mut self, events_per_second: f64) -> Self {
        let is_number = !events_per_second.is_nan();
        self.rate = is_number.then(|| events_per_second.clamp(0.001, 1_000_000.0));
        self
    }

    /// Sends a test delivery, about an invented car, every so often, as if somebody pressed the button in the dashboard; else never.
    pub fn tests_every(mut self, time: Duration) -> Self {
        self.tests_every = Some(time.max(Duration::from_secs(1)));
        self
    }

    /// Sends challenges again every so often, as if somebody had the webhook verified once more; else only at the start.
    pub fn challenges_every(mut self, time: Duration) -> Self {
        self.challenges_every = Some(time.max(Duration::from_secs(1)));
        self
    }

    /// Has somebody enable a disabled webhook again after this time, and verify one that was not; else nobody does.
    ///
    /// Every vehicle then has a first delivery once more.
    pub fn enabled_after(mut self, time: Duration) -> Self {
        self.enabled_after = Some(time);
        self
    }

    /// Is told of every attempt, once it is over.
    pub fn on_attempt(mut self, observer: impl Fn(&Attempt) + Send + Sync + 'static) -> Self {
        self.on_attempt = Arc::new(observer);
        self
    }

    /// The ledger of the run, to look at while it runs.
    ///
    /// Each run begins it anew, and clones of a simulator share it: run one after the other, and look at its ledger before the next.
    pub fn ledger(&self) -> Ledger {
        self.ledger.clone()
    }
}

/// With a ledger of its own.
impl Clone for Simulator {
    fn clone(&self) -> Self {
        Self {
            webhooks: self.webhooks.clone(),
            faults: self.faults.clone(),
            spellings: self.spellings.clone(),
            tokens: self.tokens.clone(),
            on_attempt: Arc::clone(&self.on_attempt),
            ledger: Ledger::default(),
            ..*self
        }
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator")
            .field("seed", &self.seed)
            .field("vehicles", &self.vehicles)
            .field("webhooks", &self.webhooks)
            .field("faults", &self.faults)
            .finish_non_exhaustive()
    }
}
