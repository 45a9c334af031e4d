//! What every store of `Idempotency` promises, over servers of its own.

use std::time::Duration;

use futures_util::future::join_all;
use smartcar_webhook_core::Outcome;
use smartcar_webhook_core::layer::idempotency::{Claim, Claimed, IdempotencyStore, Key};
use tokio::time::{Instant, sleep};

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(500);

/// A claim to one of several keys; fingerprints are greater than a signed number may be.
fn claim(key: u8) -> Claim {
    Claim::new(Key::from([key; 16]), u64::MAX - u64::from(key))
}

async fn granted(store: &impl IdempotencyStore, key: u8, lease: Duration) -> Claim {
    let claim = claim(key);
    let claimed = store.claim(&claim, lease).await.unwrap();
    assert_eq!(claimed, Claimed::Granted);
    claim
}

/// That somebody else has it.
async fn assert_in_flight(store: &impl IdempotencyStore, key: u8) {
    let claim = claim(key);
    let fingerprint = claim.fingerprint();
    let claimed = store.claim(&claim, LONG).await.unwrap();
    assert_eq!(claimed, Claimed::InFlight { fingerprint });
}

async fn assert_done(store: &impl IdempotencyStore, key: u8, outcome: Outcome) {
    let claim = claim(key);
    let fingerprint = claim.fingerprint();
    let done = Claimed::Done {
        fingerprint,
        outcome,
    };
    assert_eq!(store.claim(&claim, LONG).await.unwrap(), done);
}

async fn contract(store: impl IdempotencyStore + Clone) {
    // Of many at once, one has it.
    let claims = (0..64).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            let claim = claim(1);
            let claimed = store.claim(&claim, LONG).await.unwrap();
            (claimed == Claimed::Granted).then_some(claim)
        })
    });
    let granted_to: Vec<_> = join_all(claims)
        .await
        .into_iter()
        .filter_map(Result::unwrap)
        .collect();
    assert_eq!(granted_to.len(), 1);
    assert_in_flight(&store, 1).await;

    // Nobody else ends it.
    let stranger = claim(1);
    store.release(&stranger).await.unwrap();
    assert!(!store.renew(&stranger, LONG).await.unwrap());
    assert!(
        !store
            .complete(&stranger, Outcome::Handled, LONG)
            .await
            .unwrap()
    );
    assert_in_flight(&store, 1).await;
    assert!(store.renew(&granted_to[0], LONG).await.unwrap());
    let outcome = Outcome::FellBack;
    assert!(store.complete(&granted_to[0], outcome, LONG).await.unwrap());
    assert_done(&store, 1, outcome).await;

    // What is done stays so.
    assert!(!store.renew(&granted_to[0], SHORT).await.unwrap());
    store.release(&granted_to[0]).await.unwrap();
    assert!(
        !store
            .complete(&granted_to[0], Outcome::Handled, SHORT)
            .await
            .unwrap()
    );
    assert!(
        !store
            .complete(&stranger, Outcome::Handled, SHORT)
            .await
            .unwrap()
    );
    assert_done(&store, 1, outcome).await;

    // What is released is free, and the former holder has no part in it.
    let first = granted(&store, 2, LONG).await;
    store.release(&first).await.unwrap();
    let second = granted(&store, 2, LONG).await;
    store.release(&first).await.unwrap();
    assert!(
        !store
            .complete(&first, Outcome::Handled, LONG)
            .await
            .unwrap()
    );
    assert_in_flight(&store, 2).await;
    assert!(
        store
            .complete(&second, Outcome::Handled, LONG)
            .await
            .unwrap()
    );

    times_end(&store).await;
}

/// A lease ends, and so does the time for which what is done is remembered; whoever comes late completes only what nobody else has.
async fn times_end(store: &impl IdempotencyStore) {
    let (late, taken_over) = (
        granted(store, 3, SHORT).await,
        granted(store, 4, SHORT).await,
    );
    let renewed = granted(store, 5, SHORT).await;
    let brief = granted(store, 6, LONG).await;
    assert!(
        store
            .complete(&brief, Outcome::Handled, SHORT)
            .await
            .unwrap()
    );
    assert!(store.renew(&renewed, LONG).await.unwrap());
    sleep(2 * SHORT).await;
    assert!(store.complete(&late, Outcome::Handled, LONG).await.unwrap());
    assert_done(store, 3, Outcome::Handled).await;
    let heir = granted(store, 4, LONG).await;
    assert!(
        !store
            .complete(&taken_over, Outcome::Handled, LONG)
            .await
            .unwrap()
    );
    assert!(!store.renew(&taken_over, LONG).await.unwrap());
    assert!(
        store
            .complete(&heir, Outcome::Filtered, LONG)
            .await
            .unwrap()
    );
    assert_done(store, 4, Outcome::Filtered).await;
    assert_in_flight(store, 5).await;
    granted(store, 6, LONG).await;

    // Times of any length.
    let claim = granted(store, 7, Duration::MAX).await;
    assert!(store.renew(&claim, Duration::MAX).await.unwrap());
    assert!(
        store
            .complete(&claim, Outcome::Handled, Duration::MAX)
            .await
            .unwrap()
    );
    assert_done(store, 7, Outcome::Handled).await;
}

/// That every call fails, and in time.
async fn assert_out_of_reach(store: &impl IdempotencyStore, held: &Claim) {
    let began = Instant::now();
    let (claim, renew, complete, release) = (claim(9), held.clone(), held.clone(), held.clone());
    let (one, two, three, four) = tokio::join!(
        store.claim(&claim, LONG),
        store.renew(&renew, LONG),
        store.complete(&complete, Outcome::Handled, LONG),
        store.release(&release),
    );
    assert!(one.is_err() && two.is_err() && three.is_err() && four.is_err());
    assert!(
        began.elapsed() < Duration::from_secs(4),
        "{:?}",
        began.elapsed()
    );
}

/// That a server that came back is found again by itself, and has what it was told.
async fn assert_comes_back(store: &impl IdempotencyStore, held: &Claim) {
    let began = Instant::now();
    while let Err(err) = store.renew(held, LONG).await {
        assert!(began.elapsed() < Duration::from_secs(20), "{err}");
        sleep(Duration::from_millis(50)).await;
    }
    assert_done(store, 1, Outcome::Handled).await;
    assert!(store.complete(held, Outcome::Handled, LONG).await.unwrap());
    assert_done(store, 2, Outcome::Handled).await;
}

/// One event that is done, and one in flight.
async fn prepare(store: &impl IdempotencyStore) -> Claim {
    let done = granted(store, 1, LONG).await;
    assert!(store.complete(&done, Outcome::Handled, LONG).await.unwrap());
    granted(store, 2, LONG).await
}

#[cfg(feature = "postgres")]
mod postgres {
    use super::*;
    use crate::servers::Postgres;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[ignore = "needs postgresql: .ci/run installs it"]
    async fn keeps_the_contract() {
        let server = Postgres::start();
        contract(server.store().await).await;
        // What is over goes.
        let client = server.client().await;
        let store = server.store().await;
        for key in 10..40 {
            let claim = granted(&store, key, LONG).await;
            assert!(
                store
                    .complete(&claim, Outcome::Handled, Duration::ZERO)
                    .await
                    .unwrap()
            );
        }
        let row = client.query_one("SELECT count(*) FROM smartcar_webhook.claims", &[]);
        assert!(row.await.unwrap().get::<_, i64>(0) <= 10);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[ignore = "needs postgresql: .ci/run installs it"]
    async fn fails_in_time_and_comes_back() {
        let mut server = Postgres::start();
        let store = server.store().await;
        let held = prepare(&store).await;
        server.kill();
        assert_out_of_reach(&store, &held).await;
        server.restart();
        assert_comes_back(&store, &held).await;
    }
}

#[cfg(feature = "redis")]
mod redis {
    use smartcar_webhook_inbox::redis::RedisStore;

    use super::*;
    use crate::servers::Redis;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[ignore = "needs redis-server: .ci/run installs it"]
    async fn keeps_the_contract() {
        let server = Redis::start();
        let store = RedisStore::new(&server.url()).unwrap();
        contract(store.clone()).await;
        // Another app.
        granted(&store.prefix("other:"), 1, LONG).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[ignore = "needs redis-server: .ci/run installs it"]
    async fn fails_in_time_and_comes_back() {
        let mut server = Redis::start();
        let store = RedisStore::new(&server.url()).unwrap();
        let held = prepare(&store).await;
        server.kill();
        assert_out_of_reach(&store, &held).await;
        server.restart();
        assert_comes_back(&store, &held).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[ignore = "needs redis-server: .ci/run installs it"]
    async fn fails_in_time_when_nothing_is_answered() {
        let server = Redis::start();
        let store = RedisStore::new(&server.url()).unwrap();
        let held = prepare(&store).await;
        server.pause();
        assert_out_of_reach(&store, &held).await;
        server.resume();
        // What was asked meanwhile may have had its effect since.
        let began = Instant::now();
        while store.claim(&claim(8), LONG).await.is_err() {
            assert!(began.elapsed() < Duration::from_secs(20));
        }
        assert_done(&store, 1, Outcome::Handled).await;
    }

    #[tokio::test]
    async fn errors_and_debug_do_not_say_where_it_is() {
        let store = RedisStore::new("redis://ann:V1N9@127.0.0.1:1/").unwrap();
        let err = store.release(&claim(1)).await.unwrap_err();
        for text in [err.to_string(), format!("{err:?}"), format!("{store:?}")] {
            assert!(!text.contains("V1N9") && !text.contains("ann"), "{text}");
        }
        assert!(RedisStore::new("http://example.com").is_err());
    }
}
