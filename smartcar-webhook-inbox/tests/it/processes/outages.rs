//! A server that is killed, and is back, while others store and work.

use smartcar_webhook_core::inbox::DeadLetters;

use super::scene::{LEASE, SLOTS, Scene};
use super::sites::Server;
use crate::engine::SECOND;

/// The same receivers and workers refuse in time, and go on by themselves.
pub(super) async fn a_server_that_is_killed_loses_nothing<S: Server>() {
    let mut scene = Scene::<S>::new().await;
    let mut workers = scene.start_workers(2).await;
    let mut receiver = scene.start("receiver brief");
    scene.until(|it| it.all("finished").len() >= 20).await;
    let early = scene.ledger.all("finished");
    scene.until(|it| it.all("finished").len() >= 120).await;
    assert!(scene.ledger.all("refused").is_empty());
    scene.site.kill();
    scene.until(|it| it.all("refused").len() >= 8).await;
    scene.site.restart();
    let before = scene.ledger.all("answered").len();
    let worked = scene.ledger.counts("worked");
    scene
        .until(|it| {
            let works = |(process, count)| it.counts("worked")[process] > count + 5;
            it.all("answered").len() > before + 60 && worked.iter().all(|it| works((it.0, *it.1)))
        })
        .await;
    assert!(!receiver.is_dead());
    assert!(workers.iter_mut().all(|it| !it.is_dead()));
    receiver.kill();
    scene.until_all_is_finished().await;
    scene.until_quiet(LEASE + SECOND).await;
    // What was under way, done and not told, or told and not yet on disk.
    let twice = scene.ledger.twice("finished");
    assert!(twice.iter().all(|it| !early.contains(it)), "{twice:?}");
    if S::IS_SYNCHRONOUS {
        assert!(twice.len() <= 2 * SLOTS, "{twice:?}");
    }
    assert!(scene.engine.list(None, 9).await.unwrap().is_empty());
    scene.end(workers).await;
}
