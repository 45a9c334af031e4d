//! What threads share, under the interleavings of theirs: the works under way, and the store in memory.
//!
//! The sources are those of the crate, compiled here once more with the locks of `loom`, which tries out in what order they may be taken.
#![cfg(feature = "tokio")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

// To the sources, `std` and `tokio` are what stands in this file, so that they need not know of `loom`.
extern crate self as std;
extern crate self as tokio;
extern crate std as real_std;
extern crate tokio as real_tokio;

mod fmt {
    pub(crate) use core::fmt::{Debug, Formatter, Result};
}

mod collections {
    pub(crate) use real_std::collections::BTreeMap;
}

mod sync {
    pub(crate) use loom::sync::{Mutex, MutexGuard};
    pub(crate) use real_std::sync::{Arc, PoisonError};

    use loom::sync::atomic::{AtomicUsize, Ordering};
    use real_tokio::sync::Notify as Inner;
    use real_tokio::sync::futures::Notified;

    /// That of tokio, of which each call is a step that `loom` knows of.
    #[derive(Default)]
    pub(crate) struct Notify {
        inner: Inner,
        steps: AtomicUsize,
    }

    impl Notify {
        pub(crate) fn notified(&self) -> Notified<'_> {
            self.steps.fetch_add(1, Ordering::SeqCst);
            self.inner.notified()
        }

        pub(crate) fn notify_waiters(&self) {
            self.steps.fetch_add(1, Ordering::SeqCst);
            self.inner.notify_waiters();
        }
    }
}

mod time {
    pub(crate) use core::time::Duration;

    /// A time that stands still unless a test has a clock of its own.
    #[derive(Clone, Copy)]
    pub(crate) struct Instant(pub(crate) Duration);

    impl Instant {
        pub(crate) fn now() -> Self {
            Self(Duration::ZERO)
        }

        pub(crate) fn into_std(self) -> Self {
            self
        }

        pub(crate) fn saturating_duration_since(self, earlier: Self) -> Duration {
            self.0.saturating_sub(earlier.0)
        }
    }
}

mod error {
    pub(crate) use smartcar_webhook_core::{BoxError, Error, ErrorKind};
}

mod outcome {
    pub(crate) use smartcar_webhook_core::Outcome;
}

mod payload {
    pub(crate) use smartcar_webhook_core::Delivery;
    pub(crate) use smartcar_webhook_core::payload::Text;
}

#[expect(dead_code, reason = "what does not matter here is compiled too")]
#[path = "../src/layer/detach/in_flight.rs"]
mod in_flight;
#[expect(
    dead_code,
    unreachable_pub,
    unused_qualifications,
    reason = "it is public in the crate, and has another `std` there"
)]
#[path = "../src/layer/idempotency/memory.rs"]
mod memory;
#[path = "../src/layer/idempotency/table.rs"]
mod table;

use futures_util::FutureExt;
use loom::future::block_on;
use loom::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use loom::thread;
use smartcar_webhook_core::layer::idempotency::{Claim, Claimed, IdempotencyStore, Key};

use self::error::ErrorKind;
use self::in_flight::InFlight;
use self::memory::MemoryStore;
use self::outcome::Outcome;
use self::payload::Delivery;
use self::sync::Arc;
use self::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

/// Tries out every interleaving in which no more than three times a thread is cut short by another; without that bound, three threads take minutes.
fn model(act: impl Fn() + Send + Sync + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(act);
}

/// Does the same in so many threads, one of them this.
fn in_threads(threads: usize, act: impl Fn(usize) + Send + Sync + 'static) {
    let act = Arc::new(act);
    let others: Vec<_> = (1..threads)
        .map(|it| {
            let act = Arc::clone(&act);
            thread::spawn(move || act(it))
        })
        .collect();
    act(0);
    for other in others {
        other.join().unwrap();
    }
}

fn delivery() -> Delivery {
    Delivery::assume_verified(r#"{"eventId":"e1"}"#.into()).unwrap()
}

#[test]
fn whoever_waits_for_the_last_work_hears_of_its_end() {
    let delivery = delivery();
    model(move || {
        let in_flight = Arc::new(InFlight::default());
        let works: Vec<_> = (0..2)
            .map(|_| {
                let slot = in_flight.enter(&delivery, 2).unwrap();
                thread::spawn(move || drop(slot))
            })
            .collect();
        // If its wake-up were missed, nobody could go on, which loom reports.
        block_on(in_flight.none_left());
        assert_eq!(in_flight.len(), 0);
        for work in works {
            work.join().unwrap();
        }
    });
}

#[test]
fn two_who_wait_both_hear_of_it() {
    let delivery = delivery();
    model(move || {
        let in_flight = Arc::new(InFlight::default());
        let slot = in_flight.enter(&delivery, 1).unwrap();
        let slot = loom::sync::Mutex::new(Some(slot));
        in_threads(3, move |it| match it {
            0 => drop(slot.lock().unwrap().take()),
            _ => block_on(in_flight.none_left()),
        });
    });
}

#[test]
fn after_a_drain_nothing_is_under_way_and_nothing_begins() {
    let delivery = delivery();
    model(move || {
        let in_flight = Arc::new(InFlight::default());
        let is_drained = AtomicBool::new(false);
        let delivery = delivery.clone();
        in_threads(3, move |it| {
            if it == 0 {
                in_flight.close();
                block_on(in_flight.none_left());
                is_drained.store(true, Ordering::SeqCst);
                return;
            }
            match in_flight.enter(&delivery, 9) {
                Ok(slot) => {
                    assert!(!is_drained.load(Ordering::SeqCst));
                    drop(slot);
                }
                Err(err) => assert_eq!(err.kind(), ErrorKind::ShuttingDown),
            }
        });
    });
}

#[test]
fn no_more_work_at_once_than_the_limit() {
    for (threads, limit) in [(2, 1), (3, 1), (3, 2)] {
        let delivery = delivery();
        model(move || {
            let in_flight = Arc::new(InFlight::default());
            let working = AtomicUsize::new(0);
            let (shared, delivery) = (Arc::clone(&in_flight), delivery.clone());
            in_threads(threads, move |_| match shared.enter(&delivery, limit) {
                Ok(slot) => {
                    assert!(working.fetch_add(1, Ordering::SeqCst) < limit);
                    working.fetch_sub(1, Ordering::SeqCst);
                    drop(slot);
                }
                Err(err) => assert_eq!(err.kind(), ErrorKind::Overloaded),
            });
            assert_eq!(in_flight.len(), 0);
        });
    }
}

fn claim() -> Claim {
    Claim::new(Key::from([1; 16]), 0)
}

fn claimed(store: &MemoryStore, claim: &Claim) -> Claimed {
    let claimed = store.claim(claim, SECOND).now_or_never();
    claimed.unwrap().unwrap()
}

fn completed(store: &MemoryStore, claim: &Claim) -> bool {
    let completed = store.complete(claim, Outcome::Handled, 100 * SECOND);
    completed.now_or_never().unwrap().unwrap()
}

#[test]
fn one_holds_a_key_at_a_time_and_one_completes_it() {
    // Whether the run of each claimant succeeds.
    for ends in [
        &[false, false][..],
        &[true, false],
        &[true, true],
        &[true, true, false],
    ] {
        model(move || {
            let store = MemoryStore::with_capacity(10);
            let (holders, done) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
            let (shared, times_done) = (store.clone(), Arc::clone(&done));
            in_threads(ends.len(), move |it| {
                let claim = claim();
                match claimed(&shared, &claim) {
                    Claimed::Granted => {}
                    other => {
                        let is_done = matches!(other, Claimed::Done { .. });
                        assert!(!is_done || ends.contains(&true));
                        return;
                    }
                }
                assert_eq!(holders.fetch_add(1, Ordering::SeqCst), 0);
                assert_eq!(times_done.load(Ordering::SeqCst), 0);
                times_done.fetch_add(usize::from(ends[it]), Ordering::SeqCst);
                holders.fetch_sub(1, Ordering::SeqCst);
                if ends[it] {
                    assert!(completed(&shared, &claim));
                } else {
                    shared.release(&claim).now_or_never().unwrap().unwrap();
                }
            });
            let is_done = matches!(claimed(&store, &claim()), Claimed::Done { .. });
            assert_eq!(is_done, done.load(Ordering::SeqCst) == 1);
        });
    }
}

/// The first takes longer than its lease, of which the second makes use, or not.
#[test]
fn of_two_who_hold_one_after_the_other_one_completes() {
    model(|| {
        let seconds = Arc::new(AtomicU64::new(0));
        let clock = {
            let seconds = Arc::clone(&seconds);
            move || Instant(Duration::from_secs(seconds.load(Ordering::SeqCst)))
        };
        let store = MemoryStore::with_clock(10, clock);
        let first = claim();
        assert_eq!(claimed(&store, &first), Claimed::Granted);
        let completions = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&completions);
        in_threads(2, move |it| {
            if it == 0 {
                let is_completed = completed(&store, &first);
                counted.fetch_add(usize::from(is_completed), Ordering::SeqCst);
                return;
            }
            seconds.store(1, Ordering::SeqCst);
            let second = claim();
            if claimed(&store, &second) == Claimed::Granted {
                assert!(completed(&store, &second));
                counted.fetch_add(1, Ordering::SeqCst);
            }
        });
        assert_eq!(completions.load(Ordering::SeqCst), 1);
    });
}
