//! What the app hears of its deliveries: hooks, health, spans.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use smartcar_webhook_core::layer::{Acknowledge, Detach};
use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::testing::{Dispatcher, vehicle_error, vehicle_state};
use smartcar_webhook_core::{
    BoxError, Delivery, EventRouter, Health, ManagementToken, Webhook, WebhookBuilder,
};

use crate::log::Log;

type Heard = Arc<Mutex<Vec<String>>>;

fn hook(heard: &Heard) -> impl Fn(String) + Send + Sync + 'static {
    let heard = Arc::clone(heard);
    move |text| heard.lock().unwrap().push(text)
}

fn builder() -> WebhookBuilder {
    Webhook::builder(ManagementToken::new("amt").unwrap())
}

/// A router of which the only handler fails while told to.
fn router(fails: &Arc<AtomicBool>) -> EventRouter {
    let fails = Arc::clone(fails);
    EventRouter::new().on(move |_: Delivery<VehicleState>| {
        let fails = fails.load(Ordering::Relaxed);
        let result: Result<(), BoxError> = if fails {
            Err("out of disk".into())
        } else {
            Ok(())
        };
        std::future::ready(result)
    })
}

#[tokio::test]
async fn hooks_hear_of_what_failed_and_of_what_nobody_wanted() {
    let heard = Heard::default();
    let (failed, unhandled) = (hook(&heard), hook(&heard));
    let fails = Arc::new(AtomicBool::new(true));
    let webhook = builder()
        .on_failure(move |delivery, err| {
            let id = delivery.envelope().event_id.as_deref().unwrap_or_default();
            failed(format!("{id}: {err}"));
        })
        .on_unhandled(move |delivery| {
            let event_type = delivery.envelope().event_type.clone();
            unhandled(format!("nobody took {}", event_type.unwrap()));
        })
        .build(router(&fails));
    let smartcar = Dispatcher::new(webhook);
    let state = |id: &str| vehicle_state().with("/eventId", id);
    assert_eq!(smartcar.send(&state("e1")).await.status(), 500);
    fails.store(false, Ordering::Relaxed);
    assert_eq!(smartcar.send(&state("e2")).await.status(), 200);
    let error = vehicle_error("PERMISSION", "");
    assert_eq!(smartcar.send(&error).await.status(), 200);
    assert_eq!(smartcar.send_with_signature("{}", "").await.status(), 401);
    assert_eq!(
        *heard.lock().unwrap(),
        ["e1: handler failed", "nobody took VEHICLE_ERROR"]
    );
}

/// The client goes away before the handler ends, or is answered at the deadline, or before the work.
#[tokio::test(start_paused = true)]
async fn what_nobody_waits_for_is_heard_of() {
    let timeouts = |seconds| Detach::new().deadline(Duration::from_secs(seconds));
    let before = || Detach::new().acknowledge(Acknowledge::BeforeHandling);
    for (detach, client, fails, heard, handled, failed) in [
        (timeouts(60), 1, true, &["handler failed"][..], 0, 1),
        (timeouts(60), 1, false, &[], 1, 0),
        (
            timeouts(2),
            60,
            true,
            &["time for the answer is spent", "handler failed"],
            0,
            1,
        ),
        (
            timeouts(2),
            60,
            false,
            &["time for the answer is spent"],
            0,
            1,
        ),
        (before(), 60, true, &["handler failed"], 0, 1),
        (before(), 60, false, &[], 1, 0),
    ] {
        let case = format!("{detach:?}, {fails}");
        let errors = Heard::default();
        let failure = hook(&errors);
        let router = EventRouter::new().on(move |_: Delivery<VehicleState>| async move {
            tokio::time::sleep(Duration::from_secs(5)).await;
            if fails { Err("out of disk") } else { Ok(()) }
        });
        let webhook = builder()
            .detach(detach)
            .on_failure(move |_, err| failure(err.to_string()))
            .build(router);
        let smartcar = Dispatcher::new(webhook.clone());
        let state = vehicle_state();
        let client = tokio::time::timeout(Duration::from_secs(client), smartcar.send(&state));
        drop(client.await);
        assert_eq!(webhook.shutdown(Duration::from_secs(60)).await.left(), 0);
        assert_eq!(*errors.lock().unwrap(), heard, "{case}");
        let report = webhook.health().report();
        let counts = (report.webhooks[0].handled, report.webhooks[0].failed);
        assert_eq!(counts, (handled, failed), "{case}");
    }
}

#[tokio::test]
async fn a_hook_that_panics_costs_no_answer() {
    let fails = Arc::new(AtomicBool::new(true));
    let webhook = builder()
        .on_failure(|_, _| panic!("a bug"))
        .on_unhandled(|_| panic!("a bug"))
        .health(Health::new(SystemTime::now).alarm_at(1, |_| panic!("a bug")))
        .build(router(&fails));
    let smartcar = Dispatcher::new(webhook);
    assert_eq!(smartcar.send(&vehicle_state()).await.status(), 500);
    let error = vehicle_error("PERMISSION", "");
    assert_eq!(smartcar.send(&error).await.status(), 200);
}

#[tokio::test]
async fn health_tells_how_each_webhook_fares() {
    let now = Arc::new(AtomicU64::new(1000));
    let clock = Arc::clone(&now);
    let heard = Heard::default();
    let alarm = hook(&heard);
    let health = Health::new(move || {
        SystemTime::UNIX_EPOCH + Duration::from_secs(clock.load(Ordering::Relaxed))
    })
    .alarm_at(2, move |webhook| {
        let id = webhook.webhook_id.as_deref().unwrap_or("none");
        alarm(format!("{id}: {}", webhook.consecutive_failures));
    });
    let fails = Arc::new(AtomicBool::new(false));
    let webhook = builder().health(health.clone()).build(router(&fails));
    let smartcar = Dispatcher::new(webhook.clone());
    let state = |id: u32, webhook: &str| {
        let state = vehicle_state().with("/eventId", format!("e{id}"));
        state.with("/meta/webhookId", webhook)
    };
    for (second, id, webhook, fail) in [
        (1000, 1, "w1", false),
        (1001, 2, "w2", true),
        (1002, 3, "w2", true),
        (1003, 4, "w2", true),
        (1004, 5, "w1", true),
        (1005, 6, "w1", false),
        (1006, 7, "w1", true),
    ] {
        now.store(second, Ordering::Relaxed);
        fails.store(fail, Ordering::Relaxed);
        let status = smartcar.send(&state(id, webhook)).await.status();
        assert_eq!(status, if fail { 500 } else { 200 });
    }
    now.store(1010, Ordering::Relaxed);
    let report = webhook.health().report();
    assert_eq!(
        serde_json::to_value(&report).unwrap(),
        serde_json::json!({
            "at": 1_010_000,
            "webhooks": [
                {
                    "webhookId": "w1", "received": 4, "handled": 2, "failed": 2,
                    "consecutiveFailures": 1, "lastReceivedAt": 1_006_000,
                    "lastHandledAt": 1_005_000, "lastFailedAt": 1_006_000,
                    "lastFailure": "handler_failed",
                },
                {
                    "webhookId": "w2", "received": 3, "handled": 0, "failed": 3,
                    "consecutiveFailures": 3, "lastReceivedAt": 1_003_000,
                    "lastHandledAt": null, "lastFailedAt": 1_003_000,
                    "lastFailure": "handler_failed",
                },
            ],
        })
    );
    let ids = |it: Vec<_>| -> Vec<String> {
        let ids = it
            .into_iter()
            .map(|it: &smartcar_webhook_core::WebhookHealth| {
                it.webhook_id.as_deref().unwrap().to_owned()
            });
        ids.collect()
    };
    let silent = |seconds| ids(report.silent_for(Duration::from_secs(seconds)).collect());
    assert_eq!(silent(4), ["w1", "w2"]);
    assert_eq!(silent(5), ["w2"]);
    assert!(silent(8).is_empty());
    assert_eq!(ids(report.failing(2).collect()), ["w2"]);
    assert_eq!(*heard.lock().unwrap(), ["w2: 2"]);
}

#[tokio::test]
async fn the_book_is_bounded() {
    let webhook = builder().build(EventRouter::new());
    let smartcar = Dispatcher::new(webhook.clone());
    for id in 0..Health::MOST_WEBHOOKS + 5 {
        let body = format!(r#"{{"eventId":"{id}","meta":{{"webhookId":"w{id}"}}}}"#);
        assert_eq!(smartcar.send_raw(body).await.status(), 200);
    }
    let report = webhook.health().report();
    assert_eq!(report.webhooks.len(), Health::MOST_WEBHOOKS + 1);
    let rest = report.webhooks.iter().find(|it| it.webhook_id.is_none());
    assert_eq!(rest.unwrap().received, 5);
}

#[tokio::test]
async fn the_span_of_a_delivery_has_what_one_searches_for() {
    let log = Log::default();
    let _guard = log.listen();
    let fails = Arc::new(AtomicBool::new(true));
    let webhook = builder().build(router(&fails));
    let smartcar = Dispatcher::new(webhook);
    let state = vehicle_state()
        .with("/eventId", "e1")
        .with("/meta/deliveryId", "d1")
        .with("/meta/webhookId", "w1");
    for status in [500, 500] {
        assert_eq!(smartcar.send(&state).await.status(), status);
    }
    fails.store(false, Ordering::Relaxed);
    assert_eq!(smartcar.send(&state).await.status(), 200);
    let text = log.text();
    for part in [
        "handles=EventRouter[\"VEHICLE_STATE\"]",
        "event_type=\"VEHICLE_STATE\"",
        "event_id=\"e1\"",
        "delivery_id=\"d1\"",
        "webhook_id=\"w1\"",
        "key=\"primary\"",
        "attempt=1 ",
        "attempt=2 ",
        "attempt=3 ",
        "outcome=\"handler_failed\" duration_ms=",
        "outcome=\"handled\" duration_ms=",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}
