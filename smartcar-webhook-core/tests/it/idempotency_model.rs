//! Whatever happens in whatever order: what is answered as done was done, what is remembered is not done again, and nothing stays claimed.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;
use smartcar_webhook_core::layer::Idempotency;
use smartcar_webhook_core::layer::idempotency::{
    Claim, Claimed, IdempotencyStore, Idempotent, MemoryStore,
};
use smartcar_webhook_core::{BoxError, Delivery, Error, ErrorKind, Outcome, async_trait};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::advance;
use tower::{Layer, Service, ServiceExt};

use crate::delivery;
use crate::desk::LEASE;
use crate::remote_store::{Fault, Remote};

/// An event, and which body comes under its id.
type Subject = (usize, usize);

/// The last event comes with two bodies, for which it is promised only that neither is lost.
const SUBJECTS: [Subject; 4] = [(0, 0), (1, 0), (2, 0), (2, 1)];

fn is_regular(of: Subject) -> bool {
    of.0 < 2
}

#[derive(Clone, Debug)]
enum Step {
    /// An attempt to deliver this.
    Deliver(Subject),
    /// One of the runs ends.
    End(Index, Ending),
    /// The future of one of the attempts is dropped.
    Drop(Index),
    /// Time passes for everybody, a few seconds at once.
    Wait(u32),
    /// The process stands still for longer than any lease; time passes for the store alone.
    Stall,
    /// One of the next calls of the store goes wrong.
    Fault(&'static str, Fault),
}

#[derive(Clone, Copy, Debug)]
enum Ending {
    Handled,
    Unhandled,
    Failed,
}

impl Ending {
    fn result(self) -> Result<Outcome, Error> {
        match self {
            Self::Handled => Ok(Outcome::Handled),
            Self::Unhandled => Ok(Outcome::Unhandled),
            Self::Failed => Err(Error::new(ErrorKind::HandlerFailed)),
        }
    }
}

/// What happens while everything works as it should.
fn ordinary() -> BoxedStrategy<Step> {
    let ending = select(&[Ending::Handled, Ending::Unhandled, Ending::Failed][..]);
    prop_oneof![
        4 => select(SUBJECTS.to_vec()).prop_map(Step::Deliver),
        3 => (any::<Index>(), ending).prop_map(|(run, ending)| Step::End(run, ending)),
        1 => any::<Index>().prop_map(Step::Drop),
        1 => (1..20_u32).prop_map(Step::Wait),
    ]
    .boxed()
}

fn anything() -> BoxedStrategy<Step> {
    let call = select(&["claim", "renew", "complete", "release"][..]);
    let faults = [
        Fault::Fails,
        Fault::Hangs,
        Fault::FailsLate,
        Fault::HangsLate,
    ];
    prop_oneof![
        8 => ordinary(),
        1 => Just(Step::Stall),
        2 => (call, select(faults.to_vec())).prop_map(|(call, fault)| Step::Fault(call, fault)),
    ]
    .boxed()
}

/// A run that has begun: of which event and body, and how to end it.
struct Run {
    of: Subject,
    end: oneshot::Sender<Ending>,
}

/// What an observer of all runs knows.
#[derive(Default)]
struct Seen {
    runs: Vec<Run>,
    /// How many runs of each are under way, and how many have handled it.
    running: HashMap<Subject, usize>,
    handled: HashMap<Subject, usize>,
}

/// The service below the layer.
#[derive(Clone)]
struct Work {
    seen: Arc<Mutex<Seen>>,
    remote: Remote,
    fingerprints: Arc<HashMap<Subject, u64>>,
    alone: bool,
}

/// Counts a run as under way until it is dropped.
struct Running(Arc<Mutex<Seen>>, Subject);

impl Drop for Running {
    fn drop(&mut self) {
        *self.0.lock().unwrap().running.get_mut(&self.1).unwrap() -= 1;
    }
}

impl Service<Delivery> for Work {
    type Response = Outcome;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Outcome, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Ok(()).into()
    }

    fn call(&mut self, delivery: Delivery) -> Self::Future {
        let of = subject(&delivery);
        let remembered = self.remote.remembered.lock().unwrap();
        let is_done = remembered.contains(&self.fingerprints[&of]);
        assert!(
            !is_done || !is_regular(of),
            "{of:?} runs although it is remembered"
        );
        let mut seen = self.seen.lock().unwrap();
        let running = seen.running.entry(of).or_default();
        *running += 1;
        let is_alone = *running == 1 || !self.alone || !is_regular(of);
        assert!(is_alone, "{of:?} runs twice at once");
        let (end, ended) = oneshot::channel();
        seen.runs.push(Run { of, end });
        let running = Running(Arc::clone(&self.seen), of);
        Box::pin(async move {
            let ending = ended.await.unwrap();
            if matches!(ending, Ending::Handled) {
                let mut seen = running.0.lock().unwrap();
                *seen.handled.entry(of).or_default() += 1;
            }
            drop(running);
            ending.result()
        })
    }
}

fn attempt((event, body): Subject) -> Delivery {
    static ATTEMPTS: AtomicUsize = AtomicUsize::new(0);
    let attempt = ATTEMPTS.fetch_add(1, Ordering::Relaxed);
    delivery(format!(
        r#"{{"eventType":"VEHICLE_STATE","eventId":"{event}","vehicleId":"{body}","meta":{{"deliveryId":"{attempt}"}}}}"#
    ))
}

/// The event and the body of an attempt.
fn subject(delivery: &Delivery) -> Subject {
    let envelope = delivery.envelope();
    let event = envelope.event_id.as_deref().unwrap();
    let body = envelope.vehicle_id().unwrap();
    (event.parse().unwrap(), body.parse().unwrap())
}

/// A store that notes the fingerprints of claims.
#[derive(Clone, Default)]
struct Probe(Arc<Mutex<Vec<u64>>>);

#[async_trait]
impl IdempotencyStore for Probe {
    async fn claim(&self, claim: &Claim, _: Duration) -> Result<Claimed, BoxError> {
        self.0.lock().unwrap().push(claim.fingerprint());
        Err("only looking".into())
    }

    async fn renew(&self, _: &Claim, _: Duration) -> Result<bool, BoxError> {
        Ok(false)
    }

    async fn complete(&self, _: &Claim, _: Outcome, _: Duration) -> Result<bool, BoxError> {
        Ok(false)
    }

    async fn release(&self, _: &Claim) -> Result<(), BoxError> {
        Ok(())
    }
}

async fn fingerprints() -> HashMap<Subject, u64> {
    let probe = Probe::default();
    let never = tower::service_fn(async |_: Delivery| Ok::<_, Error>(Outcome::Handled));
    let service = Idempotency::new(probe.clone()).layer(never);
    let mut fingerprints = HashMap::new();
    for of in SUBJECTS {
        service.clone().oneshot(attempt(of)).await.unwrap_err();
        fingerprints.insert(of, probe.0.lock().unwrap().pop().unwrap());
    }
    fingerprints
}

/// Lets every task go on as far as it can.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

async fn wait(seconds: u32) {
    for _ in 0..seconds {
        advance(Duration::from_secs(1)).await;
        settle().await;
    }
}

type Attempt = (Subject, JoinHandle<Result<Outcome, Error>>);

struct Model {
    service: Idempotent<Work>,
    seen: Arc<Mutex<Seen>>,
    remote: Remote,
    ahead: Arc<Mutex<Duration>>,
    attempts: Vec<Attempt>,
}

impl Model {
    /// With `alone`, a second run of the same at the same time is a fault of the layer.
    async fn new(alone: bool) -> Self {
        let ahead = Arc::<Mutex<Duration>>::default();
        let clock = {
            let ahead = Arc::clone(&ahead);
            move || -> Instant { tokio::time::Instant::now().into_std() + *ahead.lock().unwrap() }
        };
        let remote = Remote {
            store: MemoryStore::with_clock(100, clock),
            ..Remote::default()
        };
        let seen = Arc::<Mutex<Seen>>::default();
        let work = Work {
            seen: Arc::clone(&seen),
            remote: remote.clone(),
            fingerprints: Arc::new(fingerprints().await),
            alone,
        };
        Self {
            service: Idempotency::new(remote.clone()).layer(work),
            seen,
            remote,
            ahead,
            attempts: Vec::new(),
        }
    }

    fn deliver(&mut self, of: Subject) {
        let attempt = self.service.clone().oneshot(attempt(of));
        self.attempts.push((of, tokio::spawn(attempt)));
    }

    async fn step(&mut self, step: &Step) {
        match step {
            Step::Deliver(of) => self.deliver(*of),
            Step::End(run, ending) => {
                let mut seen = self.seen.lock().unwrap();
                seen.runs.retain(|it| !it.end.is_closed());
                if !seen.runs.is_empty() {
                    let at = run.index(seen.runs.len());
                    let run = seen.runs.swap_remove(at);
                    drop(seen);
                    run.end.send(*ending).unwrap();
                }
            }
            Step::Drop(attempt) => {
                if !self.attempts.is_empty() {
                    let at = attempt.index(self.attempts.len());
                    let (_, attempt) = self.attempts.swap_remove(at);
                    attempt.abort();
                }
            }
            Step::Wait(seconds) => wait(*seconds).await,
            Step::Stall => *self.ahead.lock().unwrap() += 2 * LEASE,
            Step::Fault(call, fault) => {
                let mut faults = self.remote.faults.lock().unwrap();
                faults.push((call, *fault));
            }
        }
        settle().await;
        self.look().await;
    }

    /// What is answered as done was done.
    async fn look(&mut self) {
        let (ended, waiting): (Vec<_>, _) = std::mem::take(&mut self.attempts)
            .into_iter()
            .partition(|(_, it)| it.is_finished());
        self.attempts = waiting;
        for (of, attempt) in ended {
            let answer: Result<_, Error> = attempt.await.unwrap();
            let seen = self.seen.lock().unwrap();
            let handled = seen.handled.get(&of).copied().unwrap_or_default();
            match answer {
                Ok(Outcome::Handled | Outcome::Duplicate) => assert!(handled > 0, "{of:?}"),
                Ok(outcome) => assert_eq!(outcome, Outcome::Unhandled),
                Err(err) => assert!(
                    matches!(
                        err.kind(),
                        ErrorKind::HandlerFailed
                            | ErrorKind::InFlight
                            | ErrorKind::StoreUnavailable
                    ),
                    "{err}"
                ),
            }
        }
    }

    /// When all is over, every event can be handled, or has been.
    async fn finish(&mut self) {
        for (_, attempt) in self.attempts.drain(..) {
            attempt.abort();
        }
        self.remote.faults.lock().unwrap().clear();
        // What was told in the background has come to its end before the leases end.
        wait(30).await;
        self.seen.lock().unwrap().runs.clear();
        for of in SUBJECTS {
            self.deliver(of);
            settle().await;
            let mut runs = std::mem::take(&mut self.seen.lock().unwrap().runs);
            if let Some(run) = runs.pop() {
                assert_eq!(run.of, of);
                run.end.send(Ending::Handled).unwrap();
                settle().await;
            }
            let (_, attempt) = self.attempts.pop().unwrap();
            assert!(
                attempt.is_finished(),
                "{of:?} is neither handled nor refused"
            );
            let answer = attempt.await.unwrap().unwrap();
            assert!(matches!(answer, Outcome::Handled | Outcome::Duplicate));
        }
    }
}

fn try_out(steps: &[Step], alone: bool) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.unwrap().block_on(async {
        let mut model = Model::new(alone).await;
        for step in steps {
            model.step(step).await;
        }
        if alone {
            let seen = model.seen.lock().unwrap();
            for (of, handled) in &seen.handled {
                assert!(*handled <= 1 || !is_regular(*of), "{of:?} is handled twice");
            }
        }
        model.finish().await;
    });
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 1000,
        rng_seed: RngSeed::Fixed(0),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn of_what_goes_well_everything_is_handled_once(steps in vec(ordinary(), 0..40)) {
        try_out(&steps, true);
    }

    #[test]
    fn of_what_goes_wrong_nothing_is_lost_or_stuck(steps in vec(anything(), 0..60)) {
        try_out(&steps, false);
    }
}
