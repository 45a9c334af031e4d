//! Keys from a secret manager that can be slow, broken or ahead, with a clock turned by hand.

use std::error::Error as _;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::{Either, join, join_all, select};
use smartcar_webhook_core::testing::{Dispatcher, Reply, vehicle_state};
use smartcar_webhook_core::{BoxError, CachedKeys, Keyring, Verifier, Webhook};
use tokio::sync::oneshot;

use crate::keys::{token, webhook};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

const FAILURE: &str = "no route to vault-7";
const PANIC: &str = "panic";

/// A secret manager that gives what it held when it was asked; a stalled one once it is told to.
struct Vault {
    holds: Mutex<Result<Keyring, &'static str>>,
    asked: AtomicUsize,
    stalled: AtomicBool,
    waiting: Mutex<Vec<oneshot::Sender<()>>>,
}

impl Vault {
    fn put(&self, keys: Keyring) {
        *self.holds.lock().unwrap() = Ok(keys);
    }

    fn fail(&self, how: &'static str) {
        *self.holds.lock().unwrap() = Err(how);
    }

    fn stall(&self) {
        self.stalled.store(true, Ordering::SeqCst);
    }

    /// Answers one of those who wait.
    fn answer(&self, which: usize) {
        let asker = self.waiting.lock().unwrap().remove(which);
        let _ = asker.send(());
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    async fn read(&self) -> Result<Keyring, BoxError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let held = self.holds.lock().unwrap().clone();
        if self.stalled.load(Ordering::SeqCst) {
            let (asker, answer) = oneshot::channel();
            self.waiting.lock().unwrap().push(asker);
            answer.await?;
        }
        match held {
            Err(PANIC) => panic!("the client of the vault broke"),
            held => Ok(held?),
        }
    }
}

/// Lets tasks run until they wait.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

/// Something that has run until it waits.
fn begun<T>(work: impl Future<Output = T>) -> Pin<Box<impl Future<Output = T>>> {
    let mut work = Box::pin(work);
    assert!(work.as_mut().now_or_never().is_none());
    work
}

/// What becomes of something that has all it waits for.
async fn ended<T>(work: impl Future<Output = T>) -> T {
    let given_up = async {
        for _ in 0..100 {
            settle().await;
        }
    };
    match select(pin!(work), pin!(given_up)).await {
        Either::Left((ended, _)) => ended,
        Either::Right(_) => panic!("it waits for something"),
    }
}

struct Setup {
    vault: Arc<Vault>,
    seconds: Arc<AtomicU64>,
    keys: CachedKeys,
    webhook: Webhook,
    labels: Arc<Mutex<Vec<String>>>,
}

impl Setup {
    /// A receiver of what `first` signs.
    fn new() -> Self {
        Self::with(|it| it)
    }

    fn with(set: impl FnOnce(CachedKeys) -> CachedKeys) -> Self {
        Self::of(|vault| {
            set(CachedKeys::new(tokio::spawn, move || {
                let vault = Arc::clone(&vault);
                async move { vault.read().await }
            }))
        })
    }

    fn of(keys: impl FnOnce(Arc<Vault>) -> CachedKeys) -> Self {
        let vault = Arc::new(Vault {
            holds: Mutex::new(Ok(Keyring::new("first", token("first")))),
            asked: AtomicUsize::new(0),
            stalled: AtomicBool::new(false),
            waiting: Mutex::default(),
        });
        let seconds = Arc::<AtomicU64>::default();
        let clock = {
            let (start, seconds) = (Instant::now(), Arc::clone(&seconds));
            move || start + Duration::from_secs(seconds.load(Ordering::SeqCst))
        };
        let keys = keys(Arc::clone(&vault)).with_clock(clock);
        let labels = Arc::default();
        Self {
            webhook: webhook(Verifier::with_source(keys.clone()), &labels),
            vault,
            seconds,
            keys,
            labels,
        }
    }

    fn pass(&self, seconds: u64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    /// What a delivery signed with this token gets, and lets a fetch that it began end.
    async fn send(&self, signer: &str) -> Reply {
        let dispatcher = Dispatcher::new(self.webhook.clone()).signing_with(token(signer));
        let reply = dispatcher.send(&vehicle_state()).await;
        settle().await;
        reply
    }

    async fn status(&self, signer: &str) -> u16 {
        self.send(signer).await.status()
    }

    async fn statuses(&self) -> (u16, u16) {
        (self.status("first").await, self.status("second").await)
    }
}

#[tokio::test]
async fn keys_are_fetched_when_needed_and_held() {
    let it = Setup::new();
    assert_eq!(it.vault.asked(), 0);
    for _ in 0..3 {
        assert_eq!(it.status("first").await, 200);
        assert_eq!(it.vault.asked(), 1);
        it.pass(100);
    }
    // As old as 5 minutes: fetched again, and a wrong signature is no reason for more.
    for signer in ["first", "other", "other"] {
        assert_eq!(
            it.status(signer).await,
            if signer == "first" { 200 } else { 401 }
        );
        assert_eq!(it.vault.asked(), 2);
    }
    // A challenge needs the keys, too.
    it.pass(2 * HOUR);
    let dispatcher = Dispatcher::new(it.webhook.clone());
    assert_eq!(dispatcher.challenge("challenge").await.status(), 200);
    assert_eq!(it.vault.asked(), 3);
    assert_eq!(*it.labels.lock().unwrap(), ["first"; 4]);
}

#[tokio::test]
async fn requests_wait_for_one_fetch() {
    let it = Setup::new();
    it.vault.stall();
    let requests = join_all((0..100).map(|_| it.status("first")));
    let (statuses, ()) = ended(join(requests, async {
        settle().await;
        assert_eq!(it.vault.asked(), 1);
        it.vault.answer(0);
    }))
    .await;
    assert_eq!(statuses, [200; 100]);
    assert_eq!(it.vault.asked(), 1);
}

/// Requests that come from many threads, of which each has a runtime that ends with it.
#[test]
fn requests_of_many_threads_wait_for_one_fetch() {
    let it = Setup::new();
    it.vault.stall();
    let all_wait = std::sync::Barrier::new(9);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut runtime = tokio::runtime::Builder::new_current_thread();
                runtime.enable_time().build().unwrap().block_on(async {
                    let request = begun(it.status("first"));
                    all_wait.wait();
                    assert_eq!(request.await, 200);
                });
            });
        }
        all_wait.wait();
        it.vault.answer(0);
    });
    assert_eq!(it.vault.asked(), 1);
}

#[tokio::test]
async fn a_fetch_outlives_the_request_that_began_it() {
    let it = Setup::new();
    it.vault.stall();
    drop(begun(it.status("first")));
    it.vault.answer(0);
    settle().await;
    assert!(format!("{:?}", it.keys).contains("first"));
    assert_eq!(it.status("first").await, 200);
    assert_eq!(it.vault.asked(), 1);
}

/// A runtime that is shut down drops the tasks it was given.
#[tokio::test]
async fn a_fetch_whose_task_is_gone_is_driven_by_those_who_wait() {
    let it = Setup::of(|vault| {
        CachedKeys::new(drop, move || {
            let vault = Arc::clone(&vault);
            async move { vault.read().await }
        })
    });
    it.vault.stall();
    let first = begun(it.status("first"));
    let second = it.status("first");
    let (status, ()) = ended(join(second, async {
        settle().await;
        drop(first);
        it.vault.answer(0);
    }))
    .await;
    assert_eq!((status, it.vault.asked()), (200, 1));

    // With nobody left to drive it, it is begun again.
    it.pass(2 * HOUR);
    drop(begun(it.status("first")));
    it.vault.stalled.store(false, Ordering::SeqCst);
    assert_eq!((it.status("first").await, it.vault.asked()), (200, 3));
}

#[tokio::test]
async fn a_request_with_usable_keys_waits_for_nothing() {
    let it = Setup::new();
    assert_eq!(it.status("first").await, 200);
    it.vault.stall();
    it.vault.put(Keyring::new("second", token("second")));
    it.pass(5 * MINUTE);
    for _ in 0..3 {
        assert_eq!(it.statuses().await, (200, 401));
        assert_eq!(it.vault.asked(), 2);
    }
    it.vault.answer(0);
    settle().await;
    assert_eq!(it.statuses().await, (200, 200));
    assert_eq!(it.vault.asked(), 2);
}

/// Seconds that pass, and whether the request after them asks the vault once more.
#[tokio::test]
async fn failures_are_repeated_ever_more_slowly() {
    let it = Setup::new();
    it.vault.fail(FAILURE);
    let steps = [
        (0, true),
        (0, false),
        (1, true),
        (1, false),
        (1, true),
        (3, false),
        (1, true),
        (8, true),
        (15, false),
        (1, true),
        (29, false),
        (1, true),
        (29, false),
        (1, true),
        (365 * 24 * HOUR, true),
        (29, false),
    ];
    let mut asked = 0;
    for (at, (seconds, asks)) in steps.into_iter().enumerate() {
        it.pass(seconds);
        asked += usize::from(asks);
        let reply = it.send("first").await;
        assert_eq!(reply.status(), 503);
        assert_eq!(&reply.body()[..], br#"{"error":"keys_unavailable"}"#);
        let cause = reply.error().unwrap().source().unwrap();
        assert_eq!(cause.to_string(), FAILURE);
        assert_eq!(it.vault.asked(), asked, "step {at}");
    }
    it.vault.put(Keyring::new("first", token("first")));
    it.pass(1);
    assert_eq!(it.status("first").await, 200);
    // The next failure is a first one.
    it.vault.fail(FAILURE);
    it.pass(2 * HOUR);
    assert_eq!(it.status("first").await, 503);
    it.pass(1);
    assert_eq!(it.status("first").await, 503);
    assert_eq!(it.vault.asked(), asked + 3);
}

#[tokio::test]
async fn held_keys_outlive_a_failure_for_a_while() {
    let it = Setup::new();
    assert_eq!(it.status("first").await, 200);
    it.vault.fail(FAILURE);
    it.pass(5 * MINUTE);
    let mut asked = 1;
    for _ in 0..HOUR / MINUTE {
        asked += 1;
        assert_eq!(it.status("first").await, 200);
        // Within the pause.
        assert_eq!(it.status("first").await, 200);
        assert_eq!(it.vault.asked(), asked);
        it.pass(MINUTE);
    }
    assert_eq!(it.status("first").await, 503);
    it.vault.put(Keyring::new("first", token("first")));
    it.pass(30);
    assert_eq!(it.status("first").await, 200);
}

#[tokio::test]
async fn times_may_be_none_or_endless() {
    let it = Setup::with(|it| it.fresh_for(Duration::ZERO).stale_for(Duration::ZERO));
    for asked in 1..4 {
        assert_eq!((it.status("first").await, it.vault.asked()), (200, asked));
    }
    let it = Setup::with(|it| it.stale_for(Duration::MAX).overlap(Duration::MAX));
    assert_eq!(it.status("first").await, 200);
    it.vault.put(Keyring::new("second", token("second")));
    it.keys.refresh().await.unwrap();
    it.vault.fail(FAILURE);
    it.pass(365 * 24 * HOUR);
    assert_eq!(it.statuses().await, (200, 200));
}

/// The vault holds one token, always under the same label.
#[tokio::test]
async fn a_key_that_is_gone_is_accepted_for_the_overlap() {
    let it = Setup::new();
    assert_eq!(it.statuses().await, (200, 401));
    it.vault.put(Keyring::new("first", token("second")));
    it.keys.refresh().await.unwrap();
    assert_eq!(it.statuses().await, (200, 200));
    // To be fetched again does not prolong it.
    it.pass(14 * MINUTE);
    it.keys.refresh().await.unwrap();
    assert_eq!(it.statuses().await, (200, 200));
    it.pass(MINUTE);
    assert_eq!(it.statuses().await, (401, 200));
    assert!(format!("{:?}", it.keys).contains(r#"Keyring["first"]"#));
}

#[tokio::test]
async fn labels_are_those_of_the_vault() {
    let it = Setup::new();
    assert_eq!(it.status("first").await, 200);
    it.vault
        .put(Keyring::new("autumn", token("second")).with("old", token("third")));
    it.keys.refresh().await.unwrap();
    for signer in ["first", "second", "third"] {
        assert_eq!(it.status(signer).await, 200);
    }
    // One comes back under another label; the challenge is answered with the newest.
    it.vault
        .put(Keyring::new("amt", token("amt")).with("back", token("first")));
    it.keys.refresh().await.unwrap();
    for signer in ["first", "second", "third", "amt"] {
        assert_eq!(it.status(signer).await, 200);
    }
    let labels = it.labels.lock().unwrap().join(" ");
    assert_eq!(labels, "first first autumn old back autumn old amt");
    let dispatcher = Dispatcher::new(it.webhook.clone());
    let answer = dispatcher.challenge("challenge").await;
    // By `openssl dgst -sha256 -hmac amt`.
    assert!(
        answer
            .body()
            .starts_with(br#"{"challenge":"9baf5a7464bd8674"#)
    );
}

#[tokio::test]
async fn without_an_overlap_a_key_is_refused_once_it_is_gone() {
    let it = Setup::with(|it| it.overlap(Duration::ZERO));
    assert_eq!(it.statuses().await, (200, 401));
    it.vault.put(Keyring::new("second", token("second")));
    it.keys.refresh().await.unwrap();
    assert_eq!(it.statuses().await, (401, 200));
}

#[tokio::test]
async fn an_older_fetch_does_not_undo_a_newer_one() {
    for older_fails in [false, true] {
        let it = Setup::with(|it| it.overlap(Duration::ZERO));
        it.vault.stall();
        if older_fails {
            it.vault.fail(FAILURE);
        }
        let waiting = begun(it.status("second"));
        it.vault.put(Keyring::new("second", token("second")));
        let newer = begun(it.keys.refresh());
        it.vault.answer(1);
        ended(newer).await.unwrap();
        assert_eq!(it.status("second").await, 200);
        it.vault.answer(0);
        // Who waited for the older one gets the newer keys.
        assert_eq!(ended(waiting).await, 200);
        assert_eq!(it.statuses().await, (401, 200));
        assert_eq!(it.vault.asked(), 2);
    }
}

#[tokio::test]
async fn requests_wait_for_the_newest_fetch() {
    for older_fails in [false, true] {
        let it = Setup::new();
        it.vault.stall();
        if older_fails {
            it.vault.fail(FAILURE);
        }
        let waiting = begun(it.status("first"));
        it.vault.put(Keyring::new("first", token("first")));
        let newer = begun(it.keys.refresh());
        // Until that ends, the older one is of use.
        it.vault.answer(0);
        assert_eq!(ended(waiting).await, if older_fails { 503 } else { 200 });
        let late = begun(it.status("first"));
        it.vault.answer(0);
        assert_eq!(ended(late).await, 200);
        ended(newer).await.unwrap();
        assert_eq!(it.vault.asked(), 2);
    }
}

#[tokio::test]
async fn a_refresh_that_fails_says_so_and_changes_nothing() {
    let it = Setup::new();
    it.vault.fail(FAILURE);
    for _ in 0..2 {
        let err = it.keys.refresh().await.unwrap_err();
        assert_eq!(err.to_string(), FAILURE);
    }
    assert_eq!(it.status("first").await, 503);
    it.vault.put(Keyring::new("first", token("first")));
    it.keys.refresh().await.unwrap();
    it.vault.fail(FAILURE);
    it.keys.refresh().await.unwrap_err();
    assert_eq!(it.status("first").await, 200);
    assert_eq!(it.vault.asked(), 4);
}

#[tokio::test]
async fn a_panic_is_a_failure_like_others() {
    let it = Setup::new();
    it.vault.fail(PANIC);
    let reply = it.send("first").await;
    assert_eq!(reply.status(), 503);
    let cause = reply.error().unwrap().source().unwrap();
    assert_eq!(cause.to_string(), "the fetch of the keys panicked");
    it.vault.put(Keyring::new("first", token("first")));
    assert_eq!(it.status("first").await, 503);
    it.pass(1);
    assert_eq!(it.status("first").await, 200);

    // Before there is a future.
    let it = Setup::of(|_| {
        CachedKeys::new(
            tokio::spawn,
            || -> std::future::Ready<Result<Keyring, BoxError>> { panic!("no client") },
        )
    });
    assert_eq!(it.status("first").await, 503);
}

#[tokio::test]
async fn a_fetch_that_hangs_is_given_up() {
    let it = Setup::new();
    it.vault.stall();
    let waiting = begun(it.send("first"));
    it.pass(29);
    drop(begun(it.status("first")));
    assert_eq!(it.vault.asked(), 1);
    it.pass(1);
    let next = begun(it.status("first"));
    let reply = ended(waiting).await;
    assert_eq!(reply.status(), 503);
    let cause = reply.error().unwrap().source().unwrap();
    assert_eq!(cause.to_string(), "the fetch of the keys took too long");
    // It is gone, not only forgotten.
    assert!(it.vault.waiting.lock().unwrap()[0].is_closed());
    it.vault.answer(1);
    assert_eq!(ended(next).await, 200);
    assert_eq!(it.vault.asked(), 2);
}

#[tokio::test]
async fn clones_are_the_same_until_they_are_set_otherwise() {
    let it = Setup::new();
    it.keys.clone().refresh().await.unwrap();
    assert_eq!(it.status("first").await, 200);
    assert_eq!(it.vault.asked(), 1);
    let other = it.keys.clone().fresh_for(Duration::ZERO);
    assert_eq!(format!("{other:?}"), "CachedKeys { .. }");
    it.pass(12);
    let debug = r#"CachedKeys { keys: Keyring["first"], age: 12s, .. }"#;
    assert_eq!(format!("{:?}", it.keys), debug);
}
