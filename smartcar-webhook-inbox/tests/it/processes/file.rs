//! A file of SQLite that is locked, replaced, or on a disk that is full.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use smartcar_webhook_core::inbox::{InboxStore, Queue, Stored};
use smartcar_webhook_inbox::SqliteInbox;

use super::scene::{event, smartcar};
use crate::engine::{SECOND, stored};
use crate::place::Place;

fn inbox(folder: &Path) -> SqliteInbox {
    SqliteInbox::open(folder.join("inbox.db")).unwrap()
}

/// Another process that holds the file, for longer than a store may take.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_locked_refuses_and_goes_on() {
    let place = Place::new();
    let inbox = inbox(place.path());
    let smartcar = smartcar(inbox.clone());
    let other = honker::Database::open(place.path().join("inbox.db")).unwrap();
    let (locked, is_locked) = std::sync::mpsc::channel();
    let holder = std::thread::spawn(move || {
        let transaction = other.transaction().unwrap();
        locked.send(()).unwrap();
        std::thread::sleep(6 * SECOND);
        transaction.rollback().unwrap();
    });
    is_locked.recv().unwrap();
    let sends = (0..64).map(|i| {
        let (smartcar, event) = (smartcar.clone(), event(&format!("e{i}")));
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
    assert_eq!(smartcar.send(&event("e1")).await.status(), 200);
    // What was refused was not stored behind the sender's back.
    let leased = inbox.claim(99, SECOND, SECOND).await.unwrap();
    assert_eq!(leased.len(), 1);
}

/// A file that was replaced is written no more: what went there would be lost.
#[tokio::test]
async fn a_file_that_was_replaced_is_not_written() {
    let place = Place::new();
    let inbox = inbox(place.path());
    let path = place.path().join("inbox.db");
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
    let place = Place::new();
    let folder = place.path().join("disk");
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
