//! What is logged and counted of dead letters and failed attempts, and what is not.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use smartcar_webhook_core::inbox::{DeadLetters, InboxStore, MemoryInbox};
use smartcar_webhook_core::{BoxError, Delivery, EventRouter};
use smartcar_webhook_inbox::{Attempt, Worker, WorkerReport};
use tokio::time::sleep;
use tracing::field::{Field, Visit};
use tracing::span;

use crate::engine::{SECOND, stored};

/// Writes down every event and span with all of their fields.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0.lock().unwrap(), "{field}={value:?} ").unwrap();
    }
}

impl tracing::Subscriber for Log {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        attributes.record(&mut self.clone());
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut self.clone());
        writeln!(self.0.lock().unwrap(), "{}", event.metadata().level()).unwrap();
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[test]
fn a_dead_letter_is_logged_and_counted_and_quotes_nothing() {
    let log = Log::default();
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let engine = MemoryInbox::new();
    let work = async {
        for event_id in ["good", "bad"] {
            let secret = r#","vin":"V1N9""#;
            engine.store(&stored(event_id, secret)).await.unwrap();
        }
        let router = EventRouter::new().fallback(async |delivery: Delivery| {
            match delivery.envelope().event_id.as_deref() {
                Some("good") => Ok(()),
                _ => Err(BoxError::from("database is down")),
            }
        });
        let worker = Worker::new(engine.clone(), router).max_attempts(2);
        worker.run(sleep(60 * SECOND)).await
    };
    let report = tracing::subscriber::with_default(log.clone(), || {
        metrics::with_local_recorder(&recorder, || runtime.block_on(work))
    });
    assert_eq!(
        (report.completed(), report.retried(), report.buried()),
        (1, 1, 1)
    );

    let log = log.0.lock().unwrap();
    let dead: Vec<_> = log
        .lines()
        .filter(|it| it.contains("dead letter"))
        .collect();
    assert_eq!(dead.len(), 1);
    for part in [
        "event_id=\"bad\"",
        "VEHICLE_STATE",
        "attempts=2",
        "handler failed",
        "ERROR",
    ] {
        assert!(dead[0].contains(part), "{part} in {}", dead[0]);
    }
    let failed = log.lines().filter(|it| it.contains("attempt failed"));
    assert_eq!(
        failed.filter(|it| it.contains("database is down")).count(),
        2
    );
    let kept = runtime.block_on(engine.list(None, 9)).unwrap();
    assert_eq!(kept[0].error, "handler failed");
    for text in [&**log, &format!("{kept:?} {:?}", kept[0].stored())] {
        assert!(!text.contains("V1N9"), "{text}");
    }

    let mut counts = Vec::new();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let labels = key
            .key()
            .labels()
            .map(|it| format!("{}={}", it.key(), it.value()));
        let labels = labels.collect::<Vec<_>>().join(",");
        let count = match value {
            DebugValue::Counter(count) => count,
            DebugValue::Histogram(values) => values.len() as u64,
            DebugValue::Gauge(_) => continue,
        };
        counts.push(format!("{}{{{labels}}} {count}", key.key().name()));
    }
    counts.sort_unstable();
    assert_eq!(
        counts,
        [
            "smartcar_webhook_inbox_attempt_duration_seconds{event_type=VEHICLE_STATE} 3",
            "smartcar_webhook_inbox_attempts_total{event_type=VEHICLE_STATE,outcome=fell_back} 1",
            "smartcar_webhook_inbox_attempts_total{event_type=VEHICLE_STATE,outcome=handler_failed} 2",
            "smartcar_webhook_inbox_dead_letters_total{event_type=VEHICLE_STATE} 1",
        ]
    );
}

#[test]
fn public_types_can_be_shared_and_shown() {
    fn is<T: Debug + Send + Sync + 'static>() {}
    is::<Attempt>();
    is::<Worker<MemoryInbox, EventRouter>>();
    is::<WorkerReport>();
    #[cfg(feature = "sqlite")]
    {
        is::<smartcar_webhook_inbox::SqliteInbox>();
        is::<smartcar_webhook_inbox::SqliteReceipt>();
    }
}
