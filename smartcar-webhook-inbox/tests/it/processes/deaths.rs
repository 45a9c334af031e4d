//! Receivers and workers that are killed, and one that stands still.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use smartcar_webhook_core::inbox::DeadLetters;
use tokio::time::sleep;

use super::scene::{LEASE, SLOTS, Scene};
use super::sites::Site;
use crate::engine::SECOND;

pub(super) async fn killed_between_answer_and_handling<S: Site>() {
    let scene = Scene::<S>::new().await;
    let receiver = scene.start("receiver instant");
    scene.until(|it| it.all("answered").len() >= 100).await;
    receiver.kill();
    let workers = scene.start_workers(1).await;
    assert_eq!(scene.until_all_is_finished().await, [""; 0]);

    // The sender never heard of the last answers, so it sends again; what it sent was stored once.
    let receiver = scene.start("receiver instant");
    scene.until(|it| it.twice("answered").len() >= 100).await;
    receiver.kill();
    assert_eq!(scene.until_all_is_finished().await, [""; 0]);
    scene.end(workers).await;
}

pub(super) async fn killed_in_the_handler<S: Site>() {
    let scene = Scene::<S>::new().await;
    scene.answer((0..24).map(|i| format!("slow-{i}"))).await;
    let first = scene.start("worker 4");
    scene.until(|it| it.all("finished").len() >= 8).await;
    first.kill();
    let second = scene.start("worker 4");
    scene.until_all_is_finished().await;
    // What was finished, but not told, comes when its lease ends.
    scene.until_quiet(LEASE + SECOND).await;
    let twice = scene.ledger.twice("finished");
    assert!(twice.len() <= SLOTS, "{twice:?}");
    assert!(scene.engine.list(None, 9).await.unwrap().is_empty());
    scene.end(vec![second]).await;
}

pub(super) async fn stopped_for_longer_than_its_lease<S: Site>() {
    let scene = Scene::<S>::new().await;
    scene.answer((0..6).map(|i| format!("long-{i}"))).await;
    let mut first = scene.start("worker 4");
    scene.until(|it| it.all("started").len() >= SLOTS).await;
    first.signal("-STOP");
    let stopped = scene.ledger.all("started");
    let second = scene.start("worker 4");
    assert_eq!(scene.until_all_is_finished().await, [""; 0]);
    first.signal("-CONT");
    // What it had is finished once more, and counts for nothing.
    scene.until(|it| it.all("cancelled") == stopped).await;
    scene
        .answer(["instant-1", "instant-2"].map(str::to_owned))
        .await;
    scene.until_all_is_finished().await;
    assert!(!first.is_dead());
    scene.until_quiet(SECOND / 2).await;
    let twice: BTreeSet<_> = scene.ledger.twice("finished").into_iter().collect();
    assert_eq!(twice, stopped);
    scene.end(vec![first, second]).await;
}

pub(super) async fn a_delivery_that_kills_its_worker_ends_as_a_dead_letter<S: Site>() {
    let scene = Scene::<S>::new().await;
    scene.answer(["abort-1".to_owned()]).await;
    scene.answer((0..12).map(|i| format!("slow-{i}"))).await;
    let answered = scene.ledger.all("answered");
    let mut deaths = 0;
    let mut worker = scene.start("worker 2");
    let began = Instant::now();
    let dead = loop {
        let dead = scene.engine.list(None, 99).await.unwrap();
        let dead = dead.iter().map(|it| {
            let delivery = it.stored().unwrap().into_delivery().unwrap();
            delivery.envelope().event_id.clone().unwrap().to_string()
        });
        let dead: BTreeSet<_> = dead.collect();
        if &dead | &scene.ledger.all("finished") == answered {
            break dead;
        }
        assert!(began.elapsed() < 30 * SECOND, "{deaths} {dead:?}");
        if worker.is_dead() {
            deaths += 1;
            worker = scene.start("worker 2");
        }
        sleep(Duration::from_millis(50)).await;
    };
    assert_eq!((deaths, scene.ledger.counts("started")["abort-1"]), (2, 2));
    assert!(dead.contains("abort-1"));
    let most = if S::ISOLATES { 1 } else { SLOTS };
    assert!(dead.len() <= most, "{dead:?}");
    scene.end(vec![worker]).await;
}
