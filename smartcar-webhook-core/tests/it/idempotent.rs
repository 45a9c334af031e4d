//! Copies of a delivery are not handled again.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use smartcar_webhook_core::layer::Idempotency;
use smartcar_webhook_core::layer::idempotency::{Claim, Claimed, IdempotencyStore, MemoryStore};
use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::{
    BoxError, Delivery, Error, ErrorKind, EventRouter, Outcome, async_trait,
};
use tokio::time::sleep;
use tower::{Layer, ServiceExt};
use tracing::instrument::WithSubscriber;

use crate::desk::{Clock, Desk, Ending, LEASE, SECOND, attempt, failed, send, sent_now};
use crate::remote_store::{Fault, Remote};
use crate::{delivery, fixtures};

#[tokio::test]
async fn what_is_done_is_remembered_and_nothing_else() {
    let error = |kind| Err(Error::new(kind));
    let endings = [
        (Ok(Outcome::Handled), "handled", "duplicate"),
        (Ok(Outcome::FellBack), "fell_back", "duplicate"),
        (Ok(Outcome::Stored), "stored", "duplicate"),
        (Ok(Outcome::Duplicate), "duplicate", "duplicate"),
        (Ok(Outcome::Unhandled), "unhandled", "unhandled"),
        (Err(failed()), "handler_failed", "handler_failed"),
        (Err(Error::misfit("data")), "misfit", "misfit"),
        (error(ErrorKind::Overloaded), "overloaded", "overloaded"),
        (
            error(ErrorKind::HandlerPanicked),
            "handler_panicked",
            "handler_panicked",
        ),
    ];
    for (ending, first, copy) in endings {
        let desk = Desk::always(ending);
        let service = Idempotency::new(MemoryStore::new()).layer(desk.clone());
        assert_eq!(send(&service, attempt("e1")).await, first);
        assert_eq!(send(&service, attempt("e1")).await, copy);
        let again = usize::from(copy != "duplicate");
        assert_eq!(desk.runs(), 1 + again, "{first}");
        assert_eq!(send(&service, attempt("e2")).await, first);
    }
}

#[tokio::test]
async fn a_copy_of_what_is_in_flight_is_refused() {
    let desk = Desk::default();
    let service = Idempotency::new(MemoryStore::new()).layer(desk.clone());

    let mut first = Box::pin(send(&service, attempt("e1")));
    assert_eq!(first.as_mut().now_or_never(), None);
    assert_eq!(send(&service, attempt("e1")).await, "in_flight");
    desk.end(Err(failed()));
    assert_eq!(first.await, "handler_failed");

    let mut retry = Box::pin(send(&service, attempt("e1")));
    assert_eq!(retry.as_mut().now_or_never(), None);
    desk.end(Ok(Outcome::Handled));
    assert_eq!(retry.await, "handled");
    assert_eq!(send(&service, attempt("e1")).await, "duplicate");
    assert_eq!(desk.runs(), 2);
}

#[tokio::test]
async fn what_is_dropped_in_the_middle_is_free_at_once() {
    let desk = Desk::default();
    let service = Idempotency::new(MemoryStore::new()).layer(desk.clone());
    assert_eq!(sent_now(&service, attempt("e1")), None);
    assert_eq!(sent_now(&service, attempt("e1")), None);
    assert_eq!(desk.runs(), 2);
}

#[tokio::test]
async fn a_panic_of_a_layer_frees_the_claim() {
    let panicking = tower::service_fn(async |_: Delivery| -> Ending { panic!("in a layer") });
    let service = Idempotency::new(MemoryStore::new()).layer(panicking);
    for _ in 0..2 {
        let sent = tokio::spawn(service.clone().oneshot(attempt("e1")));
        assert!(sent.await.unwrap_err().is_panic());
    }
}

/// Nobody polls a process that has died, so its claims are neither renewed nor released.
#[tokio::test]
async fn the_claim_of_the_dead_ends_with_its_lease() {
    let clock = Clock::new();
    let desk = Desk::default();
    let service = Idempotency::new(clock.store(10)).layer(desk.clone());

    let mut dead = Box::pin(send(&service, attempt("e1")));
    assert_eq!(dead.as_mut().now_or_never(), None);
    clock.turn(LEASE.saturating_sub(SECOND));
    assert_eq!(sent_now(&service, attempt("e1")), Some("in_flight"));
    clock.turn(SECOND);
    let mut retry = Box::pin(send(&service, attempt("e1")));
    assert_eq!(retry.as_mut().now_or_never(), None);
    assert_eq!(desk.runs(), 2);

    // It was not dead: it has done its work, and cannot take the claim from the retry.
    let retried = desk.runs.lock().unwrap().pop().unwrap();
    desk.end(Ok(Outcome::Handled));
    assert_eq!(dead.await, "handled");
    assert_eq!(sent_now(&service, attempt("e1")), Some("in_flight"));
    retried.send(Ok(Outcome::Handled)).unwrap();
    assert_eq!(retry.await, "handled");
    assert_eq!(sent_now(&service, attempt("e1")), Some("duplicate"));
}

/// Work that ends after its lease, when nobody took it over, is done all the same.
#[tokio::test]
async fn late_work_is_remembered() {
    let clock = Clock::new();
    let desk = Desk::default();
    let store = clock.store(10);
    let service = Idempotency::new(store.clone()).layer(desk.clone());
    let mut late = Box::pin(send(&service, attempt("e1")));
    assert_eq!(late.as_mut().now_or_never(), None);
    clock.turn(2 * LEASE);
    // Has the store clear away what has ended.
    let other = Idempotency::new(store).layer(Desk::handling());
    assert_eq!(send(&other, attempt("e2")).await, "handled");
    desk.end(Ok(Outcome::Handled));
    assert_eq!(late.await, "handled");
    assert_eq!(send(&service, attempt("e1")).await, "duplicate");
}

#[tokio::test(start_paused = true)]
async fn the_lease_is_renewed_while_the_work_runs() {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let work = tower::service_fn(move |_: Delivery| {
        counted.fetch_add(1, Ordering::Relaxed);
        async {
            sleep(100 * LEASE).await;
            Ok::<_, Error>(Outcome::Handled)
        }
    });
    let service = Idempotency::new(MemoryStore::new()).layer(work);
    let first = tokio::spawn({
        let service = service.clone();
        async move { send(&service, attempt("e1")).await }
    });
    for _ in 0..300 {
        sleep((LEASE / 3).saturating_sub(SECOND / 1000)).await;
        assert_eq!(send(&service, attempt("e1")).await, "in_flight");
    }
    assert_eq!(first.await.unwrap(), "handled");
    assert_eq!(send(&service, attempt("e1")).await, "duplicate");
    assert_eq!(runs.load(Ordering::Relaxed), 1);
}

type Faults = &'static [(&'static str, Fault)];

/// What goes wrong, and what three attempts come to then: the first, one after 4 s and one when a lease has ended.
async fn assert_attempts(faults: Faults, ending: Ending, answers: [&str; 3], runs: usize) {
    let desk = Desk::always(ending);
    let service = Idempotency::new(Remote::with(faults)).layer(desk.clone());
    let start = tokio::time::Instant::now();
    let mut actual = Vec::new();
    for wait in [Duration::ZERO, 4 * SECOND, LEASE] {
        sleep(wait).await;
        actual.push(send(&service, attempt("e1")).await);
    }
    assert_eq!(actual, answers, "{faults:?}");
    assert_eq!(desk.runs(), runs, "{faults:?}");
    let waited = start.elapsed().saturating_sub(4 * SECOND + LEASE);
    assert!(
        waited <= 2 * Idempotency::DEFAULT_STORE_TIMEOUT,
        "{faults:?}"
    );
}

/// Nothing was done: the claim is freed, even if only the answer to it was lost.
#[tokio::test(start_paused = true)]
async fn a_store_out_of_reach_before_the_work() {
    let handled = || Ok(Outcome::Handled);
    let faults: [Faults; 4] = [
        &[("claim", Fault::Fails)],
        &[("claim", Fault::Hangs)],
        &[("claim", Fault::FailsLate)],
        &[("claim", Fault::HangsLate)],
    ];
    for faults in faults {
        let answers = ["store_unavailable", "handled", "duplicate"];
        assert_attempts(faults, handled(), answers, 1).await;
    }
    let faults = &[("claim", Fault::HangsLate), ("release", Fault::Fails)];
    let answers = ["store_unavailable", "in_flight", "handled"];
    assert_attempts(faults, handled(), answers, 1).await;
}

/// What was done is answered as done, and the store is told again.
#[tokio::test(start_paused = true)]
async fn a_store_out_of_reach_after_the_work() {
    let handled = || Ok(Outcome::Handled);
    let faults: [Faults; 5] = [
        &[],
        &[("complete", Fault::Fails)],
        &[("complete", Fault::Hangs)],
        &[("complete", Fault::FailsLate)],
        &[("complete", Fault::HangsLate)],
    ];
    for faults in faults {
        let answers = ["handled", "duplicate", "duplicate"];
        assert_attempts(faults, handled(), answers, 1).await;
    }
    let faults: [Faults; 2] = [
        &[("complete", Fault::Fails), ("complete", Fault::Fails)],
        &[("complete", Fault::Hangs), ("complete", Fault::Hangs)],
    ];
    for faults in faults {
        let answers = ["handled", "in_flight", "handled"];
        assert_attempts(faults, handled(), answers, 2).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_out_of_reach_after_a_failure() {
    let faults: [Faults; 2] = [&[("release", Fault::Fails)], &[("release", Fault::Hangs)]];
    for faults in faults {
        assert_attempts(faults, Err(failed()), ["handler_failed"; 3], 3).await;
    }
    let faults = &[("release", Fault::Fails), ("release", Fault::Hangs)];
    let answers = ["handler_failed", "in_flight", "handler_failed"];
    assert_attempts(faults, Err(failed()), answers, 2).await;
}

#[tokio::test(start_paused = true)]
async fn a_slow_store_is_waited_for_no_longer_than_told() {
    let remote = Remote::with(&[("claim", Fault::Hangs)]);
    let idempotency = Idempotency::new(remote).store_timeout(SECOND / 2);
    let service = idempotency.layer(Desk::handling());
    let start = tokio::time::Instant::now();
    let err = service.oneshot(attempt("e1")).await.unwrap_err();
    assert_eq!(err.kind(), ErrorKind::StoreUnavailable);
    assert!(std::error::Error::source(&err).is_some());
    assert_eq!(start.elapsed(), SECOND / 2);
}

#[tokio::test]
async fn the_reason_of_the_store_is_kept() {
    let remote = Remote::with(&[("claim", Fault::Fails)]);
    let desk = Desk::handling();
    let service = Idempotency::new(remote).layer(desk.clone());
    let err = service.oneshot(attempt("e1")).await.unwrap_err();
    let source = std::error::Error::source(&err).unwrap();
    assert_eq!(source.to_string(), "connection reset");
    assert_eq!(desk.runs(), 0);
}

/// A future that is dropped while the store is told of the end leaves the telling to a task.
#[tokio::test]
async fn what_is_dropped_at_its_end_is_told() {
    for (ending, copy) in [
        (Ok(Outcome::Handled), "duplicate"),
        (Err(failed()), "handled"),
    ] {
        let desk = Desk::default();
        let remote = Remote::default();
        let service = Idempotency::new(remote.clone()).layer(desk.clone());
        let mut first = Box::pin(send(&service, attempt("e1")));
        assert_eq!(first.as_mut().now_or_never(), None);
        assert_eq!(first.as_mut().now_or_never(), None);
        desk.end(ending);
        assert_eq!(first.as_mut().now_or_never(), None);
        drop(first);
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
        let service = Idempotency::new(remote).layer(Desk::handling());
        assert_eq!(send(&service, attempt("e1")).await, copy);
    }
}

/// Renewals that fail are tried again; one that comes too late gives up, and the work goes on.
#[tokio::test(start_paused = true)]
async fn renewals_go_wrong() {
    let rows: [(&[_], _); 3] = [
        (&[("renew", Fault::Fails)], 1),
        (&[("renew", Fault::Hangs)], 1),
        (
            &[
                ("renew", Fault::Fails),
                ("renew", Fault::Fails),
                ("renew", Fault::Fails),
            ],
            2,
        ),
    ];
    for (faults, runs) in rows {
        let desk = Desk::default();
        let service = Idempotency::new(Remote::with(faults)).layer(desk.clone());
        let spawn = || {
            let service = service.clone();
            tokio::spawn(async move { send(&service, attempt("e1")).await })
        };
        let first = spawn();
        sleep(LEASE + SECOND).await;
        let second = spawn();
        sleep(2 * LEASE).await;
        assert_eq!(desk.runs(), runs, "{faults:?}");
        for _ in 0..runs {
            desk.end(Ok(Outcome::Handled));
        }
        assert_eq!(first.await.unwrap(), "handled");
        let second = second.await.unwrap();
        assert_eq!(second, if runs == 1 { "in_flight" } else { "handled" });
        assert_eq!(send(&service, attempt("e1")).await, "duplicate");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_hundred_copies_at_once_one_runs() {
    for _ in 0..20 {
        let runs = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&runs);
        let work = tower::service_fn(move |_: Delivery| {
            counted.fetch_add(1, Ordering::SeqCst);
            async {
                tokio::task::yield_now().await;
                Ok::<_, Error>(Outcome::Handled)
            }
        });
        let service = Idempotency::new(MemoryStore::new()).layer(work);
        let copies = (0..100).map(|_| {
            let service = service.clone();
            tokio::spawn(async move { send(&service, attempt("e1")).await })
        });
        let answers = join_all(copies).await;
        let mut answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
        answers.sort_unstable();
        assert_eq!(runs.load(Ordering::SeqCst), 1);
        assert_eq!(answers.iter().filter(|it| **it == "handled").count(), 1);
        answers.retain(|it| !matches!(*it, "handled" | "in_flight" | "duplicate"));
        assert!(answers.is_empty(), "{answers:?}");
        assert_eq!(send(&service, attempt("e1")).await, "duplicate");
    }
}

/// Notes what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl tracing::field::Visit for Log {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        write!(self.0.lock().unwrap(), "{field}={value:?} ").unwrap();
    }
}

impl tracing::Subscriber for Log {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() <= tracing::Level::WARN
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

/// The id is the same, but more than `meta` differs: reported, handled, and a copy of itself alone.
#[tokio::test]
async fn another_body_under_the_same_id_is_not_lost() {
    let log = Log::default();
    let logged = || std::mem::take(&mut *log.0.lock().unwrap());
    let desk = Desk::handling();
    let service = Idempotency::new(MemoryStore::new()).layer(desk.clone());
    let odometer = |km: u32| {
        delivery(format!(
            r#"{{"eventType":"VEHICLE_STATE","eventId":"e1","data":{{"odometer":{km}}},"meta":{{"webhookId":"w1","deliveredAt":{km}}}}}"#
        ))
    };
    let rows = [
        (1, "handled", false),
        (2, "handled", true),
        (1, "duplicate", false),
        (2, "duplicate", true),
        (3, "handled", true),
    ];
    for (km, answer, is_reported) in rows {
        let sent = send(&service, odometer(km)).with_subscriber(log.clone());
        assert_eq!(sent.await, answer, "{km}");
        let logged = logged();
        assert_eq!(
            logged.contains("not the same body"),
            is_reported,
            "{logged}"
        );
        assert_eq!(logged.contains(r#"event_id="e1""#), is_reported, "{logged}");
        assert!(!logged.contains("odometer"), "{logged}");
    }
    assert_eq!(desk.runs(), 3);

    let waiting = Idempotency::new(MemoryStore::new()).layer(Desk::default());
    let (mut one, mut other) = (
        Box::pin(send(&waiting, odometer(1))),
        Box::pin(send(&waiting, odometer(2))),
    );
    assert_eq!(one.as_mut().now_or_never(), None);
    assert_eq!(other.as_mut().now_or_never(), None);
    assert_eq!(send(&waiting, odometer(2)).await, "in_flight");
}

#[tokio::test]
async fn trouble_with_the_store_is_logged() {
    let rows: [(&[_], Ending, &str); 3] = [
        (
            &[("complete", Fault::Fails), ("complete", Fault::Fails)],
            Ok(Outcome::Handled),
            "handled, but not remembered",
        ),
        (&[("complete", Fault::Fails)], Ok(Outcome::Handled), ""),
        (
            &[("release", Fault::Fails), ("release", Fault::Fails)],
            Err(failed()),
            "claim could not be released",
        ),
    ];
    for (faults, ending, message) in rows {
        let log = Log::default();
        let service = Idempotency::new(Remote::with(faults)).layer(Desk::always(ending));
        send(&service, attempt("e1"))
            .with_subscriber(log.clone())
            .await;
        // The second try is a task of its own, which has the subscriber of this thread.
        let guard = crate::log::listen(log.clone());
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
        drop(guard);
        let logged = log.0.lock().unwrap();
        assert!(logged.contains(message), "{logged}");
        assert_eq!(logged.contains("connection reset"), !message.is_empty());
    }
}

/// No fixture differs by its attempt, none has the same key as another, and each key stands for the whole body but `meta`.
#[tokio::test]
async fn attempts_to_deliver_the_fixtures_are_copies() {
    let log = Log::default();
    let service = Idempotency::new(MemoryStore::new()).layer(Desk::handling());
    for (name, body, _) in fixtures() {
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let first = delivery(body.to_string());
        if first.idempotency_key().starts_with("body:") {
            continue;
        }
        assert_eq!(send(&service, first).await, "handled", "{name}");

        let mut retry = body.clone();
        for pointer in ["/meta", "/data/meta"] {
            if let Some(meta) = retry.pointer_mut(pointer) {
                meta["deliveryId"] = "another".into();
                meta["deliveredAt"] = 1_800_000_000_000_u64.into();
            }
        }
        let retry = delivery(retry.to_string());
        let sent = send(&service, retry).with_subscriber(log.clone());
        assert_eq!(sent.await, "duplicate", "{name}");
        assert_eq!(*log.0.lock().unwrap(), "", "{name}");
    }
}

fn of_webhook(webhook: &str) -> Delivery {
    delivery(format!(
        r#"{{"eventType":"VEHICLE_STATE","eventId":"e1","meta":{{"webhookId":"{webhook}"}}}}"#
    ))
}

#[tokio::test]
async fn webhooks_and_scopes_are_apart() {
    let store = MemoryStore::new();
    let service = Idempotency::new(store.clone()).layer(Desk::handling());
    assert_eq!(send(&service, of_webhook("w1")).await, "handled");
    assert_eq!(send(&service, of_webhook("w2")).await, "handled");
    assert_eq!(send(&service, of_webhook("w1")).await, "duplicate");
    // One store for two applications.
    for scope in ["one", "two"] {
        let idempotency = Idempotency::new(store.clone()).scope(move |_| scope.to_owned());
        let service = idempotency.layer(Desk::handling());
        assert_eq!(send(&service, of_webhook("w1")).await, "handled");
        assert_eq!(send(&service, of_webhook("w1")).await, "duplicate");
    }
}

#[cfg(feature = "testing")]
#[tokio::test]
async fn a_tenant_cannot_mark_the_event_of_another_as_done() {
    use smartcar_webhook_core::testing::{Dispatcher, vehicle_state};
    use smartcar_webhook_core::{Keyring, ManagementToken, Webhook};

    let token = |text| ManagementToken::new(text).unwrap();
    let keys = || Keyring::new("acme", token("a")).with("globex", token("b"));
    let outcomes = |idempotency: Idempotency| async move {
        let router = EventRouter::new().fallback(async |_: Delivery| Ok::<_, BoxError>(()));
        let webhook = Webhook::new(keys(), idempotency.layer(router));
        let mut outcomes = Vec::new();
        for signer in ["a", "b", "a", "b"] {
            let dispatcher = Dispatcher::new(webhook.clone()).signing_with(token(signer));
            let reply = dispatcher.send(&vehicle_state()).await;
            assert_eq!(reply.status(), 200);
            outcomes.push(reply.outcome().unwrap().code());
        }
        outcomes
    };
    let apart = outcomes(Idempotency::new(MemoryStore::new())).await;
    assert_eq!(apart, ["fell_back", "fell_back", "duplicate", "duplicate"]);
    let rotating = Idempotency::new(MemoryStore::new()).scope(|_| String::new());
    let rotated = outcomes(rotating).await;
    assert_eq!(
        rotated,
        ["fell_back", "duplicate", "duplicate", "duplicate"]
    );
}

fn error_event(event: &str, vehicle: &str, errors: &str) -> Delivery {
    delivery(format!(
        r#"{{"eventType":"VEHICLE_ERROR","eventId":"{event}",
            "data":{{"user":{{"id":"u1"}},"vehicle":{{"id":"{vehicle}"}},"errors":[{errors}]}}}}"#
    ))
}

#[tokio::test]
async fn the_same_error_under_another_id() {
    const AUTH: &str =
        r#"{"type":"CONNECTED_SERVICES_ACCOUNT","code":"AUTHENTICATION_FAILED","state":"ERROR"}"#;
    const STATELESS: &str =
        r#"{"code":"AUTHENTICATION_FAILED","type":"connected_services_account"}"#;
    const OVER: &str = r#"{"type":"CONNECTED_SERVICES_ACCOUNT","code":"AUTHENTICATION_FAILED","state":"RESOLVED"}"#;
    const CODELESS: &str = r#"{"type":"PERMISSION","code":null}"#;
    const OF_A: &str = r#"{"type":"PERMISSION","code":null,"signals":["A.A"]}"#;
    const OF_AB: &str = r#"{"type":"PERMISSION","code":null,"signals":["A.A","B.B"]}"#;
    const OF_BA: &str = r#"{"type":"PERMISSION","code":null,"signals":[{"code":"b-b"},"A.A"]}"#;
    const ODD: &str = r#"{"type":"PERMISSION","code":null,"signals":1}"#;
    const ODDER: &str = r#"{"type":"PERMISSION","code":null,"signals":2}"#;
    let both = format!("{CODELESS},{AUTH}");
    let both_turned = format!("{AUTH},{CODELESS},{AUTH}");

    let clock = Clock::new();
    let store = clock.store(1000);
    let window = Duration::from_secs(180);
    let desk = Desk::handling();
    let service = Idempotency::new(store.clone())
        .error_window(window)
        .layer(desk.clone());
    let rows = [
        ("v1", AUTH, "handled"),
        ("v1", AUTH, "duplicate"),
        ("v1", STATELESS, "duplicate"),
        ("v2", AUTH, "handled"),
        ("v1", OVER, "handled"),
        ("v1", CODELESS, "handled"),
        ("v1", OF_A, "handled"),
        ("v1", OF_AB, "handled"),
        ("v1", OF_BA, "duplicate"),
        ("v1", ODD, "handled"),
        ("v1", ODDER, "handled"),
        ("v1", &both, "handled"),
        ("v1", &both_turned, "duplicate"),
        // Nothing to tell them by.
        ("v1", "", "handled"),
        ("v1", "", "handled"),
    ];
    for (i, (vehicle, errors, answer)) in rows.into_iter().enumerate() {
        let event = error_event(&format!("e{i}"), vehicle, errors);
        assert_eq!(send(&service, event.clone()).await, answer, "{i} {errors}");
        assert_eq!(send(&service, event).await, "duplicate", "{i} {errors}");
    }
    clock.turn(window);
    assert_eq!(
        send(&service, error_event("later", "v1", AUTH)).await,
        "handled"
    );
    // The event itself is remembered for longer than its errors.
    clock.turn(window);
    assert_eq!(
        send(&service, error_event("e1", "v1", AUTH)).await,
        "duplicate"
    );

    // Off unless set, and for no other event.
    let plain = Idempotency::new(MemoryStore::new()).layer(Desk::handling());
    for event in ["e1", "e2"] {
        assert_eq!(
            send(&plain, error_event(event, "v1", AUTH)).await,
            "handled"
        );
        assert_eq!(send(&service, attempt(event)).await, "handled");
    }
}

#[tokio::test]
async fn the_same_error_while_the_first_is_in_flight_or_failed() {
    const ERROR: &str = r#"{"type":"VEHICLE_STATE","code":"ASLEEP"}"#;
    let desk = Desk::default();
    let idempotency = Idempotency::new(MemoryStore::new()).error_window(3 * LEASE);
    let service = idempotency.layer(desk.clone());
    let mut first = Box::pin(send(&service, error_event("e1", "v1", ERROR)));
    assert_eq!(first.as_mut().now_or_never(), None);
    for _ in 0..2 {
        let second = error_event("e2", "v1", ERROR);
        assert_eq!(sent_now(&service, second), Some("in_flight"));
    }
    desk.end(Err(failed()));
    assert_eq!(first.await, "handler_failed");
    let mut second = Box::pin(send(&service, error_event("e2", "v1", ERROR)));
    assert_eq!(second.as_mut().now_or_never(), None);
    desk.end(Ok(Outcome::Handled));
    assert_eq!(second.await, "handled");
    let first = error_event("e1", "v1", ERROR);
    assert_eq!(sent_now(&service, first), Some("duplicate"));
    assert_eq!(desk.runs(), 2);
}

/// Around each handler, a misfit passes through the layer twice under one key.
#[tokio::test]
async fn around_each_handler_a_misfit_still_reaches_the_fallback() {
    let router = EventRouter::new()
        .on(async |_: Delivery<VehicleState>| Err::<(), _>("not for this handler"))
        .fallback(async |_: Delivery| Ok::<_, BoxError>(()))
        .layer(Idempotency::new(MemoryStore::new()));
    let misfit = || delivery(r#"{"eventType":"VEHICLE_STATE","eventId":"e1"}"#);
    let outcome = router.clone().oneshot(misfit()).await.unwrap();
    assert_eq!(outcome, Outcome::FellBack);
    let outcome = router.oneshot(misfit()).await.unwrap();
    assert_eq!(outcome, Outcome::Duplicate);
}

#[test]
fn it_works_without_a_runtime() {
    let desk = Desk::handling();
    let store = Clock::new().store(10);
    let service = Idempotency::new(store.clone()).layer(desk.clone());
    assert_eq!(sent_now(&service, attempt("e1")), Some("handled"));
    assert_eq!(sent_now(&service, attempt("e1")), Some("duplicate"));
    let service = Idempotency::new(store).layer(Desk::default());
    assert_eq!(sent_now(&service, attempt("e2")), None);
    assert_eq!(sent_now(&service, attempt("e2")), Some("in_flight"));
}

#[test]
fn what_could_never_work_is_refused_at_the_start() {
    let caught = std::panic::catch_unwind(|| MemoryStore::with_capacity(0));
    assert!(caught.is_err());
    let caught = std::panic::catch_unwind(|| {
        drop(Idempotency::new(MemoryStore::new()).lease(Duration::ZERO));
    });
    assert!(caught.is_err());
}

#[tokio::test]
async fn debug_shows_no_id() {
    let store = MemoryStore::new();
    let service = Idempotency::new(store.clone()).layer(Desk::handling());
    assert_eq!(send(&service, attempt("e1")).await, "handled");
    let layer = Idempotency::new(store.clone());
    let shown = format!("{layer:?} {store:?}");
    assert!(
        shown.contains("lease: 20s") && shown.contains("len: 1"),
        "{shown}"
    );
    assert!(!shown.contains("e1"), "{shown}");
}

/// A store with a fault of its own.
struct Panicking;

#[async_trait]
impl IdempotencyStore for Panicking {
    async fn claim(&self, _: &Claim, _: Duration) -> Result<Claimed, BoxError> {
        Ok(Claimed::Granted)
    }

    async fn renew(&self, _: &Claim, _: Duration) -> Result<bool, BoxError> {
        panic!("in a store")
    }

    async fn complete(&self, _: &Claim, _: Outcome, _: Duration) -> Result<bool, BoxError> {
        panic!("in a store")
    }

    async fn release(&self, _: &Claim) -> Result<(), BoxError> {
        panic!("in a store")
    }
}

/// A second panic in the middle of one would end the process, and this test with it.
#[tokio::test]
async fn a_panic_of_the_store_ends_its_delivery_alone() {
    for ending in [Ok(Outcome::Handled), Err(failed())] {
        let service = Idempotency::new(Panicking).layer(Desk::always(ending));
        let sent = tokio::spawn(service.oneshot(attempt("e1")));
        assert!(sent.await.unwrap_err().is_panic());
    }
    let service = Idempotency::new(Panicking).layer(Desk::default());
    assert_eq!(sent_now(&service, attempt("e1")), None);
}

/// A store whose calls never end, and do all that tokio lets a task do at a time.
struct Busy;

#[async_trait]
impl IdempotencyStore for Busy {
    async fn claim(&self, _: &Claim, _: Duration) -> Result<Claimed, BoxError> {
        loop {
            tokio::task::consume_budget().await;
        }
    }

    async fn renew(&self, _: &Claim, _: Duration) -> Result<bool, BoxError> {
        Ok(true)
    }

    async fn complete(&self, _: &Claim, _: Outcome, _: Duration) -> Result<bool, BoxError> {
        Ok(true)
    }

    async fn release(&self, _: &Claim) -> Result<(), BoxError> {
        Ok(())
    }
}

#[tokio::test]
async fn a_busy_store_is_given_up_as_well() {
    let layer = Idempotency::new(Busy).store_timeout(Duration::from_millis(20));
    let result = layer.layer(Desk::handling()).oneshot(attempt("e1")).await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::StoreUnavailable);
}
