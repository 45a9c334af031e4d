//! What holds when processes are killed, stopped and started anew: the children of these tests are this program, told what to be by a variable.
//!
//! All of them write into one ledger what they answered, started and finished.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{OpenOptions, read_to_string};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use smartcar_webhook_core::inbox::{DeadLetters, Inbox, InboxStore, Queue, Stored};
use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::testing::{Dispatcher, vehicle_state};
use smartcar_webhook_core::{BoxError, Delivery, EventRouter, ManagementToken, Webhook};
use smartcar_webhook_inbox::{Attempt, SqliteInbox, Worker};

use crate::engine::{SECOND, stored};
use crate::place::Place;

const VARIABLE: &str = "SMARTCAR_INBOX_CHILD";
const MAX_ATTEMPTS: u32 = 4;
const SLOTS: usize = 4;

/// What all processes write into, each line whole.
#[derive(Clone)]
struct Ledger(PathBuf);

impl Ledger {
    fn write(&self, what: &str, event_id: &str) {
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(&self.0)
            .unwrap();
        file.write_all(format!("{what} {event_id}\n").as_bytes())
            .unwrap();
    }

    /// How often this happened, by event.
    fn read(&self, what: &str) -> BTreeMap<String, usize> {
        let text = read_to_string(&self.0).unwrap_or_default();
        let lines = text.lines().filter_map(|it| it.split_once(' '));
        let mut counts = BTreeMap::new();
        for (_, event_id) in lines.filter(|it| it.0 == what) {
            *counts.entry(event_id.to_owned()).or_default() += 1;
        }
        counts
    }

    fn events(&self, what: &str) -> BTreeSet<String> {
        self.read(what).into_keys().collect()
    }
}

/// A folder with a file of SQLite and a ledger.
struct Scene {
    place: Place,
    ledger: Ledger,
}

fn inbox(folder: &Path) -> SqliteInbox {
    SqliteInbox::open(folder.join("inbox.db")).unwrap()
}

impl Scene {
    fn new() -> Self {
        let place = Place::new();
        let ledger = Ledger(place.path().join("ledger"));
        Self { place, ledger }
    }

    fn inbox(&self) -> SqliteInbox {
        inbox(self.place.path())
    }

    /// Stores these events, answered 200.
    async fn store(&self, event_ids: impl IntoIterator<Item = String>) {
        let inbox = self.inbox();
        for event_id in event_ids {
            let stored = inbox.store(&stored(&event_id, "")).await.unwrap();
            assert_eq!(stored, Stored::New);
            self.ledger.write("answered", &event_id);
        }
    }

    fn start(&self, role: &str) -> Process {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "processes::child"])
            .env(VARIABLE, role)
            .env("SMARTCAR_INBOX_FOLDER", self.place.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Process(child)
    }

    /// Waits until this is so.
    #[track_caller]
    fn until(&self, is_so: impl Fn(&Ledger) -> bool) {
        let began = Instant::now();
        while !is_so(&self.ledger) {
            assert!(
                began.elapsed() < 60 * SECOND,
                "{:?}",
                self.ledger.read("finished")
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until all that was answered is finished, and says what was finished more than once.
    #[track_caller]
    fn until_all_is_finished(&self) -> Vec<String> {
        let answered = self.ledger.events("answered");
        assert!(!answered.is_empty());
        self.until(|it| it.events("finished").is_superset(&answered));
        let finished = self.ledger.read("finished").into_iter();
        finished.filter(|it| it.1 > 1).map(|it| it.0).collect()
    }

    /// Waits until nothing is to be handed out, now or later.
    async fn until_empty(&self) {
        let inbox = self.inbox();
        // Longer than a lease.
        let left = inbox.claim(9, SECOND, 4 * SECOND).await.unwrap();
        assert!(left.is_empty(), "{left:?}");
    }
}

/// A child, killed in the end.
struct Process(Child);

impl Process {
    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    fn signal(&self, name: &str) {
        let id = self.0.id().to_string();
        let status = Command::new("kill").args([name, &id]).status().unwrap();
        assert!(status.success());
    }

    fn is_dead(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// What this program is when it is a child; as a test of its own it is nobody's, and does nothing.
#[test]
fn child() {
    let Ok(role) = std::env::var(VARIABLE) else {
        return;
    };
    let folder = PathBuf::from(std::env::var_os("SMARTCAR_INBOX_FOLDER").unwrap());
    let ledger = Ledger(folder.join("ledger"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        match &*role {
            "receiver" => receive(inbox(&folder), ledger).await,
            _ => work(inbox(&folder), ledger).await,
        }
    });
}

/// Answers one event after another, on eight connections, until it is killed.
async fn receive(inbox: SqliteInbox, ledger: Ledger) {
    let token = ManagementToken::new("amt").unwrap();
    let webhook = Webhook::new(token.clone(), Inbox::new(inbox));
    let smartcar = Dispatcher::new(webhook).signing_with(token);
    let next = Arc::new(AtomicUsize::new(0));
    let connections = (0..8).map(|_| {
        let (smartcar, ledger, next) = (smartcar.clone(), ledger.clone(), Arc::clone(&next));
        tokio::spawn(async move {
            loop {
                let event_id = format!("e{}", next.fetch_add(1, Ordering::Relaxed));
                let event = vehicle_state().with("/eventId", &*event_id);
                if smartcar.send(&event).await.status() == 200 {
                    ledger.write("answered", &event_id);
                }
            }
        })
    });
    futures_util::future::join_all(connections).await;
}

/// Handles events as their ids say, until it is killed.
async fn work(inbox: SqliteInbox, ledger: Ledger) {
    let router = EventRouter::new().on(move |state: Delivery<VehicleState>| {
        let ledger = ledger.clone();
        async move {
            let attempt = state.extensions().get::<Attempt>().unwrap().clone();
            let event_id = state.envelope().event_id.clone().unwrap();
            ledger.write("started", &event_id);
            match event_id.split('-').next() {
                Some("abort") => std::process::abort(),
                Some("slow") => tokio::time::sleep(SECOND / 5).await,
                Some("long") => tokio::time::sleep(SECOND).await,
                _ => {}
            }
            if attempt.is_cancelled() {
                ledger.write("cancelled", &event_id);
            }
            ledger.write("finished", &event_id);
            Ok::<_, BoxError>(())
        }
    });
    Worker::new(inbox, router)
        .slots(SLOTS)
        .max_attempts(MAX_ATTEMPTS)
        .lease(2 * SECOND)
        .backoff(SECOND, 1, SECOND)
        .run(std::future::pending())
        .await;
}

#[tokio::test]
async fn killed_between_answer_and_handling() {
    let scene = Scene::new();
    let mut receiver = scene.start("receiver");
    scene.until(|it| it.events("answered").len() >= 200);
    receiver.kill();
    let _worker = scene.start("worker");
    assert_eq!(scene.until_all_is_finished(), [""; 0]);
    scene.until_empty().await;

    // The sender never heard of the last answers, so it sends again; what it sent was stored once.
    let mut receiver = scene.start("receiver");
    let finished = scene.ledger.events("finished").len();
    scene.until(|it| {
        it.read("answered").values().filter(|it| **it > 1).count() >= finished.min(200)
    });
    receiver.kill();
    assert_eq!(scene.until_all_is_finished(), [""; 0]);
}

#[tokio::test]
async fn killed_in_the_handler() {
    let scene = Scene::new();
    scene.store((0..40).map(|i| format!("slow-{i}"))).await;
    let mut first = scene.start("worker");
    scene.until(|it| it.events("finished").len() >= 10);
    first.kill();
    let _second = scene.start("worker");
    let twice = scene.until_all_is_finished();
    assert!(twice.len() <= SLOTS, "{twice:?}");
    scene.until_empty().await;
    assert!(scene.inbox().list(None, 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn stopped_for_longer_than_its_lease() {
    let scene = Scene::new();
    scene.store((0..8).map(|i| format!("long-{i}"))).await;
    let mut first = scene.start("worker");
    scene.until(|it| it.events("started").len() >= SLOTS);
    first.signal("-STOP");
    let stopped = scene.ledger.events("started");
    let _second = scene.start("worker");
    assert_eq!(scene.until_all_is_finished(), [""; 0]);
    first.signal("-CONT");
    // What it had is finished once more, and counts for nothing.
    scene.until(|it| it.events("cancelled") == stopped);
    scene.store(["e1".to_owned(), "e2".to_owned()]).await;
    let twice = scene.until_all_is_finished();
    assert!(twice.len() <= SLOTS, "{twice:?}");
    assert!(!first.is_dead());
    scene.until_empty().await;
}

#[tokio::test]
async fn a_delivery_that_kills_its_worker_ends_as_a_dead_letter() {
    let scene = Scene::new();
    scene.store(["abort-1".to_owned()]).await;
    let others = (0..20).map(|i| format!("slow-{i}"));
    scene.store(others.clone()).await;
    let inbox = scene.inbox();
    let mut deaths = 0;
    let mut worker = scene.start("worker");
    let began = Instant::now();
    while inbox.list(None, 9).await.unwrap().is_empty()
        || scene.ledger.events("finished").len() < 20
    {
        assert!(
            began.elapsed() < 60 * SECOND,
            "{deaths} {:?}",
            inbox.list(None, 99).await
        );
        if worker.is_dead() {
            deaths += 1;
            worker = scene.start("worker");
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(deaths, MAX_ATTEMPTS);
    assert_eq!(
        scene.ledger.read("started")["abort-1"],
        MAX_ATTEMPTS as usize
    );
    let dead = inbox.list(None, 9).await.unwrap();
    assert_eq!(dead.len(), 1, "{dead:?}");
    assert_eq!(dead[0].stored().unwrap(), stored("abort-1", ""));
    assert_eq!(scene.ledger.events("finished"), others.collect());
}

/// Another process that holds the file, for longer than a store may take.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_locked_refuses_and_goes_on() {
    let scene = Scene::new();
    let token = ManagementToken::new("amt").unwrap();
    let webhook = Webhook::new(token.clone(), Inbox::new(scene.inbox()));
    let smartcar = Dispatcher::new(webhook).signing_with(token);
    let other = honker::Database::open(scene.place.path().join("inbox.db")).unwrap();
    let (locked, is_locked) = std::sync::mpsc::channel();
    let holder = std::thread::spawn(move || {
        let transaction = other.transaction().unwrap();
        locked.send(()).unwrap();
        std::thread::sleep(6 * SECOND);
        transaction.rollback().unwrap();
    });
    is_locked.recv().unwrap();
    let sends = (0..64).map(|i| {
        let (smartcar, event) = (
            smartcar.clone(),
            vehicle_state().with("/eventId", format!("e{i}")),
        );
        async move {
            let began = Instant::now();
            let reply = smartcar.send(&event).await;
            (reply.status(), began.elapsed())
        }
    });
    for (status, took) in futures_util::future::join_all(sends).await {
        assert_eq!(status, 503);
        assert!(took < 5 * SECOND, "{took:?}");
    }
    holder.join().unwrap();
    let event = vehicle_state().with("/eventId", "e1");
    assert_eq!(smartcar.send(&event).await.status(), 200);
    // What was refused was not stored behind the sender's back.
    let leased = scene.inbox().claim(99, SECOND, SECOND).await.unwrap();
    assert_eq!(leased.len(), 1);
}

/// A file that was replaced is written no more: what went there would be lost.
#[tokio::test]
async fn a_file_that_was_replaced_is_not_written() {
    let scene = Scene::new();
    let inbox = scene.inbox();
    let path = scene.place.path().join("inbox.db");
    inbox.store(&stored("e1", "")).await.unwrap();
    std::fs::rename(&path, path.with_extension("old")).unwrap();
    std::fs::write(&path, "").unwrap();
    let mut i = 1;
    let refused = loop {
        i += 1;
        match inbox.store(&stored(&format!("e{i}"), "")).await {
            Ok(_) => assert!(i < 100),
            Err(err) => break err,
        }
        tokio::time::sleep(SECOND / 10).await;
    };
    assert_eq!(refused.to_string(), "file was replaced; open it anew");
}

/// In a folder of 4 MiB, where one can be made.
#[tokio::test]
async fn a_disk_that_is_full_refuses_and_loses_nothing() {
    let scene = Scene::new();
    let folder = scene.place.path().join("disk");
    std::fs::create_dir(&folder).unwrap();
    let mount = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"])
        .arg(&folder)
        .stderr(Stdio::null())
        .status();
    if !mount.is_ok_and(|it| it.success()) {
        skipped("no folder of a limited size can be made here");
        return;
    }
    let result = tokio::spawn({
        let folder = folder.clone();
        async move {
            let inbox = inbox(&folder);
            let filler = format!(r#","filler":"{}""#, "x".repeat(10_000));
            let mut kept = 0;
            let err = loop {
                match inbox.store(&stored(&format!("e{kept}"), &filler)).await {
                    Ok(_) => kept += 1,
                    Err(err) => break err.to_string(),
                }
                assert!(kept < 1000);
            };
            let began = Instant::now();
            for i in 0..50 {
                let more = stored(&format!("more{i}"), &filler);
                drop(inbox.store(&more).await);
            }
            (inbox, kept, err, began.elapsed())
        }
    });
    let (inbox, kept, err, took) = result.await.unwrap();
    // With room again, all is there, and handled.
    let remount = Command::new("mount")
        .args(["-o", "remount,size=64m"])
        .arg(&folder)
        .status();
    let mut handled = BTreeSet::new();
    while let Ok(leased) = inbox.claim(64, 60 * SECOND, Duration::ZERO).await
        && !leased.is_empty()
    {
        for it in &leased {
            let stored = smartcar_webhook_core::inbox::StoredDelivery::decode(&it.row).unwrap();
            let delivery = stored.into_delivery().unwrap();
            handled.insert(delivery.envelope().event_id.clone().unwrap().to_string());
            assert!(inbox.complete(&it.receipt).await.unwrap());
        }
    }
    let again = inbox.store(&stored("again", "")).await;
    drop(inbox);
    // Until the thread of the file has ended.
    let unmount = || {
        Command::new("umount")
            .arg(&folder)
            .stderr(Stdio::null())
            .status()
    };
    while !unmount().unwrap().success() {
        std::thread::sleep(SECOND / 10);
    }
    assert!(remount.unwrap().success());
    assert!(kept > 50, "{kept}");
    assert!(err.contains("full"), "{err}");
    assert!(took < 5 * SECOND, "{took:?}");
    for i in 0..kept {
        assert!(handled.contains(&format!("e{i}")), "e{i} of {kept}");
    }
    assert_eq!(again.unwrap(), Stored::New);
}

#[expect(clippy::print_stderr, reason = "a test that does not run says so")]
fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}
