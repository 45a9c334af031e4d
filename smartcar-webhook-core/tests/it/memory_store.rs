//! The store in the memory of one process.

use std::time::Duration;

use futures_util::FutureExt;
use smartcar_webhook_core::Outcome;
use smartcar_webhook_core::layer::Idempotency;
use smartcar_webhook_core::layer::idempotency::{
    Claim, Claimed, IdempotencyStore, Key, MemoryStore,
};
use tokio::time::{advance, pause};
use tower::Layer;

use crate::desk::{Clock, Desk, LEASE, SECOND, WEEK, attempt, send};

/// What all calls of a store promise, whatever layer makes them.
#[tokio::test]
async fn only_the_holder_may_renew_complete_and_release() {
    let clock = Clock::new();
    let store = clock.store(10);
    let key = Key::from([1; 16]);
    let (first, second) = (Claim::new(key, 7), Claim::new(key, 8));
    let in_flight = |fingerprint| Claimed::InFlight { fingerprint };
    let outcome = Outcome::Stored;

    assert_eq!(store.claim(&first, LEASE).await.unwrap(), Claimed::Granted);
    assert_eq!(store.claim(&second, LEASE).await.unwrap(), in_flight(7));
    assert!(!store.renew(&second, WEEK).await.unwrap());
    assert!(!store.complete(&second, outcome, WEEK).await.unwrap());
    store.release(&second).await.unwrap();
    assert_eq!(store.claim(&second, LEASE).await.unwrap(), in_flight(7));

    clock.turn(LEASE.saturating_sub(SECOND));
    assert!(store.renew(&first, LEASE).await.unwrap());
    clock.turn(LEASE.saturating_sub(SECOND));
    assert_eq!(store.claim(&second, LEASE).await.unwrap(), in_flight(7));
    clock.turn(SECOND);
    assert_eq!(store.claim(&second, LEASE).await.unwrap(), Claimed::Granted);
    assert!(!store.renew(&first, WEEK).await.unwrap());
    assert!(!store.complete(&first, outcome, WEEK).await.unwrap());
    store.release(&first).await.unwrap();
    assert_eq!(store.claim(&first, LEASE).await.unwrap(), in_flight(8));

    assert!(store.complete(&second, outcome, WEEK).await.unwrap());
    let done = Claimed::Done {
        fingerprint: 8,
        outcome,
    };
    for claim in [&first, &second] {
        assert!(!store.renew(claim, WEEK).await.unwrap());
        assert!(!store.complete(claim, Outcome::Handled, WEEK).await.unwrap());
        store.release(claim).await.unwrap();
        assert_eq!(store.claim(claim, LEASE).await.unwrap(), done);
    }
    clock.turn(WEEK);
    assert_eq!(store.claim(&first, LEASE).await.unwrap(), Claimed::Granted);
}

#[tokio::test]
async fn an_event_is_remembered_for_its_time() {
    let clock = Clock::new();
    let store = clock.store(10);
    let desk = Desk::handling();
    let service = Idempotency::new(store.clone()).layer(desk.clone());
    assert_eq!(send(&service, attempt("e1")).await, "handled");
    clock.turn(WEEK.saturating_sub(SECOND));
    assert_eq!(send(&service, attempt("e1")).await, "duplicate");
    clock.turn(SECOND);
    assert_eq!(send(&service, attempt("e2")).await, "handled");
    // What has ended is cleared away, asked for or not.
    assert_eq!(store.len(), 1);
    assert_eq!(send(&service, attempt("e1")).await, "handled");

    let service = Idempotency::new(store)
        .time_to_live(Duration::MAX)
        .layer(desk);
    assert_eq!(send(&service, attempt("e3")).await, "handled");
    clock.turn(1000 * WEEK);
    assert_eq!(send(&service, attempt("e3")).await, "duplicate");
}

#[tokio::test]
async fn the_memory_is_bounded_and_never_forgets_what_is_in_flight() {
    let store = Clock::new().store(10);
    let desk = Desk::default();
    let waiting = Idempotency::new(store.clone()).layer(desk.clone());
    let handling = Idempotency::new(store.clone()).layer(Desk::handling());

    let mut first = Box::pin(send(&waiting, attempt("first")));
    assert_eq!(first.as_mut().now_or_never(), None);
    for i in 0..100 {
        assert_eq!(send(&handling, attempt(&format!("e{i}"))).await, "handled");
        assert!(store.len() <= 10);
    }
    assert_eq!(send(&handling, attempt("first")).await, "in_flight");
    for i in 91..100 {
        assert_eq!(
            send(&handling, attempt(&format!("e{i}"))).await,
            "duplicate"
        );
    }
    assert_eq!(send(&handling, attempt("e90")).await, "handled");

    let mut more: Vec<_> = (0..9)
        .map(|i| Box::pin(send(&waiting, attempt(&format!("more{i}")))))
        .collect();
    for it in &mut more {
        assert_eq!(it.as_mut().now_or_never(), None);
    }
    assert_eq!(send(&handling, attempt("last")).await, "store_unavailable");
    assert_eq!(store.len(), 10);
    drop(more);
    assert_eq!(send(&handling, attempt("last")).await, "handled");
    desk.runs.lock().unwrap().truncate(1);
    desk.end(Ok(Outcome::Handled));
    assert_eq!(first.await, "handled");
    assert_eq!(send(&handling, attempt("first")).await, "duplicate");
}

/// Time that is paused is paused for the store as well.
#[tokio::test]
async fn the_clock_of_the_store_is_that_of_the_runtime() {
    pause();
    let service = Idempotency::new(MemoryStore::new()).layer(Desk::handling());
    assert_eq!(send(&service, attempt("e1")).await, "handled");
    advance(WEEK).await;
    assert_eq!(send(&service, attempt("e1")).await, "handled");
}

fn claim_to(key: u8) -> Claim {
    Claim::new(Key::from([key; 16]), 0)
}

/// Who asks for longer than others does not keep those from ending on time.
#[tokio::test]
async fn times_of_different_length_end_each_at_its_own() {
    let clock = Clock::new();
    let store = clock.store(10);
    let times = [(1, 4 * LEASE), (2, LEASE), (3, 2 * LEASE)];
    for (key, lease) in times {
        store.claim(&claim_to(key), lease).await.unwrap();
    }
    for (key, time_to_live) in times {
        let claim = claim_to(10 + key);
        store.claim(&claim, LEASE).await.unwrap();
        assert!(
            store
                .complete(&claim, Outcome::Handled, time_to_live)
                .await
                .unwrap()
        );
    }
    for ended in [vec![2, 12], vec![3, 13], vec![], vec![1, 11]] {
        clock.turn(LEASE.saturating_sub(SECOND));
        for key in &ended {
            let claimed = store.claim(&claim_to(*key), LEASE).await.unwrap();
            assert_ne!(claimed, Claimed::Granted, "{key}");
        }
        clock.turn(SECOND);
        for key in &ended {
            let claim = claim_to(*key);
            let claimed = store.claim(&claim, LEASE).await.unwrap();
            assert_eq!(claimed, Claimed::Granted, "{key}");
            store.release(&claim).await.unwrap();
        }
    }
}

#[tokio::test]
async fn the_claims_of_the_dead_make_room() {
    let clock = Clock::new();
    let store = clock.store(10);
    for _ in 0..10 {
        for key in 0..10 {
            let claimed = store.claim(&claim_to(key), LEASE).await.unwrap();
            assert_eq!(claimed, Claimed::Granted);
        }
        assert!(store.claim(&claim_to(10), LEASE).await.is_err());
        clock.turn(LEASE);
        assert_eq!(
            store.claim(&claim_to(10), LEASE).await.unwrap(),
            Claimed::Granted
        );
        clock.turn(LEASE);
    }
}
