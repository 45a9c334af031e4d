//! What becomes of a delivery, in virtual time.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use smartcar_webhook_core::inbox::{DeadLetters, Inbox, Leased, MemoryInbox, MemoryReceipt, Queue};
use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::{BoxError, Delivery, Error, EventRouter, Outcome, async_trait};
use smartcar_webhook_inbox::{Attempt, Worker, WorkerReport};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use tower::{Service, ServiceExt};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// What handlers saw: when, of which event, at which attempt.
type Seen = Arc<Mutex<Vec<(Duration, String, u32)>>>;

/// A router whose handler notes what it sees, and then does as it is told.
fn router<Fut>(
    seen: &Seen,
    then: impl Fn(String, Attempt) -> Fut + Send + Sync + 'static,
) -> EventRouter
where
    Fut: Future<Output = Result<(), BoxError>> + Send,
{
    let (seen, origin, then) = (Arc::clone(seen), Instant::now(), Arc::new(then));
    EventRouter::new().on(move |state: Delivery<VehicleState>| {
        let (seen, then) = (Arc::clone(&seen), Arc::clone(&then));
        async move {
            let attempt = state.extensions().get::<Attempt>().unwrap().clone();
            let event_id = state.envelope().event_id.clone().unwrap().to_string();
            seen.lock()
                .unwrap()
                .push((origin.elapsed(), event_id.clone(), attempt.number()));
            then(event_id, attempt).await
        }
    })
}

fn attempts(seen: &Seen) -> Vec<u32> {
    seen.lock().unwrap().iter().map(|it| it.2).collect()
}

async fn store(engine: &MemoryInbox, event_ids: &[&str]) {
    for event_id in event_ids {
        let body = format!(
            r#"{{"eventType":"VEHICLE_STATE","eventId":"{event_id}","data":{{"vehicle":{{"id":"v1"}},"signals":[]}}}}"#
        );
        let delivery = Delivery::assume_verified(body.into()).unwrap();
        let outcome = Inbox::new(engine.clone()).oneshot(delivery).await.unwrap();
        assert_eq!(outcome, Outcome::Stored);
    }
}

/// A worker that runs until it is stopped.
struct Running {
    stop: oneshot::Sender<()>,
    worker: JoinHandle<WorkerReport>,
}

impl Running {
    fn start<Q, S>(worker: Worker<Q, S>) -> Self
    where
        Q: Queue,
        S: Service<Delivery, Response = Outcome, Error = Error> + Clone + Send + Sync + 'static,
        S::Future: Send,
    {
        let (stop, stopped) = oneshot::channel();
        let worker = tokio::spawn(worker.run(async { drop(stopped.await) }));
        Self { stop, worker }
    }

    async fn stop(self) -> WorkerReport {
        drop(self.stop);
        self.worker.await.unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_stored_is_handled_once() {
    let engine = MemoryInbox::new();
    let seen = Seen::default();
    let worker = Running::start(Worker::new(
        engine.clone(),
        router(&seen, async |_, attempt: Attempt| {
            assert!(!attempt.is_last() && !attempt.is_cancelled());
            Ok(())
        }),
    ));
    store(&engine, &["e1", "e2"]).await;
    sleep(MINUTE).await;
    store(&engine, &["e3"]).await;
    sleep(MINUTE).await;
    let report = worker.stop().await;
    assert_eq!((report.completed(), report.retried()), (3, 0));
    assert!(engine.is_empty());
    let seen = seen.lock().unwrap();
    let events: Vec<_> = seen.iter().map(|it| (&*it.1, it.2)).collect();
    assert_eq!(events, [("e1", 1), ("e2", 1), ("e3", 1)]);
    assert!(seen[1].0 < SECOND && seen[2].0 < MINUTE + SECOND);
}

#[tokio::test(start_paused = true)]
async fn what_fails_is_tried_later_and_later_and_is_a_dead_letter_in_the_end() {
    let engine = MemoryInbox::new();
    let seen = Seen::default();
    store(&engine, &["bad", "panics", "good"]).await;
    let worker = Running::start(Worker::new(
        engine.clone(),
        router(&seen, async |event_id, attempt: Attempt| {
            assert_eq!(attempt.is_last(), attempt.number() == 8);
            match &*event_id {
                "bad" => Err("V1N9".into()),
                "panics" => panic!("V1N9"),
                _ => Ok(()),
            }
        }),
    ));
    sleep(DAY).await;
    let report = worker.stop().await;
    let counts = (report.completed(), report.retried(), report.buried());
    assert_eq!(counts, (1, 14, 2));

    let bad: Vec<_> = seen
        .lock()
        .unwrap()
        .iter()
        .filter(|it| it.1 == "bad")
        .cloned()
        .collect();
    assert_eq!(
        bad.iter().map(|it| it.2).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5, 6, 7, 8]
    );
    for (two, delay) in bad.windows(2).zip([2, 8, 32, 128, 512, 2048, 3600]) {
        let gap = two[1].0.saturating_sub(two[0].0);
        let longest = delay * SECOND;
        assert!(
            (longest / 2..longest + SECOND).contains(&gap),
            "{gap:?} {delay}"
        );
    }
    let dead = engine.list(None, 10).await.unwrap();
    let mut told: Vec<_> = dead.iter().map(|it| (&*it.error, it.attempts)).collect();
    told.sort_unstable();
    assert_eq!(told, [("handler failed", 8), ("handler panicked", 8)]);

    assert_eq!(engine.replay_all().await.unwrap(), 2);
    let healed = router(&seen, async |_, attempt| {
        assert_eq!(attempt.number(), 1);
        Ok(())
    });
    let worker = Running::start(Worker::new(engine.clone(), healed));
    sleep(SECOND).await;
    assert_eq!(worker.stop().await.completed(), 2);
    assert!(engine.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_a_dead_letter_at_once() {
    let engine = MemoryInbox::new();
    store(&engine, &["e1"]).await;
    let misfit = tower::service_fn(async |_: Delivery| Err(Error::misfit("data")));
    let worker = Running::start(Worker::new(engine.clone(), misfit));
    sleep(SECOND).await;
    assert_eq!(worker.stop().await.buried(), 1);
    let dead = engine.list(None, 10).await.unwrap();
    assert_eq!(
        dead[0].error,
        "payload does not have the expected shape at `data`"
    );
    assert_eq!(dead[0].attempts, 1);
    assert!(dead[0].stored().is_ok());
}

/// A queue whose rows and calls can be spoilt.
#[derive(Clone, Default)]
struct Spoilt {
    engine: MemoryInbox,
    faults: Arc<Mutex<HashMap<&'static str, usize>>>,
    rows: bool,
}

impl Spoilt {
    fn call(&self, name: &str) -> Result<(), BoxError> {
        let mut faults = self.faults.lock().unwrap();
        match faults.get_mut(name) {
            Some(left) if *left > 0 => {
                *left -= 1;
                Err("connection reset".into())
            }
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl Queue for Spoilt {
    type Receipt = MemoryReceipt;

    async fn claim(
        &self,
        max: usize,
        lease: Duration,
        wait: Duration,
    ) -> Result<Vec<Leased<MemoryReceipt>>, BoxError> {
        self.call("claim")?;
        let mut leased = self.engine.claim(max, lease, wait).await?;
        if self.rows {
            for it in &mut leased {
                it.row = "{".into();
            }
        }
        Ok(leased)
    }

    async fn renew(&self, receipt: &MemoryReceipt, lease: Duration) -> Result<bool, BoxError> {
        self.call("renew")?;
        self.engine.renew(receipt, lease).await
    }

    async fn complete(&self, receipt: &MemoryReceipt) -> Result<bool, BoxError> {
        self.call("complete")?;
        self.engine.complete(receipt).await
    }

    async fn retry(
        &self,
        receipt: &MemoryReceipt,
        delay: Duration,
        error: &str,
    ) -> Result<bool, BoxError> {
        self.call("retry")?;
        self.engine.retry(receipt, delay, error).await
    }

    async fn bury(&self, leased: &Leased<MemoryReceipt>, error: &str) -> Result<bool, BoxError> {
        self.call("bury")?;
        self.engine.bury(leased, error).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_row_that_is_none_is_a_dead_letter() {
    let queue = Spoilt {
        rows: true,
        ..Spoilt::default()
    };
    store(&queue.engine, &["e1"]).await;
    let seen = Seen::default();
    let worker = Running::start(Worker::new(
        queue.clone(),
        router(&seen, async |_, _| Ok(())),
    ));
    sleep(SECOND).await;
    assert_eq!(worker.stop().await.buried(), 1);
    let dead = queue.engine.list(None, 10).await.unwrap();
    assert_eq!(dead[0].error, "row is not that of a delivery");
    assert!(seen.lock().unwrap().is_empty());
}

/// Calls that fail are made again, and none of them ends the worker or costs an attempt.
#[tokio::test(start_paused = true)]
async fn a_queue_that_fails_for_a_while_does_no_harm() {
    for (name, faults, expected) in [
        ("claim", 5, &[1][..]),
        ("renew", 2, &[1]),
        ("complete", 5, &[1]),
        ("retry", 5, &[1, 2]),
        ("bury", 5, &[1]),
    ] {
        let queue = Spoilt::default();
        queue.faults.lock().unwrap().insert(name, faults);
        store(&queue.engine, &["e1"]).await;
        let seen = Seen::default();
        let router = router(&seen, move |_, attempt: Attempt| async move {
            match name {
                "renew" => sleep(5 * MINUTE).await,
                "retry" if attempt.number() == 1 => return Err("later".into()),
                "bury" => return Err("never".into()),
                _ => {}
            }
            assert!(!attempt.is_cancelled());
            Ok(())
        });
        let max_attempts = if name == "bury" { 1 } else { 8 };
        let worker = Worker::new(queue.clone(), router).max_attempts(max_attempts);
        let worker = Running::start(worker);
        sleep(10 * MINUTE).await;
        let report = worker.stop().await;
        let ended = report.completed() + report.buried();
        assert_eq!(ended, 1, "{name}: {report:?}");
        assert_eq!(attempts(&seen), expected, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_is_claimed_than_there_are_slots_and_leases_are_renewed() {
    let engine = MemoryInbox::new();
    let ids: Vec<_> = (0..10).map(|i| format!("e{i}")).collect();
    store(&engine, &ids.iter().map(|it| &**it).collect::<Vec<_>>()).await;
    let (seen, running, most) = (
        Seen::default(),
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicUsize::new(0)),
    );
    let workers: Vec<_> = (0..2)
        .map(|_| {
            let (running, most) = (Arc::clone(&running), Arc::clone(&most));
            let router = router(&seen, move |_, attempt: Attempt| {
                let (running, most) = (Arc::clone(&running), Arc::clone(&most));
                async move {
                    most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    sleep(5 * MINUTE).await;
                    running.fetch_sub(1, Ordering::SeqCst);
                    assert!(!attempt.is_cancelled());
                    Ok(())
                }
            });
            Running::start(Worker::new(engine.clone(), router).slots(2))
        })
        .collect();
    sleep(60 * MINUTE).await;
    let mut completed = 0;
    for worker in workers {
        completed += worker.stop().await.completed();
    }
    assert_eq!(completed, 10);
    assert_eq!(attempts(&seen), [1; 10]);
    assert_eq!(most.load(Ordering::SeqCst), 4);
}

/// A worker that died in the handler is a lease that ends without a word.
#[tokio::test(start_paused = true)]
async fn deaths_are_attempts_and_the_last_is_followed_by_none() {
    let engine = MemoryInbox::new();
    store(&engine, &["e1"]).await;
    let seen = Seen::default();
    for _ in 0..8 {
        let router = router(&seen, async |_, _| std::future::pending().await);
        let worker = Running::start(Worker::new(engine.clone(), router));
        sleep(10 * SECOND).await;
        worker.worker.abort();
        sleep(MINUTE).await;
    }
    assert_eq!(attempts(&seen), [1, 2, 3, 4, 5, 6, 7, 8]);
    let worker = Running::start(Worker::new(
        engine.clone(),
        router(&seen, async |_, _| Ok(())),
    ));
    sleep(SECOND).await;
    assert_eq!(worker.stop().await.buried(), 1);
    assert_eq!(seen.lock().unwrap().len(), 8);
    let dead = engine.list(None, 10).await.unwrap();
    assert_eq!(
        (&*dead[0].error, dead[0].attempts),
        ("its workers died, each time it was tried", 9)
    );
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_is_lost_is_told_and_the_result_counts_for_nothing() {
    let queue = Spoilt::default();
    queue.faults.lock().unwrap().insert("renew", usize::MAX);
    store(&queue.engine, &["e1"]).await;
    let seen = Seen::default();
    let told = Arc::new(Mutex::new(Vec::new()));
    let router = router(&seen, {
        let told = Arc::clone(&told);
        move |_, attempt: Attempt| {
            let told = Arc::clone(&told);
            async move {
                if attempt.number() > 1 {
                    return Ok(());
                }
                let began = Instant::now();
                attempt.cancelled().await;
                told.lock().unwrap().push(began.elapsed());
                Ok(())
            }
        }
    });
    let worker = Running::start(Worker::new(queue.clone(), router));
    sleep(MINUTE).await;
    let report = worker.stop().await;
    assert_eq!((report.completed(), report.lost()), (1, 1));
    assert_eq!(attempts(&seen), [1, 2]);
    let told = told.lock().unwrap();
    assert!(
        told.len() == 1 && told[0] >= 30 * SECOND && told[0] <= 45 * SECOND,
        "{told:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_waits_for_what_runs_and_gives_back_what_goes_on() {
    let engine = MemoryInbox::new();
    store(&engine, &["short", "long"]).await;
    let seen = Seen::default();
    let then = async |event_id: String, attempt: Attempt| {
        match &*event_id {
            "short" => sleep(10 * SECOND).await,
            _ if attempt.number() == 1 => sleep(MINUTE).await,
            _ => {}
        }
        Ok(())
    };
    let worker = Running::start(Worker::new(engine.clone(), router(&seen, then)));
    sleep(SECOND).await;
    let began = Instant::now();
    let report = worker.stop().await;
    assert!((20 * SECOND..22 * SECOND).contains(&began.elapsed()));
    assert_eq!((report.completed(), report.given_back()), (1, 1));
    // Nothing has to wait for a lease to end.
    let worker = Running::start(Worker::new(engine.clone(), router(&seen, then)));
    sleep(SECOND).await;
    let report = worker.stop().await;
    assert_eq!(report.completed(), 1);
    assert!(engine.is_empty());
    assert_eq!(attempts(&seen), [1, 1, 2]);
}
