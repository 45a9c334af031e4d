//! How many deliveries a file of SQLite takes and gives, alone and with many that rest or wait.
#![expect(clippy::print_stdout, reason = "prints what it measures")]
#![expect(clippy::unwrap_used, reason = "fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, UNIX_EPOCH};

use smartcar_webhook_core::inbox::{InboxStore, Queue, StoredDelivery};
use smartcar_webhook_core::{Delivery, Error, Outcome};
use smartcar_webhook_inbox::{SqliteInbox, Worker};

const LEASE: Duration = Duration::from_secs(60);

/// A delivery of 1.5 KB.
fn delivery(event_id: &str) -> StoredDelivery {
    let filler = "x".repeat(1400);
    let body = format!(
        r#"{{"eventType":"VEHICLE_STATE","eventId":"{event_id}","data":{{"vehicle":{{"id":"v1"}},"filler":"{filler}"}}}}"#
    );
    let delivery = Delivery::assume_verified(body.into()).unwrap();
    StoredDelivery::new(&delivery, "", UNIX_EPOCH)
}

/// Has so many senders store so many deliveries between them.
async fn store(engine: &SqliteInbox, name: &str, senders: usize, deliveries: usize) {
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let tasks: Vec<_> = (0..senders)
        .map(|_| {
            let (engine, next, name) = (engine.clone(), Arc::clone(&next), name.to_owned());
            tokio::spawn(async move {
                let mut took = Vec::new();
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= deliveries {
                        return took;
                    }
                    let delivery = delivery(&format!("{name}-{i}"));
                    let began = Instant::now();
                    engine.store(&delivery).await.unwrap();
                    took.push(began.elapsed());
                }
            })
        })
        .collect();
    let mut took = Vec::new();
    for task in tasks {
        took.extend(task.await.unwrap());
    }
    let elapsed = began.elapsed();
    took.sort_unstable();
    let (median, p99) = (took[took.len() / 2], took[took.len() * 99 / 100]);
    let rate = per_second(deliveries, elapsed);
    println!("{name}: {senders} senders, {rate}/s, median {median:.1?}, p99 {p99:.1?}");
}

fn per_second(deliveries: usize, elapsed: Duration) -> u128 {
    deliveries as u128 * 1_000_000 / elapsed.as_micros().max(1)
}

/// Handles so many.
async fn drain(engine: &SqliteInbox, name: &str, deliveries: usize) {
    let handled = Arc::new(AtomicUsize::new(0));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let stop = Arc::new(std::sync::Mutex::new(Some(stop)));
    let service = tower::service_fn(move |_: Delivery| {
        if handled.fetch_add(1, Ordering::Relaxed) + 1 == deliveries {
            drop(stop.lock().unwrap().take());
        }
        async { Ok::<_, Error>(Outcome::Handled) }
    });
    let began = Instant::now();
    let worker = Worker::new(engine.clone(), service).slots(32);
    let report = worker.run(async { drop(stopped.await) }).await;
    let rate = per_second(deliveries, began.elapsed());
    println!("{name}: {} handled, {rate}/s", report.completed());
}

#[tokio::main]
async fn main() {
    // `cargo test` and `cargo bench -- --test` want to know whether it runs.
    let is_bench =
        std::env::args().any(|it| it == "--bench") && !std::env::args().any(|it| it == "--test");
    let scale = if is_bench { 1000 } else { 1 };
    let folder = std::env::temp_dir().join(format!("smartcar-inbox-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let engine = SqliteInbox::open(folder.join("inbox.db")).unwrap();

    store(&engine, "one", 1, 3 * scale).await;
    drain(&engine, "drain", 3 * scale).await;
    store(&engine, "many", 64, 30 * scale).await;
    drain(&engine, "drain of many", 30 * scale).await;

    // An outage: whatever was tried rests until later.
    store(&engine, "rest", 64, 50 * scale).await;
    let began = Instant::now();
    let mut resting = 0;
    while resting < 50 * scale {
        let leased = engine.claim(256, LEASE, Duration::ZERO).await.unwrap();
        let given_back = leased
            .iter()
            .map(|it| engine.retry(&it.receipt, 60 * LEASE, "rests"));
        resting += futures_util::future::join_all(given_back).await.len();
    }
    println!("put to rest: {}/s", per_second(resting, began.elapsed()));
    store(&engine, "beside", 64, 3 * scale).await;
    drain(&engine, "drain beside", 3 * scale).await;
    std::fs::remove_dir_all(&folder).unwrap();
}
