//! Several workers at once, and workers that others take the place of.

use super::scene::Scene;
use super::sites::Site;

pub(super) async fn two_workers_share<S: Site>() {
    share::<S>(2).await;
}

pub(super) async fn four_workers_share<S: Site>() {
    share::<S>(4).await;
}

/// Nobody starves, and nothing is handed out twice.
async fn share<S: Site>(workers: usize) {
    let scene = Scene::<S>::new().await;
    let fleet = scene.start_workers(workers).await;
    let events = (0..20 * workers).map(|i| format!("slow-{i}"));
    scene.answer(events).await;
    assert_eq!(scene.until_all_is_finished().await, [""; 0]);
    assert_eq!(scene.ledger.twice("started"), [""; 0]);
    let worked = scene.ledger.counts("worked");
    assert_eq!(worked.len(), workers);
    assert!(worked.values().all(|it| *it >= 5), "{worked:?}");
    scene.end(fleet).await;
}

/// As a release does it: another begins, the one before is told to end.
pub(super) async fn replaced_under_load<S: Site>() {
    let scene = Scene::<S>::new().await;
    let receiver = scene.start("receiver brief");
    let mut fleet = scene.start_workers(1).await;
    for _ in 0..3 {
        let before = scene.ledger.all("finished").len();
        scene
            .until(|it| it.all("finished").len() > before + 30)
            .await;
        let next = scene.start_workers(1).await;
        for worker in fleet {
            worker.signal("-TERM");
            worker.ended().await;
        }
        fleet = next;
    }
    receiver.kill();
    assert_eq!(scene.until_all_is_finished().await, [""; 0]);
    assert_eq!(scene.ledger.twice("started"), [""; 0]);
    assert!(scene.ledger.all("lost").is_empty());
    assert!(scene.ledger.all("refused").is_empty());
    scene.end(fleet).await;
}
