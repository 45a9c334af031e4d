//! What remembering costs. A test program of its own, since it counts what is allocated.
#![cfg(feature = "tokio")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use allocation_counter::measure;
use futures_util::FutureExt;
use smartcar_webhook_core::Outcome;
use smartcar_webhook_core::layer::idempotency::{Claim, IdempotencyStore, Key, MemoryStore};

/// Remembers an event.
fn remember(store: &MemoryStore, event: u32) {
    let mut key = [0; 16];
    key[..4].copy_from_slice(&event.to_be_bytes());
    let claim = Claim::new(Key::from(key), 0);
    let work = async {
        store.claim(&claim, Duration::from_secs(20)).await.unwrap();
        let week = Duration::from_secs(604_800);
        assert!(
            store
                .complete(&claim, Outcome::Handled, week)
                .await
                .unwrap()
        );
    };
    work.now_or_never().unwrap();
}

/// At every power of two a table grows; just after it, an id costs the most.
#[test]
fn an_id_costs_no_more_than_documented() {
    // The usual allocator adds up to 16 bytes to the one allocation of each id.
    let documented = i64::try_from(MemoryStore::BYTES_PER_ID).unwrap() - 16;
    for capacity in [10_000, 114_689, 200_000] {
        let store = MemoryStore::with_capacity(capacity);
        let mut events = 0..;
        let mut held = 0;
        // As many again push out the first ones.
        for _ in 0..2 {
            let next = events.by_ref().take(capacity);
            held += measure(|| next.for_each(|it| remember(&store, it))).bytes_current;
            let per_id = held / i64::try_from(capacity).unwrap();
            assert!((1..=documented).contains(&per_id), "{capacity}: {per_id}");
        }
        assert_eq!(store.len(), capacity);
    }
}
