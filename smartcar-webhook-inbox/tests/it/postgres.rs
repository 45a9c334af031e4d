//! What is promised of PostgreSQL alone, and what holds when its server dies, hangs and comes back.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use futures_util::future::join_all;
use smartcar_webhook_core::inbox::{DeadLetters, Inbox, InboxStore, Queue, Stored, StoredDelivery};
use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::testing::{Dispatcher, vehicle_state};
use smartcar_webhook_core::{BoxError, Delivery, EventRouter, ManagementToken, Webhook};
use smartcar_webhook_inbox::Worker;
use smartcar_webhook_inbox::postgres::{Completion, Postgres, PostgresInbox};
use tokio::time::{Instant, sleep};
use tokio_postgres::{Client, NoTls};

use crate::engine::{SECOND, stored};
use crate::servers;

const LONG: Duration = Duration::from_secs(60);

type Counts = Arc<Mutex<BTreeMap<String, usize>>>;

/// A router that counts how often each event was handled.
fn router(handled: &Counts) -> EventRouter {
    let handled = Arc::clone(handled);
    EventRouter::new().on(move |state: Delivery<VehicleState>| {
        let handled = Arc::clone(&handled);
        async move {
            sleep(Duration::from_millis(5)).await;
            let event_id = state.envelope().event_id.clone().unwrap().to_string();
            *handled.lock().unwrap().entry(event_id).or_default() += 1;
            Ok::<_, BoxError>(())
        }
    })
}

async fn number(client: &Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).await.unwrap().get(0)
}

async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let began = Instant::now();
    while !is_so().await {
        assert!(began.elapsed() < 60 * SECOND, "{what}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// Killed under load, it refuses in time; back again, the same receivers and workers go on, and all that was sent is sent once more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs postgresql: .ci/run installs it"]
async fn a_server_that_is_killed_loses_nothing() {
    let mut server = servers::Postgres::start();
    let engine = server.inbox().await;
    let token = ManagementToken::new("amt").unwrap();
    let webhook = Webhook::new(token.clone(), Inbox::new(engine.clone()));
    let smartcar = Dispatcher::new(webhook).signing_with(token);

    let handled = Counts::default();
    let workers: Vec<_> = (0..2)
        .map(|_| {
            let worker = Worker::new(engine.clone(), router(&handled)).lease(2 * SECOND);
            tokio::spawn(worker.slots(8).run(std::future::pending()))
        })
        .collect();
    // Each event until it is taken.
    let refused = Arc::new(AtomicUsize::new(0));
    let sent = Arc::new(AtomicUsize::new(0));
    let senders: Vec<_> = (0..8)
        .map(|sender| {
            let (smartcar, refused, sent) =
                (smartcar.clone(), Arc::clone(&refused), Arc::clone(&sent));
            tokio::spawn(async move {
                for i in 0..100 {
                    let event = vehicle_state().with("/eventId", format!("e{sender}-{i}"));
                    loop {
                        let began = Instant::now();
                        let status = smartcar.send(&event).await.status();
                        assert!(began.elapsed() < 5 * SECOND, "{:?}", began.elapsed());
                        if status == 200 {
                            break;
                        }
                        assert_eq!(status, 503);
                        refused.fetch_add(1, Ordering::Relaxed);
                        sleep(SECOND / 10).await;
                    }
                    sent.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    until("sent", async || sent.load(Ordering::Relaxed) >= 200).await;
    server.kill();
    let before = refused.load(Ordering::Relaxed);
    until("refused", async || {
        refused.load(Ordering::Relaxed) >= before + 16
    })
    .await;
    server.restart();
    for sender in senders {
        sender.await.unwrap();
    }
    let client = server.client().await;
    let queue = "SELECT count(*) FROM pgmq.q_smartcar_webhook";
    until("handled", async || number(&client, queue).await == 0).await;
    let twice = {
        let handled = handled.lock().unwrap();
        assert_eq!(handled.len(), 800);
        handled.values().filter(|it| **it > 1).count()
    };
    // At most what was under way, done and not yet told.
    assert!(twice <= 16, "{twice}");

    for sender in 0..8 {
        let events = (0..100).map(|i| vehicle_state().with("/eventId", format!("e{sender}-{i}")));
        for event in events {
            assert_eq!(smartcar.send(&event).await.status(), 200);
        }
    }
    sleep(SECOND).await;
    assert_eq!(number(&client, queue).await, 0);
    let still = handled.lock().unwrap();
    assert_eq!(still.len(), 800);
    assert_eq!(still.values().filter(|it| **it > 1).count(), twice);
    for worker in workers {
        worker.abort();
    }
}

/// Somebody else's lock: calls end on both sides, so connections do not pile up at the server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs postgresql: .ci/run installs it"]
async fn a_database_that_is_locked_refuses_and_goes_on() {
    let server = servers::Postgres::start();
    let engine = server.inbox().await;
    let mut client = server.client().await;
    let lock = client.transaction().await.unwrap();
    lock.batch_execute("LOCK TABLE smartcar_webhook.keys")
        .await
        .unwrap();
    let observer = server.client().await;
    for _ in 0..3 {
        let deliveries: Vec<_> = (0..40).map(|i| stored(&format!("e{i}"), "")).collect();
        let began = Instant::now();
        for result in join_all(deliveries.iter().map(|it| engine.store(it))).await {
            result.unwrap_err();
        }
        assert!(began.elapsed() < 4 * SECOND, "{:?}", began.elapsed());
        let sql =
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'smartcar-webhook'";
        let connections = number(&observer, sql).await;
        assert!(connections <= 32, "{connections}");
    }
    lock.rollback().await.unwrap();
    assert_eq!(engine.store(&stored("e1", "")).await.unwrap(), Stored::New);
    assert_eq!(engine.claim(9, LONG, SECOND).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs postgresql: .ci/run installs it"]
async fn many_processes_begin_at_once_with_the_tables_of_their_release() {
    let server = servers::Postgres::start();
    let client = server.client().await;
    let opened = (0..8).map(|_| PostgresInbox::open(server.settings()));
    for opened in join_all(opened).await {
        opened.unwrap();
    }
    let sql = "SELECT count(*) FROM smartcar_webhook.versions";
    assert_eq!(number(&client, sql).await, 1);
    // An app of its own in the same database.
    let other = server.settings().name("other_app");
    let (one, other) = (
        server.inbox().await,
        PostgresInbox::open(other).await.unwrap(),
    );
    assert_eq!(one.store(&stored("e1", "")).await.unwrap(), Stored::New);
    assert_eq!(other.store(&stored("e1", "")).await.unwrap(), Stored::New);
    assert_eq!(other.claim(9, LONG, SECOND).await.unwrap().len(), 1);
    assert_eq!(one.claim(9, LONG, SECOND).await.unwrap().len(), 1);

    client
        .batch_execute("UPDATE smartcar_webhook.versions SET version = 7")
        .await
        .unwrap();
    let err = PostgresInbox::open(server.settings()).await.unwrap_err();
    assert_eq!(
        err.to_string(),
        "tables of inbox are of version 7, which this release does not know"
    );
}

/// The rights that the documentation names are enough.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs postgresql: .ci/run installs it"]
async fn a_role_that_makes_no_tables_will_do() {
    let server = servers::Postgres::start();
    let client = server.client().await;
    server.inbox().await;
    client
        .batch_execute(
            "CREATE ROLE app LOGIN;
             GRANT USAGE ON SCHEMA pgmq, smartcar_webhook TO app;
             GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA smartcar_webhook TO app;
             GRANT SELECT, INSERT, UPDATE, DELETE ON pgmq.q_smartcar_webhook TO app;",
        )
        .await
        .unwrap();
    let url = server.url().replace("postgres@", "app@");
    let engine = PostgresInbox::open(Postgres::new(&url).unwrap())
        .await
        .unwrap();
    for i in 0..3 {
        assert_eq!(
            engine.store(&stored(&format!("e{i}"), "")).await.unwrap(),
            Stored::New
        );
    }
    let leased = engine.claim(9, LONG, SECOND).await.unwrap();
    assert!(engine.renew(&leased[0].receipt, LONG).await.unwrap());
    assert!(engine.complete(&leased[0].receipt).await.unwrap());
    assert!(
        engine
            .retry(&leased[1].receipt, SECOND, "failed")
            .await
            .unwrap()
    );
    assert!(engine.bury(&leased[2], "failed").await.unwrap());
    assert_eq!(engine.replay_all().await.unwrap(), 1);
    assert_eq!(engine.prune(LONG).await.unwrap(), 0);
    // What makes tables says so.
    let other = Postgres::new(&url).unwrap().name("other_app");
    let err = PostgresInbox::open(other).await.unwrap_err().to_string();
    assert!(err.starts_with("database refused with 42501"), "{err}");
}

/// Bytes stay as they are: with keys in any order and twice, with zeros, with what JSON need not escape.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs postgresql: .ci/run installs it"]
async fn a_body_stays_as_it_was_signed() {
    let server = servers::Postgres::start();
    let engine = server.inbox().await;
    let body = "{ \"zz\":1,\"eventType\":\"VEHICLE_STATE\",\"a\\u0000\":\"\\u0000\\/\\ud83d\\ude00é\",\"a\":1.10,\"a\":1e400,\n\"eventId\":\"e1\"}";
    let delivery = Delivery::assume_verified(body.into()).unwrap();
    let delivery = StoredDelivery::new(&delivery, "", UNIX_EPOCH);
    assert_eq!(engine.store(&delivery).await.unwrap(), Stored::New);
    let leased = engine.claim(9, LONG, SECOND).await.unwrap();
    assert_eq!(leased[0].row, delivery.encode());
    let read = StoredDelivery::decode(&leased[0].row).unwrap();
    assert_eq!(read.body(), body.as_bytes());
    assert!(engine.bury(&leased[0], "zero\0").await.unwrap());
    let dead = engine.list(None, 9).await.unwrap();
    assert_eq!(dead[0].row, delivery.encode());
    assert_eq!(dead[0].error, "zero");
    assert!(engine.replay(dead[0].id).await.unwrap());
    let leased = engine.claim(9, LONG, SECOND).await.unwrap();
    assert_eq!(leased[0].row, delivery.encode());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs postgresql: .ci/run installs it"]
async fn keys_are_forgotten_when_their_time_is_over() {
    let server = servers::Postgres::start();
    let client = server.client().await;
    let engine = server.inbox().await;
    for i in 0..30 {
        engine.store(&stored(&format!("e{i}"), "")).await.unwrap();
    }
    let keys = "SELECT count(*) FROM smartcar_webhook.keys";
    assert_eq!(number(&client, keys).await, 30);
    let engine = engine.remember(Duration::ZERO);
    for i in 30..60 {
        engine.store(&stored(&format!("e{i}"), "")).await.unwrap();
    }
    assert!(number(&client, keys).await <= 2);
    let engine = engine.remember(Duration::MAX);
    assert_eq!(engine.store(&stored("e1", "")).await.unwrap(), Stored::New);
    assert_eq!(
        engine.store(&stored("e1", "")).await.unwrap(),
        Stored::Duplicate
    );
}

/// Workers hear of what other processes store, and again after the connection they listen on is gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs postgresql: .ci/run installs it"]
async fn workers_hear_of_what_others_store() {
    let server = servers::Postgres::start();
    let (receiver, worker) = (server.inbox().await, server.inbox().await);
    let client = server.client().await;
    for i in 0..2 {
        let claim = tokio::spawn({
            let worker = worker.clone();
            async move { worker.claim(9, LONG, 20 * SECOND).await }
        });
        let listening = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'";
        until("listening", async || number(&client, listening).await == 1).await;
        sleep(SECOND / 5).await;
        let began = Instant::now();
        receiver.store(&stored(&format!("e{i}"), "")).await.unwrap();
        assert_eq!(claim.await.unwrap().unwrap().len(), 1);
        assert!(began.elapsed() < SECOND / 2, "{:?}", began.elapsed());
        let sql = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'";
        assert_eq!(number(&client, sql).await, 1);
        until("gone", async || number(&client, listening).await == 0).await;
    }
}

/// Four workers, each with connections of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs postgresql: .ci/run installs it"]
async fn four_workers_share_what_there_is() {
    let server = servers::Postgres::start();
    let receiver = server.inbox().await;
    let handled = Counts::default();
    let mut workers = Vec::new();
    for _ in 0..4 {
        let settings = server.settings().connections(2);
        let engine = PostgresInbox::open(settings).await.unwrap();
        let worker = Worker::new(engine, router(&handled)).slots(4);
        workers.push(tokio::spawn(worker.run(std::future::pending())));
    }
    let stores = (0..400).map(|i| {
        let receiver = receiver.clone();
        async move {
            receiver
                .store(&stored(&format!("e{}", i % 200), ""))
                .await
                .unwrap()
        }
    });
    let new = join_all(stores).await;
    assert_eq!(new.iter().filter(|it| **it == Stored::New).count(), 200);
    let client = server.client().await;
    let queue = "SELECT count(*) FROM pgmq.q_smartcar_webhook";
    until("handled", async || number(&client, queue).await == 0).await;
    let handled = handled.lock().unwrap();
    assert_eq!(handled.len(), 200);
    assert!(handled.values().all(|it| *it == 1));
    for worker in workers {
        worker.abort();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs postgresql: .ci/run installs it"]
async fn a_delivery_that_kills_its_workers_is_given_up() {
    let server = servers::Postgres::start();
    let engine = server.inbox().await;
    engine.store(&stored("e1", "")).await.unwrap();
    for attempt in 1..=2 {
        let leased = engine.claim(9, SECOND, 9 * SECOND).await.unwrap();
        assert_eq!(
            (leased[0].attempt, leased[0].abandoned),
            (attempt, attempt > 1)
        );
    }
    let handled = Counts::default();
    let worker = Worker::new(engine.clone(), router(&handled)).max_attempts(2);
    let report = worker.run(sleep(4 * SECOND)).await;
    assert_eq!((report.buried(), report.completed()), (1, 0));
    let dead = engine.list(None, 9).await.unwrap();
    assert_eq!((dead[0].attempts, dead.len()), (3, 1));
    assert!(handled.lock().unwrap().is_empty());
}

/// A table of the app's, in the same database.
async fn effects(server: &servers::Postgres) -> Client {
    let client = server.client().await;
    let table = "CREATE TABLE IF NOT EXISTS effects (event_id text)";
    client.batch_execute(table).await.unwrap();
    client
}

/// What a handler does that ends the delivery in its own transaction.
async fn take_effect(client: &mut Client, completion: &Completion) -> Result<(), BoxError> {
    let (message_id, attempt) = completion.params();
    let transaction = client.transaction().await?;
    transaction
        .execute("INSERT INTO effects VALUES ('e')", &[])
        .await?;
    transaction
        .execute(completion.sql(), &[&message_id, &attempt])
        .await?;
    transaction.commit().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs postgresql: .ci/run installs it"]
async fn a_handler_commits_its_effects_with_the_end_of_the_delivery() {
    let server = servers::Postgres::start();
    let engine = server.inbox().await;
    let client = effects(&server).await;
    let url = server.url();
    let router = EventRouter::new().on(move |state: Delivery<VehicleState>| {
        let url = url.clone();
        async move {
            let (mut client, connection) = tokio_postgres::connect(&url, NoTls).await?;
            tokio::spawn(connection);
            let completion = state.extensions().get::<Completion>().unwrap().clone();
            take_effect(&mut client, &completion).await?;
            // Longer than a lease, which there is none of any more.
            sleep(3 * SECOND).await;
            Ok::<_, BoxError>(())
        }
    });
    for i in 0..5 {
        engine.store(&stored(&format!("e{i}"), "")).await.unwrap();
    }
    let worker = Worker::new(engine.clone(), router).lease(SECOND);
    let report = worker.run(sleep(SECOND)).await;
    assert_eq!(
        (report.completed(), report.lost(), report.retried()),
        (5, 0, 0)
    );
    assert_eq!(number(&client, "SELECT count(*) FROM effects").await, 5);
    assert_eq!(
        number(&client, "SELECT count(*) FROM pgmq.q_smartcar_webhook").await,
        0
    );
}

/// Whoever comes too late writes nothing; whoever is at it keeps others away.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs postgresql: .ci/run installs it"]
async fn effects_are_there_once_whoever_handles_the_delivery() {
    let server = servers::Postgres::start();
    let engine = server.inbox().await;
    let mut client = effects(&server).await;
    let completion = |leased: &smartcar_webhook_core::inbox::Leased<_>| {
        leased.extensions.get::<Completion>().unwrap().clone()
    };
    engine.store(&stored("e1", "")).await.unwrap();
    let late = engine.claim(1, SECOND, SECOND).await.unwrap().remove(0);
    let second = engine.claim(1, SECOND, 5 * SECOND).await.unwrap().remove(0);
    assert_eq!(second.attempt, 2);
    take_effect(&mut client, &completion(&late))
        .await
        .unwrap_err();
    assert_eq!(number(&client, "SELECT count(*) FROM effects").await, 0);

    // An open transaction that has ended it is as good as a lease.
    let transaction = client.transaction().await.unwrap();
    let it = completion(&second);
    let (message_id, attempt) = it.params();
    transaction
        .execute(it.sql(), &[&message_id, &attempt])
        .await
        .unwrap();
    sleep(2 * SECOND).await;
    assert!(
        engine
            .claim(1, LONG, Duration::ZERO)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(engine.renew(&second.receipt, SECOND).await.unwrap());
    transaction.rollback().await.unwrap();

    let third = engine.claim(1, LONG, 5 * SECOND).await.unwrap().remove(0);
    assert!(!engine.complete(&second.receipt).await.unwrap());
    take_effect(&mut client, &completion(&third)).await.unwrap();
    take_effect(&mut client, &completion(&third))
        .await
        .unwrap_err();
    assert_eq!(number(&client, "SELECT count(*) FROM effects").await, 1);
    assert!(engine.renew(&third.receipt, LONG).await.unwrap());
    assert!(engine.complete(&third.receipt).await.unwrap());
    assert!(engine.claim(1, LONG, SECOND).await.unwrap().is_empty());
}

#[tokio::test]
async fn errors_and_debug_say_no_secret() {
    let database = Postgres::new("postgres://ann:V1N9@127.0.0.1:1/db").unwrap();
    let began = Instant::now();
    let err = PostgresInbox::open(database.clone()).await.unwrap_err();
    assert!(began.elapsed() < 4 * SECOND);
    for text in [err.to_string(), format!("{err:?}"), format!("{database:?}")] {
        assert!(!text.contains("V1N9") && !text.contains("ann"), "{text}");
    }
    Postgres::new("postgres://ann:V1N9@[/").unwrap_err();
}

/// Encrypted, if the server's certificate is one that is trusted.
#[cfg(feature = "tls")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs postgresql: .ci/run installs it"]
async fn connections_are_encrypted() {
    let (server, certificate) = servers::Postgres::start_with_tls();
    let client = server.client().await;
    let url = server.url() + "?sslmode=require";
    let database = Postgres::new(&url).unwrap();
    let err = PostgresInbox::open(database.clone()).await.unwrap_err();
    assert!(err.to_string().contains("certificate"), "{err}");
    let database = database.trust(&certificate).unwrap();
    let (receiver, worker) = (
        PostgresInbox::open(database.clone()).await.unwrap(),
        PostgresInbox::open(database).await.unwrap(),
    );
    let claim = tokio::spawn({
        let worker = worker.clone();
        async move { worker.claim(9, LONG, 20 * SECOND).await }
    });
    sleep(SECOND).await;
    receiver.store(&stored("e1", "")).await.unwrap();
    assert_eq!(claim.await.unwrap().unwrap().len(), 1);
    let sql = "SELECT count(*) FILTER (WHERE ssl), count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE application_name = 'smartcar-webhook'";
    let row = client.query_one(sql, &[]).await.unwrap();
    let (encrypted, all): (i64, i64) = (row.get(0), row.get(1));
    // Those of the pools, and the one to listen on.
    assert!(encrypted == all && all >= 3, "{encrypted} of {all}");
}

/// Asked for where it cannot be had.
#[cfg(not(feature = "tls"))]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs postgresql: .ci/run installs it"]
async fn connections_are_not_encrypted_without_the_feature() {
    let server = servers::Postgres::start();
    drop(server.client().await);
    let database = Postgres::new(&(server.url() + "?sslmode=require")).unwrap();
    let err = PostgresInbox::open(database).await.unwrap_err().to_string();
    assert!(err.contains("TLS"), "{err}");
}
