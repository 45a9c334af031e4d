//! Smartcar's side, simulated, against receivers that do this and that, in virtual time.

use std::collections::{BTreeMap, HashSet};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join;
use http::{Request, Response, StatusCode};
use smartcar_webhook_core::testing::simulator::{
    Answer, Attempt, Fate, Faults, Ledger, RetrySchedule, SimulatedWebhook, Simulator,
    WebhookStatus,
};
use smartcar_webhook_core::{
    BoxError, Delivery, EventRouter, Keyring, ManagementToken, SharedKeyring, Verifier, Webhook,
};
use tokio::time::sleep;
use tower::{Service, ServiceExt, service_fn};

use crate::TOKEN;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);

fn token(text: &str) -> ManagementToken {
    ManagementToken::new(text).unwrap()
}

fn simulator() -> Simulator {
    Simulator::new(token(TOKEN))
}

/// The keys of the deliveries that a handler was called with.
type Handled = Arc<Mutex<Vec<String>>>;

/// A receiver that notes what it handles.
fn receiver(keys: impl Into<Verifier>) -> (Webhook, Handled) {
    let handled = Handled::default();
    let router = EventRouter::new().fallback({
        let handled = Arc::clone(&handled);
        move |delivery: Delivery| {
            let key = delivery.idempotency_key();
            handled.lock().unwrap().push(key.clone());
            // From none at all to 4 s, the same for the same event.
            let takes = key.bytes().map(u64::from).sum::<u64>() % 5;
            async move {
                sleep(Duration::from_secs(takes)).await;
                Ok::<_, BoxError>(())
            }
        }
    });
    (Webhook::new(keys, router), handled)
}

/// Every kind of webhook.
fn of_every_kind(simulator: Simulator) -> Simulator {
    simulator
        .webhook(SimulatedWebhook::signals("Signals"))
        .webhook(SimulatedWebhook::schedule("Schedule", 6 * HOUR))
        .webhook(SimulatedWebhook::dynamic("Dynamic"))
        .webhook(SimulatedWebhook::event_based("Charging"))
}

/// The attempts of a simulation, as it tells of them.
type Attempts = Arc<Mutex<Vec<Attempt>>>;

fn observed(simulator: Simulator) -> (Simulator, Attempts) {
    let attempts = Attempts::default();
    let observer = Arc::clone(&attempts);
    let simulator = simulator.on_attempt(move |it| observer.lock().unwrap().push(it.clone()));
    (simulator, attempts)
}

fn answer(status: u16, body: Bytes) -> Result<Response<Bytes>, BoxError> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status)?;
    Ok(response)
}

/// Answers challenges rightly, and deliveries with whatever the function says.
fn answering<F>(
    then: impl Fn(Delivery) -> F + Clone,
) -> impl Service<
    Request<Bytes>,
    Response = Response<Bytes>,
    Error = BoxError,
    Future = impl Future<Output = Result<Response<Bytes>, BoxError>>,
> + Clone
where
    F: Future<Output = Result<u16, BoxError>>,
{
    let (webhook, _) = receiver(token(TOKEN));
    service_fn(move |request: Request<Bytes>| {
        let (webhook, then) = (webhook.clone(), then.clone());
        async move {
            let delivery = Delivery::assume_verified(request.body().clone())?;
            let event_type = &delivery.envelope().event_type;
            if event_type
                .as_ref()
                .is_some_and(|it| it == "VERIFY" || it == "verify")
            {
                return Ok(webhook.oneshot(request).await?);
            }
            let status = then(delivery).await?;
            answer(status, Bytes::new())
        }
    })
}

/// One vehicle that is subscribed at once, so that a test has at least the events of its first delivery.
fn one_vehicle() -> Simulator {
    simulator().vehicles(1).subscribing_within(Duration::ZERO)
}

#[tokio::test(start_paused = true)]
async fn a_month_with_everything_that_goes_wrong_loses_nothing() {
    let (old, new) = (token(TOKEN), token("the next one"));
    let keys = SharedKeyring::new(Keyring::new("old", old.clone()));
    let (receiver, handled) = receiver(keys.clone());
    let rotation = async {
        // Accepted before it is signed with, and the other as long as anything under way may be signed with it.
        sleep(9 * DAY).await;
        keys.replace(Keyring::new("old", old.clone()).with("new", new.clone()));
        sleep(DAY).await;
        keys.replace(Keyring::new("new", new.clone()).with("old", old));
    };
    let simulator = of_every_kind(simulator())
        .vehicles(3)
        .faults(Faults::storm())
        .any_spelling()
        .rotate(10 * DAY, new.clone())
        .tests_every(DAY)
        .challenges_every(4 * DAY);
    let (ledger, ()) = join(simulator.run(receiver, 30 * DAY), rotation).await;
    let totals = ledger.totals();
    assert!(totals.events > 3_000, "{ledger}");
    assert!(totals.redelivered > 100 && totals.copies > 100, "{ledger}");
    assert!(totals.challenges > 20, "{ledger}");
    assert_eq!(totals.challenges_failed, 0, "{ledger}");
    let answers = ledger.answers();
    for answer in [Answer::CutOff, Answer::Lost, Answer::Status(503)] {
        assert!(answers[&answer] > 10, "{ledger}");
    }
    ledger.assert_nothing_lost();
    let handled = handled.lock().unwrap();
    ledger.assert_handled_once(&*handled);
    assert_eq!(totals.acknowledged, handled.len() as u64);
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_is_the_same_story() {
    let story = async |seed| {
        let (simulator, attempts) = observed(of_every_kind(simulator().vehicles(3).seed(seed)));
        let simulator = simulator.faults(Faults::storm()).any_spelling();
        let (receiver, _) = receiver(token(TOKEN));
        simulator.run(receiver, DAY).await;
        let attempts = std::mem::take(&mut *attempts.lock().unwrap());
        let told = attempts.into_iter().map(|it| (it.sent, it.body, it.answer));
        told.collect::<Vec<_>>()
    };
    let first = story(7).await;
    assert!(first.len() > 50);
    assert_eq!(story(7).await, first);
    assert_ne!(story(8).await, first);
}

/// When the attempts of each kind come if none is acknowledged, in seconds after the first; and whether that disables the webhook.
#[tokio::test(start_paused = true)]
async fn retries_come_as_documented() {
    let seconds = |all: &[u64]| {
        all.iter()
            .map(|it| Duration::from_secs(*it))
            .collect::<Vec<_>>()
    };
    let rows = [
        (
            SimulatedWebhook::signals("4.0"),
            seconds(&[0, 25, 75, 175]),
            false,
        ),
        (
            SimulatedWebhook::schedule("schedule", HOUR),
            seconds(&[0, 120, 240, 360, 480, 600]),
            true,
        ),
        (
            SimulatedWebhook::dynamic("dynamic"),
            seconds(&[0, 10, 30, 70, 150, 310, 630]),
            true,
        ),
        (
            SimulatedWebhook::event_based("events"),
            seconds(&[0, 120, 240, 360, 480, 600]),
            true,
        ),
        (
            SimulatedWebhook::signals("own").retries(RetrySchedule::disabling(seconds(&[1, 2]))),
            seconds(&[0, 1, 3]),
            true,
        ),
    ];
    for (webhook, expected, disables) in rows {
        let name = format!("{webhook:?}");
        let (simulator, attempts) = observed(one_vehicle().webhook(webhook));
        let ledger = simulator.run(answering(async |_| Ok(500)), 3 * DAY).await;
        let mut of_events = BTreeMap::<_, Vec<_>>::new();
        for attempt in attempts
            .lock()
            .unwrap()
            .iter()
            .filter(|it| !it.key.is_empty())
        {
            of_events
                .entry(attempt.key.clone())
                .or_default()
                .push(attempt.clone());
        }
        assert!(!of_events.is_empty(), "{name}");
        let mut complete = 0;
        for attempts in of_events.values() {
            let since = attempts[0].sent;
            let at: Vec<_> = attempts
                .iter()
                .map(|it| it.sent.saturating_sub(since))
                .collect();
            assert!(expected.starts_with(&at), "{name}: {at:?}");
            complete += usize::from(at == expected);
            let numbers: Vec<_> = attempts.iter().map(|it| it.number).collect();
            assert_eq!(numbers, (1..=at.len() as u64).collect::<Vec<_>>(), "{name}");
        }
        assert!(complete > 0, "{name}");
        let totals = ledger.totals();
        assert_eq!(
            (totals.acknowledged, totals.waiting),
            (0, 0),
            "{name}: {ledger}"
        );
        assert_eq!(
            totals.events,
            totals.dropped + totals.discarded,
            "{name}: {ledger}"
        );
        let webhook = &ledger.webhooks()[0];
        let status = if disables {
            WebhookStatus::Disabled
        } else {
            WebhookStatus::Active
        };
        assert_eq!(
            (webhook.status, webhook.disabled),
            (status, disables.into()),
            "{name}: {ledger}"
        );
        assert_eq!(totals.unsent > 0, disables, "{name}: {ledger}");
        assert!(!ledger.is_complete());
    }
}

/// Which answers acknowledge, and how long Smartcar waits for one.
#[tokio::test(start_paused = true)]
async fn answers_are_taken_as_documented() {
    let rows = [
        (200, Answer::Status(200), true),
        (204, Answer::Status(204), true),
        (301, Answer::Status(301), false),
        (307, Answer::Status(307), false),
        (401, Answer::Status(401), false),
        (503, Answer::Status(503), false),
        // Of no answer at all, and of one that is late.
        (0, Answer::Unreachable, false),
        (1, Answer::TimedOut, false),
    ];
    for (status, expected, acknowledges) in rows {
        let (simulator, attempts) = observed(one_vehicle());
        let target = answering(move |_| async move {
            match status {
                0 => Err("connection refused".into()),
                1 => {
                    sleep(Duration::from_millis(15_001)).await;
                    Ok(200)
                }
                status => Ok(status),
            }
        });
        let ledger = simulator.run(target, Duration::from_secs(60)).await;
        let attempts = attempts.lock().unwrap();
        let attempts: Vec<_> = attempts.iter().filter(|it| !it.key.is_empty()).collect();
        assert!(
            attempts.iter().all(|it| it.answer == expected),
            "{expected}"
        );
        assert_eq!(expected.acknowledges(), acknowledges);
        assert_eq!(ledger.is_complete(), acknowledges, "{expected}");
        if expected == Answer::TimedOut {
            assert_eq!(attempts[0].took, Duration::from_secs(15));
        }
        if expected == Answer::Unreachable {
            assert_eq!(attempts[0].problem.as_deref(), Some("connection refused"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_before_the_challenge_is_answered_rightly() {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let target = service_fn({
        let calls = Arc::clone(&calls);
        move |request: Request<Bytes>| {
            calls.lock().unwrap().push(request.into_body());
            async { answer(200, r#"{"challenge":"00"}"#.into()) }
        }
    });
    let ledger = of_every_kind(simulator()).run(target.clone(), DAY).await;
    assert_eq!(calls.lock().unwrap().len(), 4);
    let totals = ledger.totals();
    assert_eq!((totals.events, totals.challenges_failed), (0, 4));
    assert!(
        ledger
            .webhooks()
            .iter()
            .all(|it| it.status == WebhookStatus::Unverified)
    );
    assert!(!ledger.is_complete());

    // With another token, too; and every so often, if somebody tries again.
    calls.lock().unwrap().clear();
    let (receiver, handled) = receiver(token("another"));
    let hours = 5 * HOUR + Duration::from_secs(30);
    let again = simulator().enabled_after(HOUR);
    let ledger = again.run(receiver.clone(), hours).await;
    assert_eq!(ledger.totals().challenges, 6);
    // One more a minute, which makes no more of the others.
    let again = simulator().enabled_after(HOUR);
    let again = again.challenges_every(Duration::from_secs(60));
    let ledger = again.run(receiver, hours).await;
    assert_eq!(ledger.totals().challenges, 306);
    assert_eq!(*handled.lock().unwrap(), [""; 0]);
}

/// A vehicle is told of when it is subscribed, and again when its webhook is enabled after it was disabled.
#[tokio::test(start_paused = true)]
async fn first_deliveries() {
    let webhook = SimulatedWebhook::signals("Fleet")
        .retries(RetrySchedule::disabling([Duration::from_secs(60)]));
    let (simulator, attempts) = observed(simulator().vehicles(5).webhook(webhook));
    let started = tokio::time::Instant::now();
    let is_down = move || {
        let hours = started.elapsed().as_secs() / 3600;
        (10..12).contains(&hours)
    };
    let target = answering(move |_| {
        let status = if is_down() { 503 } else { 200 };
        async move { Ok(status) }
    });
    let ledger = simulator.enabled_after(HOUR).run(target, DAY).await;
    let first: Vec<_> = attempts
        .lock()
        .unwrap()
        .iter()
        .filter(|it| {
            let body = String::from_utf8_lossy(&it.body);
            it.event_type == "VEHICLE_STATE"
                && body.contains("FIRST_DELIVERY")
                && it.answer.acknowledges()
        })
        .map(|it| it.vehicle_id.clone())
        .collect();
    let webhook = &ledger.webhooks()[0];
    assert!(webhook.disabled >= 1, "{ledger}");
    assert_eq!(webhook.status, WebhookStatus::Active);
    assert!(first.len() >= 10, "{first:?}");
    assert_eq!(first.iter().collect::<HashSet<_>>().len(), 5);
    assert!(ledger.totals().unsent > 0 || ledger.totals().dropped > 0);
}

/// Whoever stops in between is told what would be sent again.
#[tokio::test(start_paused = true)]
async fn what_waits_is_told() {
    let simulator = one_vehicle();
    let ledger = simulator.ledger();
    let run = simulator.run(answering(async |_| Ok(503)), DAY);
    let stopped = tokio::time::timeout(Duration::from_secs(30), run).await;
    assert!(stopped.is_err());
    let waiting = ledger.waiting();
    assert!(!waiting.is_empty());
    assert_eq!(ledger.totals().waiting, waiting.len() as u64);
    for record in &waiting {
        assert_eq!(
            (record.attempts, record.last_answer),
            (2, Some(Answer::Status(503)))
        );
        let at = record.since + Duration::from_secs(75);
        assert_eq!(
            record.fate,
            Fate::Waiting {
                next_attempt: Some(at)
            }
        );
        assert!(
            record
                .to_string()
                .contains("to be sent again at 75s after attempt 2 (503)"),
            "{record}"
        );
    }
}

/// After a rotation of which the signer of live deliveries does not know, challenges and tests are as they should be.
#[tokio::test(start_paused = true)]
async fn a_stale_signer() {
    let new = token("the next one");
    let keys = Keyring::new("new", new.clone());
    let (receiver, _) = receiver(keys);
    let (simulator, attempts) = observed(
        one_vehicle()
            .rotate(Duration::ZERO, new)
            .tests_every(HOUR)
            .faults(Faults::none().stale_signer()),
    );
    simulator.run(receiver, DAY).await;
    let attempts = attempts.lock().unwrap();
    let mut seen = HashSet::new();
    for attempt in &*attempts {
        let is_test = String::from_utf8_lossy(&attempt.body).contains(r#""mode":"TEST""#);
        let is_by_hand = attempt.event_type == "VERIFY" || is_test;
        let expected = if is_by_hand { 200 } else { 401 };
        assert_eq!(attempt.answer, Answer::Status(expected), "{attempt:?}");
        seen.insert((is_by_hand, is_test));
    }
    assert_eq!(seen.len(), 3);
}

/// `VEHICLE_ERROR` goes to a callback of its own if there is one, which is verified, too.
#[tokio::test(start_paused = true)]
async fn a_callback_for_errors() {
    let (receiver, _) = receiver(token(TOKEN));
    let paths = Arc::new(Mutex::new(HashSet::new()));
    let target = service_fn({
        let paths = Arc::clone(&paths);
        move |request: Request<Bytes>| {
            let delivery = Delivery::assume_verified(request.body().clone()).unwrap();
            let event_type = delivery.envelope().event_type.as_ref().unwrap().to_string();
            paths
                .lock()
                .unwrap()
                .insert((request.uri().path().to_owned(), event_type));
            let receiver = receiver.clone();
            async move { Ok::<_, Infallible>(receiver.oneshot(request).await.unwrap()) }
        }
    });
    let webhook = SimulatedWebhook::signals("Fleet")
        .callback("/data".parse().unwrap())
        .error_callback("/errors".parse().unwrap());
    let ledger = simulator().webhook(webhook).run(target, DAY).await;
    ledger.assert_nothing_lost();
    let expected = [
        ("/data", "VERIFY"),
        ("/data", "VEHICLE_STATE"),
        ("/errors", "VERIFY"),
        ("/errors", "VEHICLE_ERROR"),
    ];
    let expected = expected.map(|(path, event_type)| (path.to_owned(), event_type.to_owned()));
    assert_eq!(*paths.lock().unwrap(), HashSet::from(expected));
}

/// So many events a second, however little happens in the fleet.
#[tokio::test(start_paused = true)]
async fn at_a_rate() {
    let (receiver, _) = receiver(token(TOKEN));
    let ledger = simulator()
        .vehicles(100)
        .rate(50.0)
        .run(receiver, Duration::from_secs(60))
        .await;
    let events = ledger.totals().events;
    assert!((2_990..=3_010).contains(&events), "{events}");
    ledger.assert_nothing_lost();
}

/// What somebody does in the dashboard goes by the clock, however fast the vehicles live.
#[tokio::test(start_paused = true)]
async fn tests_and_challenges_at_a_rate() {
    let (receiver, _) = receiver(token(TOKEN));
    let simulator = simulator()
        .rate(50.0)
        .tests_every(Duration::from_secs(10))
        .challenges_every(Duration::from_secs(20));
    let (simulator, attempts) = observed(simulator);
    let ledger = simulator.run(receiver, Duration::from_secs(65)).await;
    let attempts = attempts.lock().unwrap();
    let is_test = |it: &&Attempt| String::from_utf8_lossy(&it.body).contains(r#""mode":"TEST""#);
    assert_eq!(attempts.iter().filter(is_test).count(), 6);
    assert_eq!(ledger.totals().challenges, 4);
}

#[tokio::test(start_paused = true)]
async fn the_ledger_tells_what_a_receiver_did_not_handle() {
    let ledger: Ledger = one_vehicle().run(answering(async |_| Ok(200)), DAY).await;
    ledger.assert_nothing_lost();
    let acknowledged: Vec<_> = ledger.acknowledged().into_iter().collect();
    ledger.assert_handled_once(&acknowledged);
    let rows: [(&[String], &str); 3] = [
        (&acknowledged[1..], "acknowledged and not handled"),
        (
            &[&acknowledged[..], &["event:forged".to_owned()]].concat(),
            "handled and never sent",
        ),
        (
            &[&acknowledged[..], &acknowledged[..1]].concat(),
            "handled more than once",
        ),
    ];
    for (handled, expected) in rows {
        let judge = std::panic::AssertUnwindSafe(|| ledger.assert_handled_once(handled));
        let said = std::panic::catch_unwind(judge).unwrap_err();
        let said = said.downcast_ref::<String>().unwrap();
        assert!(said.contains(expected), "{said}");
    }
    let ledger = one_vehicle().run(answering(async |_| Ok(500)), HOUR).await;
    let said = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        ledger.assert_nothing_lost();
    }))
    .unwrap_err();
    let said = said.downcast_ref::<String>().unwrap();
    assert!(said.contains("dropped after attempt 4 (500)"), "{said}");
}

/// A fleet of which there is nothing to tell does not keep the clock from going on.
#[tokio::test(start_paused = true)]
async fn nothing_to_tell() {
    let silent = simulator()
        .vehicles(0)
        .webhook(SimulatedWebhook::schedule("none", HOUR));
    for rate in [1.0, f64::INFINITY] {
        let (receiver, _) = receiver(token(TOKEN));
        let ledger = silent
            .clone()
            .rate(rate)
            .run(receiver, Duration::from_secs(5))
            .await;
        assert_eq!(ledger.totals().events, 0);
        assert!(ledger.is_complete());
    }
}

/// What was under way when its webhook was disabled is not kept until it is enabled again.
#[tokio::test(start_paused = true)]
async fn nothing_is_kept_for_later() {
    let second = Duration::from_secs(1);
    let webhook = SimulatedWebhook::signals("Fleet")
        .retries(RetrySchedule::disabling([10 * second, 600 * second]));
    let (simulator, attempts) = observed(one_vehicle().webhook(webhook));
    let target = answering(async |_| Ok(503));
    let ledger = simulator.enabled_after(2 * second).run(target, DAY).await;
    let totals = ledger.totals();
    assert!(
        totals.discarded > 0 && ledger.webhooks()[0].disabled > 0,
        "{ledger}"
    );
    assert_eq!(totals.events, totals.dropped + totals.discarded, "{ledger}");
    let last = attempts.lock().unwrap().iter().map(|it| it.number).max();
    assert_eq!(last, Some(3));
}
