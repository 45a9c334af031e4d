//! Deliveries that are stored to be handled later.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use smartcar_webhook_core::inbox::{
    DeadLetters, Inbox, InboxStore, MemoryInbox, Queue, Stored, StoredDelivery,
};
use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::testing::{Dispatcher, vehicle_state};
use smartcar_webhook_core::{BoxError, Delivery, Keyring, ManagementToken, Webhook, async_trait};
use tokio::time::advance;
use tower::ServiceExt;

use crate::desk::attempt;
use crate::hygiene::assert_clean;
use crate::{FIXTURES, delivery, fixture};

const SECOND: Duration = Duration::from_secs(1);

fn at(millis: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(millis)
}

fn stored(delivery: &Delivery) -> StoredDelivery {
    StoredDelivery::new(delivery, "", UNIX_EPOCH)
}

/// A row as the first release wrote it. The file must never change, for there are inboxes full of such rows.
///
/// Its key was computed in Python.
#[test]
fn rows_of_version_1_are_read_and_written() {
    let row = std::fs::read(format!("{FIXTURES}/rows/v1.json")).unwrap();
    let read = StoredDelivery::decode(&row).unwrap();
    assert_eq!(read.key().to_string(), "ec874ab7be349cab395286f8610f2f40");
    assert_eq!(read.received_at(), at(1_763_761_000_123));
    assert_eq!(read.verified_by(), Some("october"));
    let original = fixture("v4-vehicle-state");
    assert_eq!(read.body(), original.raw());

    let again = read.clone().into_delivery().unwrap();
    assert_eq!(again.verified_by(), Some("october"));
    assert!(again.read::<VehicleState>().is_ok());
    let written = StoredDelivery::new(&again, "october", at(1_763_761_000_123));
    assert_eq!(written, read);
    assert_eq!(String::from_utf8(written.encode()), String::from_utf8(row));
}

#[test]
fn what_is_no_row_is_refused_without_being_quoted() {
    let row = String::from_utf8(stored(&delivery(r#"{"vin":"V1N9"}"#)).encode()).unwrap();
    let key = stored(&delivery(r#"{"vin":"V1N9"}"#)).key().to_string();
    let malformed = "row is not that of a delivery";
    let cases = [
        (String::new(), malformed),
        ("V1N9".to_owned(), malformed),
        (row.replace(&key, "V1N9"), malformed),
        (row.replace("\"body\"", "\"V1N9\""), malformed),
        (row[..row.len() - 1].to_owned(), malformed),
        (
            row.replace("\"v\":1", "\"v\":2"),
            "row is of version 2, which this release does not read",
        ),
    ];
    for (row, message) in cases {
        let err = StoredDelivery::decode(row.as_bytes()).unwrap_err();
        assert_eq!(err.to_string(), message, "{row}");
        assert_clean(&format!("{err} {err:?}"));
    }
    // What a later release adds does no harm.
    let more = row.replace("\"v\":1", "\"v\":1,\"more\":{}");
    assert!(StoredDelivery::decode(more.as_bytes()).is_ok());
    assert_clean(&format!("{:?}", StoredDelivery::decode(row.as_bytes())));
}

#[test]
fn a_row_is_read_as_it_was_written() {
    let millis = [
        (UNIX_EPOCH - SECOND, UNIX_EPOCH),
        (at(1) + Duration::from_micros(1), at(1)),
        (at(1_763_761_000_123), at(1_763_761_000_123)),
    ];
    for (received_at, kept) in millis {
        let delivery = delivery(r#"{"a":"\u0000 \ud800 é 🚗"}"#);
        let stored = StoredDelivery::new(&delivery, "scope", received_at);
        let read = StoredDelivery::decode(&stored.encode()).unwrap();
        assert_eq!(read, stored);
        assert_eq!(read.received_at(), kept);
        assert_eq!(read.verified_by(), None);
        assert_eq!(read.into_delivery().unwrap().raw(), delivery.raw());
    }
}

#[test]
fn copies_have_one_key_and_others_their_own() {
    let of = |body: &str, scope| *StoredDelivery::new(&delivery(body), scope, UNIX_EPOCH).key();
    let first = r#"{"eventType":"VEHICLE_STATE","eventId":"e1","data":{},"meta":{"deliveryId":"d1","webhookId":"w1"}}"#;
    let key = of(first, "acme");
    assert_eq!(of(&first.replace("d1", "d2"), "acme"), key);
    for (other, scope) in [
        (first.replace("e1", "e2"), "acme"),
        (first.replace("w1", "w2"), "acme"),
        (first.replace("{}", r#"{"a":1}"#), "acme"),
        (first.to_owned(), "other"),
    ] {
        assert_ne!(of(&other, scope), key, "{other}");
    }
}

/// A store of which every call ends as it says.
enum Broken {
    Fails,
    Hangs,
}

#[async_trait]
impl InboxStore for Broken {
    async fn store(&self, _: &StoredDelivery) -> Result<Stored, BoxError> {
        match self {
            Self::Fails => Err("connection reset".into()),
            Self::Hangs => std::future::pending().await,
        }
    }
}

/// The webhook as it comes out of the box around an inbox.
#[tokio::test(start_paused = true)]
async fn a_webhook_answers_for_what_the_store_says() {
    let token = |text| ManagementToken::new(text).unwrap();
    let keys = || Keyring::new("november", token("new")).with("october", token("old"));
    let engine = Arc::new(MemoryInbox::with_capacity(1));
    let webhook = Webhook::new(keys(), Inbox::new(Arc::clone(&engine)).clock(|| at(7)));
    let smartcar = Dispatcher::new(webhook).signing_with(token("old"));
    assert_eq!(smartcar.challenge("challenge").await.status(), 200);
    assert!(engine.is_empty());

    let event = vehicle_state().with("/eventId", "e1");
    assert_eq!(
        smartcar.send(&event).await.outcome().unwrap().code(),
        "stored"
    );
    let copy = event.clone().with("/meta/deliveryId", "d2");
    assert_eq!(
        smartcar.send(&copy).await.outcome().unwrap().code(),
        "duplicate"
    );
    let other = vehicle_state().with("/eventId", "e2");
    let full = smartcar.send(&other).await;
    assert_eq!(full.status(), 503);
    assert_eq!(full.body(), r#"{"error":"store_unavailable"}"#);

    let leased = engine.claim(9, SECOND, SECOND).await.unwrap();
    let stored = StoredDelivery::decode(&leased[0].row).unwrap();
    assert_eq!(stored.received_at(), at(7));
    assert_eq!(stored.verified_by(), Some("october"));

    for broken in [Broken::Fails, Broken::Hangs] {
        let smartcar = Dispatcher::new(Webhook::new(keys(), Inbox::new(broken)));
        let began = tokio::time::Instant::now();
        let reply = smartcar.signing_with(token("new")).send(&other).await;
        assert_eq!(reply.body(), r#"{"error":"store_unavailable"}"#);
        assert!(began.elapsed() <= 4 * SECOND);
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_than_the_limit_wait_for_the_store() {
    let inbox = Inbox::new(Broken::Hangs).limit(2);
    let calls = (0..3).map(|i| inbox.clone().oneshot(attempt(&format!("e{i}"))));
    let ended = futures_util::future::join_all(calls).await;
    let codes: Vec<_> = ended
        .into_iter()
        .map(|it| it.unwrap_err().kind().code())
        .collect();
    assert_eq!(
        codes,
        ["store_unavailable", "store_unavailable", "overloaded"]
    );
    // The places are free again.
    let again = inbox.oneshot(attempt("e4")).await.unwrap_err();
    assert_eq!(again.kind().code(), "store_unavailable");
}

/// Keys are forgotten, the oldest first, and never grow.
#[tokio::test(start_paused = true)]
async fn the_memory_is_bounded() {
    let engine = MemoryInbox::with_capacity(1);
    for round in 0..2 {
        for i in 0..17 {
            let delivery = stored(&attempt(&format!("e{i}")));
            assert_eq!(
                engine.store(&delivery).await.unwrap(),
                Stored::New,
                "{round} {i}"
            );
            assert_eq!(engine.store(&delivery).await.unwrap(), Stored::Duplicate);
            let leased = engine.claim(9, SECOND, SECOND).await.unwrap();
            assert!(engine.complete(&leased[0].receipt).await.unwrap());
        }
    }
    let dead = stored(&attempt("dead"));
    assert_eq!(engine.store(&dead).await.unwrap(), Stored::New);
    let leased = engine.claim(9, SECOND, SECOND).await.unwrap();
    assert!(engine.bury(&leased[0], "handler failed").await.unwrap());
    // What is dead takes up its place until somebody looks after it.
    assert!(engine.store(&stored(&attempt("e100"))).await.is_err());
    advance(SECOND).await;
    assert_eq!(engine.prune(2 * SECOND).await.unwrap(), 0);
    assert_eq!(engine.prune(SECOND).await.unwrap(), 1);
    assert_eq!(
        engine.store(&stored(&attempt("e100"))).await.unwrap(),
        Stored::New
    );
}
