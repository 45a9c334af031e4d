//! What is promised of the file alone.

use std::path::Path;
use std::time::Duration;

use smartcar_webhook_core::inbox::{DeadLetters, InboxStore, Queue, Stored};
use smartcar_webhook_inbox::SqliteInbox;

use crate::engine::{SECOND, stored};
use crate::place::Place;

/// A file of the first release, with a delivery that waits, one that was tried, one that is done and a dead letter.
///
/// It must never change, for such files are in use.
const V1: &[u8] = include_bytes!("../fixtures/v1.db");

#[tokio::test]
async fn a_file_of_the_first_release_is_read() {
    let place = Place::new();
    let path = place.path().join("inbox.db");
    std::fs::write(&path, V1).unwrap();
    // Its deliveries were stored in October 2025.
    let inbox = SqliteInbox::open(path).unwrap().remember(Duration::MAX);
    for event_id in ["waits", "tried", "done", "dead"] {
        let again = inbox.store(&stored(event_id, "")).await.unwrap();
        assert_eq!(again, Stored::Duplicate, "{event_id}");
    }
    assert_eq!(inbox.replay_all().await.unwrap(), 1);
    let leased = inbox.claim(9, SECOND, SECOND).await.unwrap();
    let mut found: Vec<_> = leased
        .iter()
        .map(|it| (it.row.to_vec(), it.attempt))
        .collect();
    let mut expected = [("waits", 1), ("tried", 2), ("dead", 1)]
        .map(|(event_id, attempt)| (stored(event_id, "").encode(), attempt));
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
    for it in &leased {
        assert!(inbox.complete(&it.receipt).await.unwrap());
    }
    assert_eq!(inbox.store(&stored("new", "")).await.unwrap(), Stored::New);
}

/// Keys go as they come, two for one.
#[tokio::test]
async fn keys_are_forgotten_in_time() {
    let place = Place::new();
    let inbox = SqliteInbox::open(place.path().join("inbox.db")).unwrap();
    for i in 0..4 {
        inbox.store(&stored(&format!("e{i}"), "")).await.unwrap();
    }
    let forgetful = inbox.clone().remember(SECOND);
    tokio::time::sleep(2 * SECOND).await;
    assert_eq!(
        inbox.store(&stored("e3", "")).await.unwrap(),
        Stored::Duplicate
    );
    for event_id in ["more", "again"] {
        assert_eq!(
            forgetful.store(&stored(event_id, "")).await.unwrap(),
            Stored::New
        );
    }
    for i in 0..4 {
        let again = inbox.store(&stored(&format!("e{i}"), "")).await.unwrap();
        assert_eq!(again, Stored::New, "e{i}");
    }
    assert_eq!(
        inbox.store(&stored("more", "")).await.unwrap(),
        Stored::Duplicate
    );
}

#[tokio::test]
async fn what_is_no_database_is_refused() {
    let place = Place::new();
    let text = place.path().join("text");
    std::fs::write(&text, "x".repeat(5000)).unwrap();
    for path in [&*text, place.path(), &place.path().join("no/folder")] {
        assert!(SqliteInbox::open(path).is_err(), "{}", path.display());
    }
    assert_eq!(std::fs::read_to_string(text).unwrap().len(), 5000);
}

/// No path is taken for a database in memory, and nobody else reads what the vehicles sent.
#[cfg(unix)]
#[tokio::test]
async fn the_file_is_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;

    let place = Place::new();
    let inbox = SqliteInbox::open(place.path().join("file::memory:")).unwrap();
    inbox.store(&stored("e1", "")).await.unwrap();
    let files: Vec<_> = std::fs::read_dir(place.path())
        .unwrap()
        .map(|it| it.unwrap())
        .collect();
    assert_eq!(files.len(), 3);
    for file in files {
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(
            mode & 0o777,
            0o600,
            "{}",
            Path::new(&file.file_name()).display()
        );
    }
}
