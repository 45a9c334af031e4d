//! What is asked of an engine.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, UNIX_EPOCH};

use futures_util::future::join_all;
use smartcar_webhook_core::inbox::{InboxStore, Leased, Queue, Stored, StoredDelivery};
use smartcar_webhook_core::{Delivery, Error, Outcome};
use smartcar_webhook_inbox::Worker;
use tokio::sync::oneshot;

use crate::figures::Times;

pub(crate) const SLOTS: usize = 32;
const LEASE: Duration = Worker::<(), ()>::DEFAULT_LEASE;

/// Both sides of an engine.
pub(crate) trait Engine: InboxStore + Queue + Clone {}

impl<E: InboxStore + Queue + Clone> Engine for E {}

/// A delivery of 1.5 KB that none was like before.
fn delivery() -> (String, StoredDelivery) {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let event_id = format!("event-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let filler = "x".repeat(1400);
    let body = format!(
        r#"{{"eventType":"VEHICLE_STATE","eventId":"{event_id}","data":{{"vehicle":{{"id":"v1"}},"filler":"{filler}"}}}}"#
    );
    let delivery = Delivery::assume_verified(body.into()).unwrap();
    (event_id, StoredDelivery::new(&delivery, "", UNIX_EPOCH))
}

/// Has so many senders store so many deliveries between them; says how long that took, and each of them.
pub(crate) async fn store(
    engine: &impl Engine,
    senders: usize,
    deliveries: usize,
) -> (Duration, Times) {
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let tasks: Vec<_> = (0..senders)
        .map(|_| {
            let (engine, next) = (engine.clone(), Arc::clone(&next));
            tokio::spawn(async move {
                let mut took = Vec::new();
                while next.fetch_add(1, Ordering::Relaxed) < deliveries {
                    let (_, delivery) = delivery();
                    let began = Instant::now();
                    assert_eq!(engine.store(&delivery).await.unwrap(), Stored::New);
                    took.push(began.elapsed());
                }
                took
            })
        })
        .collect();
    let each = join_all(tasks).await.into_iter().flat_map(Result::unwrap);
    let each = Times::new(each.collect());
    (began.elapsed(), each)
}

/// Has a worker handle so many deliveries while `meanwhile` runs; says when it began with which.
async fn handle(
    engine: &impl Engine,
    deliveries: usize,
    meanwhile: impl Future<Output = ()>,
) -> HashMap<String, Instant> {
    let (stop, stopped) = oneshot::channel();
    let handled = Arc::new(Mutex::new((HashMap::new(), Some(stop))));
    let seen = Arc::clone(&handled);
    let service = tower::service_fn(move |delivery: Delivery| {
        let mut seen = seen.lock().unwrap();
        let event_id = delivery.envelope().event_id.as_deref().unwrap().to_owned();
        seen.0.insert(event_id, Instant::now());
        if seen.0.len() == deliveries {
            seen.1.take().map(|it| it.send(()));
        }
        async { Ok::<_, Error>(Outcome::Handled) }
    });
    let worker = Worker::new(engine.clone(), service).slots(SLOTS);
    let run = worker.run(async { drop(stopped.await) });
    let (report, ()) = tokio::join!(run, meanwhile);
    assert_eq!(report.completed(), deliveries as u64);
    std::mem::take(&mut handled.lock().unwrap().0)
}

/// How long a worker takes until it begins with the last of so many deliveries that wait.
pub(crate) async fn drain(engine: &impl Engine, deliveries: usize) -> Duration {
    let began = Instant::now();
    let handled = handle(engine, deliveries, std::future::ready(())).await;
    *handled.values().max().unwrap() - began
}

/// How long after they were stored a worker begins with deliveries that come at this rate.
pub(crate) async fn answered_to_handled(
    engine: &impl Engine,
    per_second: u32,
    deliveries: usize,
) -> Times {
    let mut answered = Vec::new();
    let send = async {
        let mut due = tokio::time::interval(Duration::from_secs(1) / per_second);
        let mut sent = Vec::new();
        for _ in 0..deliveries {
            due.tick().await;
            let engine = engine.clone();
            sent.push(tokio::spawn(async move {
                let (event_id, delivery) = delivery();
                engine.store(&delivery).await.unwrap();
                (event_id, Instant::now())
            }));
        }
        answered = join_all(sent).await;
    };
    let handled = handle(engine, deliveries, send).await;
    let each = answered.into_iter().map(|it| {
        let (event_id, answered) = it.unwrap();
        handled[&event_id].saturating_duration_since(answered)
    });
    Times::new(each.collect())
}

/// Claims so many deliveries, this many at a time, and completes them; says how long each claim took.
pub(crate) async fn claim(engine: &impl Engine, deliveries: usize, at_once: usize) -> Times {
    let mut took = Vec::new();
    let mut claimed = 0;
    while claimed < deliveries {
        let began = Instant::now();
        let leased = engine.claim(at_once, LEASE, LEASE).await.unwrap();
        took.push(began.elapsed());
        claimed += leased.len();
        let complete = |it: Leased<_>| async move { engine.complete(&it.receipt).await.unwrap() };
        let completed = join_all(leased.into_iter().map(complete)).await;
        assert!(completed.into_iter().all(|it| it));
    }
    Times::new(took)
}

/// Has so many more deliveries be done.
pub(crate) async fn finish(engine: &impl Engine, deliveries: usize) {
    let mut left = deliveries;
    while left > 0 {
        let some = left.min(1000);
        store(engine, 64, some).await;
        claim(engine, some, 250).await;
        left -= some;
    }
}
