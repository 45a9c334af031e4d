//! What every engine promises: scenarios over the three traits, run for each engine there is.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use smartcar_webhook_core::inbox::{
    DeadLetters, InboxStore, Leased, MemoryInbox, Queue, Stored, StoredDelivery,
};
use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::{BoxError, Delivery, EventRouter};
use smartcar_webhook_inbox::{Attempt, Worker};
use tokio::time::{Instant, sleep};

pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// A lease that outlasts a scenario.
const LONG: Duration = Duration::from_secs(60);

/// An engine, empty.
pub(crate) trait Engine: InboxStore + Queue + DeadLetters + Clone {}

impl<E: InboxStore + Queue + DeadLetters + Clone> Engine for E {}

/// Runs every scenario for the engine that `$open` makes; what else it makes is kept until the end.
macro_rules! engine {
    ($name:ident, $open:expr $(,)?) => {
        engine!(@ cfg(test), $name, $open,
            copies, leases, ended_leases, abandoned, delays, dead_letters, waiting,
            storm, two_workers, poison, slow_handlers,
        );
    };
    (needs $server:literal, $name:ident, $open:expr $(,)?) => {
        engine!(@ ignore = $server, $name, $open,
            copies, leases, ended_leases, abandoned, delays, dead_letters, waiting,
            storm, two_workers, poison, slow_handlers,
        );
    };
    (needs $server:literal, $name:ident, $open:expr, $($scenario:ident),* $(,)?) => {
        engine!(@ ignore = $server, $name, $open, $($scenario,)*);
    };
    (@ $attribute:meta, $name:ident, $open:expr, $($scenario:ident,)*) => {
        mod $name {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                #[$attribute]
                async fn $scenario() {
                    let (engine, _place) = $open.await;
                    crate::engine::$scenario(engine).await;
                }
            )*
        }
    };
}

engine!(memory, async { (super::MemoryInbox::new(), ()) });
#[cfg(feature = "sqlite")]
engine!(sqlite, async {
    let place = crate::place::Place::new();
    let path = place.path().join("inbox.db");
    (
        smartcar_webhook_inbox::SqliteInbox::open(path).unwrap(),
        place,
    )
});
// All but `abandoned`: the server does not say whether it heard of the attempt before.
#[cfg(feature = "nats")]
engine!(
    needs "needs nats-server: .ci/run installs it",
    nats,
    async {
        let server = crate::servers::Nats::start();
        (server.inbox().await, server)
    },
    copies,
    leases,
    ended_leases,
    delays,
    dead_letters,
    waiting,
    storm,
    two_workers,
    poison,
    slow_handlers,
);

#[cfg(feature = "postgres")]
engine!(needs "needs postgresql: .ci/run installs it", postgres, async {
    let server = crate::servers::Postgres::start();
    (server.inbox().await, server)
});

/// A delivery of this event, with a body of its own if it says so.
pub(crate) fn stored(event_id: &str, more: &str) -> StoredDelivery {
    let body = format!(
        r#"{{"eventType":"VEHICLE_STATE","eventId":"{event_id}","data":{{"vehicle":{{"id":"v1"}},"signals":[]{more}}}}}"#
    );
    let delivery = Delivery::assume_verified(body.into()).unwrap();
    StoredDelivery::new(&delivery, "", UNIX_EPOCH)
}

async fn store(engine: &impl Engine, event_id: &str) -> Stored {
    engine.store(&stored(event_id, "")).await.unwrap()
}

fn event_id<R>(leased: &Leased<R>) -> String {
    let delivery = StoredDelivery::decode(&leased.row).unwrap();
    let delivery = delivery.into_delivery().unwrap();
    delivery.envelope().event_id.clone().unwrap().to_string()
}

/// The one delivery that is to be had.
async fn claim<E: Engine>(engine: &E, lease: Duration, wait: Duration) -> Leased<E::Receipt> {
    let mut leased = engine.claim(9, lease, wait).await.unwrap();
    assert_eq!(leased.len(), 1);
    leased.pop().unwrap()
}

async fn assert_nothing_is_to_be_had(engine: &impl Engine) {
    assert!(
        engine
            .claim(9, LONG, Duration::ZERO)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn copies(engine: impl Engine) {
    assert_eq!(store(&engine, "e1").await, Stored::New);
    assert_eq!(store(&engine, "e1").await, Stored::Duplicate);
    // Of the same id, but something else.
    let other = stored("e1", r#","more":1"#);
    assert_eq!(engine.store(&other).await.unwrap(), Stored::New);
    assert_eq!(engine.store(&other).await.unwrap(), Stored::Duplicate);

    let mut leased = engine.claim(1, LONG, SECOND).await.unwrap();
    leased.extend(engine.claim(9, LONG, SECOND).await.unwrap());
    let rows: HashSet<_> = leased.iter().map(|it| it.row.to_vec()).collect();
    // Byte for byte, or at least the same when it is read.
    let read: HashSet<_> = rows
        .iter()
        .map(|it| StoredDelivery::decode(it).unwrap().encode())
        .collect();
    assert_eq!(
        read,
        HashSet::from([stored("e1", "").encode(), other.encode()])
    );
    for it in &leased {
        assert_eq!(it.attempt, 1);
        assert!(engine.complete(&it.receipt).await.unwrap());
    }
    // What is done is remembered.
    assert_eq!(store(&engine, "e1").await, Stored::Duplicate);
    assert_eq!(engine.store(&other).await.unwrap(), Stored::Duplicate);
    assert_nothing_is_to_be_had(&engine).await;
    assert!(engine.list(None, 9).await.unwrap().is_empty());
}

async fn leases(engine: impl Engine) {
    for i in 0..5 {
        assert_eq!(store(&engine, &format!("e{i}")).await, Stored::New);
    }
    let first = engine.claim(3, 2 * SECOND, SECOND).await.unwrap();
    assert_eq!(first.len(), 3);
    let second = engine.claim(3, 2 * SECOND, SECOND).await.unwrap();
    assert_eq!(second.len(), 2);
    let ids: HashSet<_> = first.iter().chain(&second).map(event_id).collect();
    assert_eq!(ids.len(), 5);
    // For much longer than a lease.
    for _ in 0..5 {
        for it in first.iter().chain(&second) {
            assert!(engine.renew(&it.receipt, 2 * SECOND).await.unwrap());
        }
        assert_nothing_is_to_be_had(&engine).await;
        sleep(SECOND).await;
    }
    for it in first.iter().chain(&second) {
        assert!(engine.complete(&it.receipt).await.unwrap());
    }
    assert_nothing_is_to_be_had(&engine).await;
}

async fn ended_leases(engine: impl Engine) {
    store(&engine, "e1").await;
    // The same for both, for an engine with one length of lease for all.
    let lease = 2 * SECOND;
    let first = claim(&engine, lease, SECOND).await;
    assert_eq!(first.attempt, 1);
    let second = claim(&engine, lease, 9 * SECOND).await;
    assert_eq!(second.attempt, 2);
    assert_eq!(second.row, first.row);
    // Whoever comes too late changes nothing.
    assert!(!engine.renew(&first.receipt, LONG).await.unwrap());
    assert!(
        !engine
            .retry(&first.receipt, Duration::ZERO, "late")
            .await
            .unwrap()
    );
    assert!(!engine.bury(&first, "late").await.unwrap());
    assert!(!engine.complete(&first.receipt).await.unwrap());
    assert_nothing_is_to_be_had(&engine).await;
    assert!(engine.list(None, 9).await.unwrap().is_empty());
    assert!(engine.complete(&second.receipt).await.unwrap());
    assert!(!engine.complete(&second.receipt).await.unwrap());
}

/// What was abandoned comes one at a time, so that none dies with another twice.
async fn abandoned(engine: impl Engine) {
    for i in 0..3 {
        store(&engine, &format!("e{i}")).await;
    }
    let first = engine.claim(9, SECOND, SECOND).await.unwrap();
    assert_eq!(first.len(), 3);
    assert!(first.iter().all(|it| !it.abandoned));
    sleep(3 * SECOND).await;
    store(&engine, "e3").await;
    let mut alone = Vec::new();
    while alone.len() < 3 {
        let leased = engine.claim(9, LONG, SECOND).await.unwrap();
        assert!(leased.iter().all(|it| it.abandoned == (it.attempt > 1)));
        assert!(leased.len() == 1 || leased.iter().all(|it| !it.abandoned));
        alone.extend(leased.into_iter().filter(|it| it.abandoned));
    }
    // Those of which something was heard are not.
    for it in &alone {
        assert!(
            engine
                .retry(&it.receipt, Duration::ZERO, "failed")
                .await
                .unwrap()
        );
    }
    let again = engine.claim(9, LONG, SECOND).await.unwrap();
    assert!(
        again.len() >= 3 && again.iter().all(|it| !it.abandoned),
        "{again:?}"
    );
}

async fn delays(engine: impl Engine) {
    store(&engine, "e1").await;
    let first = claim(&engine, LONG, SECOND).await;
    assert!(
        engine
            .retry(&first.receipt, Duration::ZERO, "failed")
            .await
            .unwrap()
    );
    let second = claim(&engine, LONG, SECOND).await;
    assert_eq!(second.attempt, 2);
    assert!(!engine.complete(&first.receipt).await.unwrap());

    let began = Instant::now();
    assert!(
        engine
            .retry(&second.receipt, 2 * SECOND, "failed")
            .await
            .unwrap()
    );
    assert_nothing_is_to_be_had(&engine).await;
    // It does not keep others from being handed out.
    store(&engine, "e2").await;
    let other = claim(&engine, LONG, SECOND).await;
    assert_eq!(event_id(&other), "e2");
    let third = claim(&engine, LONG, 9 * SECOND).await;
    assert_eq!((third.attempt, event_id(&third)), (3, "e1".to_owned()));
    // In whole seconds, one may be nearly over.
    assert!(
        (SECOND..5 * SECOND).contains(&began.elapsed()),
        "{:?}",
        began.elapsed()
    );
}

async fn dead_letters(engine: impl Engine) {
    for i in 0..4 {
        store(&engine, &format!("e{i}")).await;
        let leased = claim(&engine, LONG, SECOND).await;
        assert!(engine.bury(&leased, "handler failed").await.unwrap());
        assert!(!engine.complete(&leased.receipt).await.unwrap());
    }
    assert_nothing_is_to_be_had(&engine).await;
    let all = engine.list(None, 9).await.unwrap();
    let events: Vec<_> = all.iter().map(|it| it.stored().unwrap()).collect();
    assert_eq!(events, [0, 1, 2, 3].map(|i| stored(&format!("e{i}"), "")));
    for it in &all {
        assert_eq!((&*it.error, it.attempts), ("handler failed", 1));
        let age = it.buried_at.elapsed().unwrap_or_default();
        assert!(age < LONG, "{age:?}");
    }
    let page = engine.list(Some(all[0].id), 2).await.unwrap();
    assert_eq!(
        page.iter().map(|it| it.id).collect::<Vec<_>>(),
        [all[1].id, all[2].id]
    );
    assert_eq!(
        engine.get(all[1].id).await.unwrap().unwrap().row,
        all[1].row
    );
    assert!(engine.get(u64::MAX).await.unwrap().is_none());

    assert!(engine.delete(all[0].id).await.unwrap());
    assert!(!engine.delete(all[0].id).await.unwrap());
    assert!(!engine.replay(all[0].id).await.unwrap());

    // It is no copy of itself, and begins anew.
    assert_eq!(store(&engine, "e1").await, Stored::Duplicate);
    assert!(engine.replay(all[1].id).await.unwrap());
    let leased = claim(&engine, LONG, SECOND).await;
    assert_eq!((leased.attempt, event_id(&leased)), (1, "e1".to_owned()));
    assert!(engine.complete(&leased.receipt).await.unwrap());

    assert_eq!(engine.replay_all().await.unwrap(), 2);
    assert!(engine.list(None, 9).await.unwrap().is_empty());
    let leased = engine.claim(9, LONG, SECOND).await.unwrap();
    assert_eq!(leased.len(), 2);
    for it in &leased {
        assert!(engine.bury(it, "again").await.unwrap());
    }
    assert_eq!(engine.prune(LONG).await.unwrap(), 0);
    assert_eq!(engine.prune(Duration::ZERO).await.unwrap(), 2);
    assert!(engine.list(None, 9).await.unwrap().is_empty());
    // A dead letter is no delivery that never was.
    assert_eq!(store(&engine, "e0").await, Stored::Duplicate);
}

async fn waiting(engine: impl Engine) {
    let began = Instant::now();
    assert!(engine.claim(9, LONG, SECOND).await.unwrap().is_empty());
    assert!((SECOND..3 * SECOND).contains(&began.elapsed()));
    let claimed = tokio::spawn({
        let engine = engine.clone();
        async move { claim(&engine, LONG, 20 * SECOND).await.attempt }
    });
    sleep(SECOND).await;
    let began = Instant::now();
    store(&engine, "e1").await;
    assert_eq!(claimed.await.unwrap(), 1);
    assert!(began.elapsed() < SECOND, "{:?}", began.elapsed());
}

/// What handlers saw: event and attempt.
type Seen = Arc<Mutex<Vec<(String, u32)>>>;

/// A router whose handler notes what it sees, and then does as it is told.
fn router<Fut>(seen: &Seen, then: impl Fn(String) -> Fut + Send + Sync + 'static) -> EventRouter
where
    Fut: Future<Output = Result<(), BoxError>> + Send,
{
    let (seen, then) = (Arc::clone(seen), Arc::new(then));
    EventRouter::new().on(move |state: Delivery<VehicleState>| {
        let (seen, then) = (Arc::clone(&seen), Arc::clone(&then));
        async move {
            let attempt = state.extensions().get::<Attempt>().unwrap().number();
            let event_id = state.envelope().event_id.clone().unwrap().to_string();
            seen.lock().unwrap().push((event_id.clone(), attempt));
            then(event_id).await
        }
    })
}

/// Runs a worker until this is so, half a minute at most.
async fn work_until<E: Engine>(worker: Worker<E, EventRouter>, is_so: impl Fn() -> bool) -> u64 {
    let until = async {
        let began = Instant::now();
        while !is_so() && began.elapsed() < 30 * SECOND {
            sleep(Duration::from_millis(10)).await;
        }
        // What was handled has yet to be told.
        sleep(SECOND / 2).await;
    };
    worker.run(until).await.completed()
}

/// Copies from all sides, while two workers handle what is stored.
async fn storm(engine: impl Engine) {
    let seen = Seen::default();
    let all = || seen.lock().unwrap().len() >= 20;
    let work = || {
        let worker = Worker::new(engine.clone(), router(&seen, async |_| Ok(())));
        work_until(worker, all)
    };
    let senders = (0..32).map(|sender| {
        let engine = engine.clone();
        tokio::spawn(async move {
            let mut new = 0;
            for i in 0..20 {
                let event_id = format!("e{}", (sender + i) % 20);
                new += usize::from(store(&engine, &event_id).await == Stored::New);
            }
            new
        })
    });
    let senders: Vec<_> = senders.collect();
    let (one, other) = tokio::join!(work(), work());
    let mut new = 0;
    for sender in senders {
        new += sender.await.unwrap();
    }
    assert_eq!((new, one + other), (20, 20));
    let seen = seen.lock().unwrap();
    let events: HashSet<_> = seen.iter().map(|it| &it.0).collect();
    assert_eq!((events.len(), seen.len()), (20, 20));
}

async fn two_workers(engine: impl Engine) {
    for i in 0..40 {
        store(&engine, &format!("e{i}")).await;
    }
    let seen = Seen::default();
    let work = || {
        let router = router(&seen, async |_| {
            sleep(Duration::from_millis(50)).await;
            Ok(())
        });
        let worker = Worker::new(engine.clone(), router).slots(4);
        work_until(worker, || seen.lock().unwrap().len() >= 40)
    };
    let (one, other) = tokio::join!(work(), work());
    assert_eq!(one + other, 40);
    assert!(one >= 10 && other >= 10, "{one} {other}");
    assert_eq!(seen.lock().unwrap().len(), 40);
}

/// What cannot be handled keeps nobody waiting, and ends.
async fn poison(engine: impl Engine) {
    for event_id in ["poison", "e1", "e2", "panics", "e3"] {
        store(&engine, event_id).await;
    }
    let seen = Seen::default();
    let router = router(&seen, async |event_id| match &*event_id {
        "poison" => Err("poison".into()),
        "panics" => panic!("panics"),
        _ => Ok(()),
    });
    let worker = Worker::new(engine.clone(), router)
        .slots(2)
        .max_attempts(3)
        .backoff(Duration::ZERO, 1, Duration::ZERO);
    let completed = work_until(worker, || seen.lock().unwrap().len() >= 9).await;
    assert_eq!(completed, 3);
    let dead = engine.list(None, 9).await.unwrap();
    let mut dead: Vec<_> = dead.iter().map(|it| (&*it.error, it.attempts)).collect();
    dead.sort_unstable();
    assert_eq!(dead, [("handler failed", 3), ("handler panicked", 3)]);
    let mut seen = seen.lock().unwrap().clone();
    seen.retain(|it| it.0 == "poison");
    assert_eq!(seen.iter().map(|it| it.1).collect::<Vec<_>>(), [1, 2, 3]);
}

/// Handlers that take longer than a lease, on few slots, with another worker looking on: nobody is handed what is being handled.
async fn slow_handlers(engine: impl Engine) {
    for i in 0..6 {
        store(&engine, &format!("e{i}")).await;
    }
    let seen = Seen::default();
    let work = || {
        let router = router(&seen, async |_| {
            sleep(5 * SECOND).await;
            Ok(())
        });
        let worker = Worker::new(engine.clone(), router)
            .slots(2)
            .lease(2 * SECOND);
        work_until(worker, || seen.lock().unwrap().len() >= 6)
    };
    let (one, other) = tokio::join!(work(), work());
    assert_eq!(one + other, 6);
    assert!(seen.lock().unwrap().iter().all(|it| it.1 == 1));
}
