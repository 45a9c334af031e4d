//! What is promised of a delivery when things go wrong, over connections, in both frameworks.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod client;
mod programs;
mod server;
mod stage;

use std::future::pending;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use smartcar_webhook_core::layer::Detach;
use smartcar_webhook_core::{Webhook, WebhookBuilder};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;

use self::client::{Answer, deliver, reset, retry, send, token};
use self::server::Framework;
use self::stage::{Runs, Stage};

/// More than it takes, however busy the machine is.
const LONG: Duration = Duration::from_secs(60);

fn webhook() -> WebhookBuilder {
    Webhook::builder(token())
}

/// Plays a scenario in each framework.
async fn in_both(scenario: impl AsyncFn(Framework)) {
    for framework in Framework::ALL {
        let played = timeout(LONG, scenario(framework)).await;
        played.unwrap_or_else(|_| panic!("{framework:?} hangs"));
    }
}

#[tokio::test]
async fn a_client_that_resets_its_connection_has_the_work_done_once() {
    in_both(async |framework| {
        let stage = Stage::closed();
        let (address, _server) = framework.serve(webhook().build(stage.router()), pending());
        let stream = send(address, "event").await.unwrap();
        stage.begun(1).await;
        reset(stream);

        let early = deliver(address, "event").await.unwrap();
        assert_eq!(early, Answer::refused(503, "in_flight"), "{framework:?}");
        stage.open();
        assert_eq!(retry(address, "event").await.status, 200, "{framework:?}");
        assert_eq!(stage.runs("event"), Runs::ONCE, "{framework:?}");
    })
    .await;
}

#[tokio::test]
async fn a_slow_handler_is_answered_at_the_deadline_and_done_once() {
    let deadline = Duration::from_millis(300);
    in_both(async |framework| {
        let stage = Stage::closed();
        let webhook = webhook().detach(Detach::new().deadline(deadline));
        let (address, _server) = framework.serve(webhook.build(stage.router()), pending());
        let began = Instant::now();
        let late = deliver(address, "event").await.unwrap();
        let expected = Answer::refused(503, "deadline_exceeded");
        assert_eq!(late, expected, "{framework:?}");
        assert!(began.elapsed() >= deadline, "{framework:?}");

        stage.open();
        assert_eq!(retry(address, "event").await.status, 200, "{framework:?}");
        assert_eq!(stage.runs("event"), Runs::ONCE, "{framework:?}");
    })
    .await;
}

#[tokio::test]
async fn a_panic_is_answered_500_and_the_retry_runs() {
    in_both(async |framework| {
        let stage = Stage::opened();
        let (address, _server) = framework.serve(webhook().build(stage.router()), pending());
        let panicked = deliver(address, "panic").await.unwrap();
        let expected = Answer::refused(500, "handler_panicked");
        assert_eq!(panicked, expected, "{framework:?}");
        let other = deliver(address, "other").await.unwrap();
        assert_eq!(other.status, 200, "{framework:?}");

        let again = deliver(address, "panic").await.unwrap();
        assert_eq!(again.status, 200, "{framework:?}");
        let runs = Runs {
            begun: 2,
            finished: 1,
        };
        assert_eq!(stage.runs("panic"), runs, "{framework:?}");
    })
    .await;
}

/// How many connections this process can have to itself, with as many files open on either side.
fn connections() -> usize {
    let output = Command::new("sh").args(["-c", "ulimit -n"]).output();
    let limit = String::from_utf8(output.unwrap().stdout).unwrap();
    // "unlimited" is no number.
    let limit = limit.trim().parse().unwrap_or(usize::MAX);
    (limit - 200) / 2
}

/// At once, but for what a low limit of open files has wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_at_once_are_handled_a_hundred_at_a_time_and_each_once() {
    const EVENTS: usize = 2_000;
    const LIMIT: usize = 100;
    in_both(async |framework| {
        let stage = Stage::closed();
        let webhook = webhook().detach(Detach::new().limit(LIMIT).deadline(LONG));
        let (address, _server) = framework.serve(webhook.build(stage.router()), pending());
        let connections = Arc::new(Semaphore::new(connections().min(EVENTS)));
        let mut first = JoinSet::new();
        for event in 0..EVENTS {
            let connections = Arc::clone(&connections);
            first.spawn(async move {
                let event = event.to_string();
                let _connection = connections.acquire().await;
                let answer = deliver(address, &event).await.unwrap();
                (event, answer)
            });
        }
        let mut refused = Vec::new();
        while refused.len() < EVENTS - LIMIT {
            let (event, answer) = first.join_next().await.unwrap().unwrap();
            let expected = Answer::refused(503, "overloaded");
            assert_eq!(answer, expected, "{framework:?}");
            refused.push(event);
        }
        stage.open();
        while let Some(accepted) = first.join_next().await {
            assert_eq!(accepted.unwrap().1.status, 200, "{framework:?}");
        }

        let mut retries = JoinSet::new();
        for event in refused {
            let connections = Arc::clone(&connections);
            retries.spawn(async move {
                let _connection = connections.acquire().await;
                retry(address, &event).await
            });
        }
        while let Some(answer) = retries.join_next().await {
            assert_eq!(answer.unwrap().status, 200, "{framework:?}");
        }
        let seen = stage.seen();
        assert_eq!(seen.most_at_once, LIMIT, "{framework:?}");
        assert_eq!(seen.events.len(), EVENTS, "{framework:?}");
        assert!(
            seen.events.values().all(|runs| *runs == Runs::ONCE),
            "{framework:?}"
        );
    })
    .await;
}

/// Under load, with clients that wait and clients that are gone.
#[tokio::test]
async fn a_server_that_stops_has_done_what_it_began() {
    const WAITING: usize = 30;
    const GONE: usize = 10;
    in_both(async |framework| {
        let stage = Stage::closed();
        let detach = Detach::new();
        let handle = detach.handle();
        let webhook = webhook().detach(detach).build(stage.router());
        let (stop, stopped) = oneshot::channel::<()>();
        let drained = {
            let webhook = webhook.clone();
            async move {
                let _ = stopped.await;
                assert_eq!(webhook.shutdown(LONG).await.left(), 0);
            }
        };
        let (address, server) = framework.serve(webhook, drained);

        let mut waiting = JoinSet::new();
        for number in 0..WAITING {
            waiting.spawn(async move {
                let event = format!("waiting {number}");
                deliver(address, &event).await.unwrap().status
            });
        }
        let mut gone = Vec::new();
        for number in 0..GONE {
            gone.push(send(address, &format!("gone {number}")).await.unwrap());
        }
        stage.begun(WAITING + GONE).await;
        gone.into_iter().for_each(reset);
        stop.send(()).unwrap();
        while !handle.is_shutting_down() {
            tokio::task::yield_now().await;
        }
        // The server still answers, so that who comes meanwhile hears to try again.
        let refused = deliver(address, "meanwhile").await.unwrap();
        let expected = Answer::refused(503, "shutting_down");
        assert_eq!(refused, expected, "{framework:?}");
        stage.open();
        while let Some(status) = waiting.join_next().await {
            assert_eq!(status.unwrap(), 200, "{framework:?}");
        }
        server.await.unwrap();

        let events = stage.seen().events;
        assert_eq!(events.len(), WAITING + GONE, "{framework:?}");
        assert!(
            events.values().all(|runs| *runs == Runs::ONCE),
            "{framework:?}"
        );
    })
    .await;
}
