//! What is promised when servers of NATS die, hang or are set up otherwise.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_nats::jetstream;
use smartcar_webhook_core::inbox::{DeadLetters, Inbox, InboxStore, Queue, Stored};
use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::{Delivery, ErrorKind, EventRouter};
use smartcar_webhook_inbox::{NatsInbox, NatsOptions, Worker, WorkerReport};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout};
use tower::ServiceExt;

use crate::engine::{SECOND, stored};
use crate::servers::{Cluster, Nats};

const LEASE: Duration = Duration::from_secs(3);
const MINUTE: Duration = Duration::from_secs(60);

/// Events that are sent, each again until it is answered 200, and a worker that handles them.
struct Load {
    sent: Arc<Sent>,
    handled: Arc<Mutex<HashSet<String>>>,
    sender: JoinHandle<()>,
    worker: JoinHandle<WorkerReport>,
    stop: oneshot::Sender<()>,
}

#[derive(Default)]
struct Sent {
    /// Answered 200.
    kept: Mutex<HashSet<String>>,
    refused: AtomicUsize,
}

impl Load {
    /// So many events, one every 10 ms.
    fn start(receiver: NatsInbox, worker: NatsInbox, events: usize) -> Self {
        let handled = Arc::<Mutex<HashSet<String>>>::default();
        let router = EventRouter::new().on({
            let handled = Arc::clone(&handled);
            move |state: Delivery<VehicleState>| {
                let event_id = state.envelope().event_id.clone().unwrap().to_string();
                handled.lock().unwrap().insert(event_id);
                async { Ok::<_, std::convert::Infallible>(()) }
            }
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let worker = Worker::new(worker, router).lease(LEASE);
        let sent = Arc::<Sent>::default();
        let sender = tokio::spawn(send(Inbox::new(receiver), Arc::clone(&sent), events));
        Self {
            sent,
            handled,
            sender,
            worker: tokio::spawn(worker.run(async { drop(stopped.await) })),
            stop,
        }
    }

    fn kept(&self) -> usize {
        self.sent.kept.lock().unwrap().len()
    }

    fn refused(&self) -> usize {
        self.sent.refused.load(Ordering::Relaxed)
    }

    /// Waits until all is kept and handled.
    async fn end(self) -> WorkerReport {
        timeout(MINUTE, self.sender).await.unwrap().unwrap();
        let kept = self.sent.kept.lock().unwrap().clone();
        let began = Instant::now();
        while *self.handled.lock().unwrap() != kept {
            let handled = self.handled.lock().unwrap().len();
            assert!(began.elapsed() < MINUTE, "{handled} of {}", kept.len());
            sleep(SECOND / 10).await;
        }
        // So that what came again is told too.
        sleep(LEASE + SECOND).await;
        drop(self.stop);
        self.worker.await.unwrap()
    }
}

async fn send(inbox: Inbox, sent: Arc<Sent>, events: usize) {
    let mut senders = JoinSet::new();
    for i in 0..events {
        let (inbox, sent) = (inbox.clone(), Arc::clone(&sent));
        senders.spawn(async move {
            let event_id = format!("e{i}");
            loop {
                let delivery = stored(&event_id, "").into_delivery().unwrap();
                let began = Instant::now();
                let answer = inbox.clone().oneshot(delivery).await;
                assert!(began.elapsed() < 4 * SECOND, "{:?}", began.elapsed());
                match answer {
                    Ok(_) => break,
                    Err(err) => {
                        let kinds = [ErrorKind::StoreUnavailable, ErrorKind::Overloaded];
                        assert!(kinds.contains(&err.kind()), "{err}");
                        sent.refused.fetch_add(1, Ordering::Relaxed);
                    }
                }
                sleep(SECOND).await;
            }
            sent.kept.lock().unwrap().insert(event_id);
        });
        sleep(SECOND / 100).await;
    }
    while let Some(ended) = senders.join_next().await {
        ended.unwrap();
    }
}

/// How many messages the stream of deliveries has, of all kinds.
async fn messages(jetstream: &jetstream::Context) -> u64 {
    let stream = jetstream.get_stream(NatsOptions::DEFAULT_NAME).await;
    stream.unwrap().cached_info().state.messages
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server: .ci/run installs it"]
async fn a_server_that_is_killed_loses_nothing() {
    let mut server = Nats::start();
    let load = Load::start(server.inbox().await, server.inbox().await, 600);
    sleep(2 * SECOND).await;
    assert_eq!(load.refused(), 0);
    server.kill();
    sleep(2 * SECOND).await;
    assert!(load.refused() > 50, "{}", load.refused());
    server.restart();
    let report = load.end().await;
    // A second copy of any would be a message more.
    assert_eq!(messages(&server.jetstream().await).await, 600);
    assert!(report.completed() >= 600);
    assert_eq!(report.buried(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server: .ci/run installs it"]
async fn a_server_that_hangs_loses_nothing() {
    let server = Nats::start();
    let load = Load::start(server.inbox().await, server.inbox().await, 600);
    sleep(2 * SECOND).await;
    server.pause();
    sleep(5 * SECOND).await;
    assert!(load.refused() > 50, "{}", load.refused());
    server.resume();
    load.end().await;
    assert_eq!(messages(&server.jetstream().await).await, 600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server: .ci/run installs it"]
async fn what_was_done_is_remembered_by_a_server_that_was_killed() {
    let mut server = Nats::start();
    let inbox = server.inbox().await;
    let load = Load::start(inbox.clone(), inbox.clone(), 200);
    load.end().await;
    server.kill();
    let began = Instant::now();
    assert!(inbox.store(&stored("e0", "")).await.is_err());
    assert!(inbox.claim(1, LEASE, SECOND).await.is_err());
    assert!(inbox.list(None, 1).await.is_err());
    assert!(began.elapsed() < 4 * SECOND);
    server.restart();
    sleep(2 * SECOND).await;
    for i in 0..200 {
        let again = inbox.store(&stored(&format!("e{i}"), "")).await.unwrap();
        assert_eq!(again, Stored::Duplicate);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server: .ci/run installs it"]
async fn what_was_remembered_long_enough_goes_but_not_what_waits() {
    let server = Nats::start();
    let options = NatsOptions::new(server.url()).remember(2 * SECOND);
    let inbox = NatsInbox::connect(options).await.unwrap();
    for i in 0..20 {
        inbox.store(&stored(&format!("e{i}"), "")).await.unwrap();
    }
    let leased = inbox.claim(15, MINUTE, SECOND).await.unwrap();
    for (i, it) in leased.iter().enumerate() {
        let is_told = match i {
            10 => inbox.retry(&it.receipt, 6 * SECOND, "").await,
            11 => inbox.bury(it, "").await,
            _ => inbox.complete(&it.receipt).await,
        };
        assert!(is_told.unwrap());
    }
    assert_eq!(
        inbox.store(&stored("e0", "")).await.unwrap(),
        Stored::Duplicate
    );
    sleep(3 * SECOND).await;
    let rest = inbox.claim(5, MINUTE, SECOND).await.unwrap();
    assert_eq!(rest.len(), 5);
    sleep(SECOND / 2).await;
    let jetstream = server.jetstream().await;
    assert_eq!(messages(&jetstream).await, 10);
    assert_eq!(inbox.store(&stored("e0", "")).await.unwrap(), Stored::New);
    assert_eq!(
        inbox.store(&stored("e10", "")).await.unwrap(),
        Stored::Duplicate
    );
    for it in &rest {
        assert!(inbox.complete(&it.receipt).await.unwrap());
    }
    // The one that rested, and the one that is new.
    let mut last = Vec::new();
    while last.len() < 2 {
        last.extend(inbox.claim(5, MINUTE, 5 * SECOND).await.unwrap());
    }
    for it in &last {
        assert!(inbox.complete(&it.receipt).await.unwrap());
    }
    sleep(3 * SECOND).await;
    assert!(inbox.claim(5, MINUTE, SECOND).await.unwrap().is_empty());
    sleep(SECOND / 2).await;
    assert_eq!(messages(&jetstream).await, 0);
    assert_eq!(inbox.list(None, 9).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server: .ci/run installs it"]
async fn those_that_rest_do_not_keep_others_waiting() {
    let server = Nats::start();
    let inbox = server.inbox().await;
    for i in 0..1100 {
        inbox.store(&stored(&format!("e{i}"), "")).await.unwrap();
    }
    let mut resting = 0;
    while resting < 1100 {
        let leased = inbox.claim(100, 2 * MINUTE, SECOND).await.unwrap();
        for it in &leased {
            assert!(inbox.retry(&it.receipt, MINUTE, "").await.unwrap());
        }
        resting += leased.len();
    }
    inbox.store(&stored("last", "")).await.unwrap();
    let last = inbox.claim(100, 2 * MINUTE, SECOND).await.unwrap();
    assert_eq!(last.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server: .ci/run installs it"]
async fn a_lease_that_was_lost_to_another_process_is_lost() {
    let server = Nats::start();
    let (one, other) = (server.inbox().await, server.inbox().await);
    one.store(&stored("e1", "")).await.unwrap();
    let first = one.claim(1, LEASE, SECOND).await.unwrap().remove(0);
    let second = other.claim(1, LEASE, 9 * SECOND).await.unwrap().remove(0);
    assert_eq!(second.attempt, 2);
    assert!(!one.renew(&first.receipt, LEASE).await.unwrap());
    assert!(!one.complete(&first.receipt).await.unwrap());
    assert!(!one.bury(&first, "late").await.unwrap());
    assert!(one.list(None, 1).await.unwrap().is_empty());
    assert!(other.complete(&second.receipt).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server: .ci/run installs it"]
async fn streams_that_are_there_are_checked_and_not_altered() {
    let server = Nats::start();
    let jetstream = server.jetstream().await;
    let name = NatsOptions::DEFAULT_NAME;
    let config = jetstream::stream::Config {
        name: name.to_owned(),
        subjects: vec![format!("{name}.>")],
        retention: jetstream::stream::RetentionPolicy::WorkQueue,
        ..Default::default()
    };
    jetstream.create_stream(config.clone()).await.unwrap();
    let err = NatsInbox::connect(server.url()).await.unwrap_err();
    assert_eq!(
        err.to_string(),
        "stream `smartcar-webhook` is there, but with another `retention`"
    );
    let found = jetstream.get_stream(name).await.unwrap();
    assert_eq!(found.cached_info().config.retention, config.retention);

    let other = NatsOptions::new(server.url()).name("other");
    let inbox = NatsInbox::connect(other.clone()).await.unwrap();
    inbox.store(&stored("e1", "")).await.unwrap();
    // It is as it was made.
    let inbox = NatsInbox::connect(other).await.unwrap();
    assert_eq!(
        inbox.store(&stored("e1", "")).await.unwrap(),
        Stored::Duplicate
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server: .ci/run installs it"]
async fn a_login_is_needed_where_one_is_asked_for_and_not_told() {
    let server = Nats::with("authorization { user: receiver, password: secret }");
    let options = NatsOptions::new(server.url());
    for wrong in [
        options.clone(),
        options.clone().user_and_password("receiver", "wrong"),
        options.clone().token("wrong"),
        NatsOptions::new("nats://receiver:wrong@127.0.0.1:1"),
    ] {
        let debug = format!("{wrong:?}");
        let err = NatsInbox::connect(wrong).await.unwrap_err();
        let told = format!("{debug}{err}{err:?}");
        assert!(!told.contains("wrong"), "{told}");
    }
    let right = options.user_and_password("receiver", "secret");
    let inbox = NatsInbox::connect(right).await.unwrap();
    assert_eq!(inbox.store(&stored("e1", "")).await.unwrap(), Stored::New);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server: .ci/run installs it"]
async fn a_cluster_outlives_the_death_of_any_one() {
    let Some(mut cluster) = Cluster::start() else {
        return;
    };
    let load = Load::start(cluster.inbox().await, cluster.inbox().await, 2000);
    sleep(2 * SECOND).await;
    let leader = cluster.leader(0).await.unwrap();
    cluster.0[leader].kill();
    let before = load.kept();
    // It takes some seconds to elect another.
    sleep(12 * SECOND).await;
    let (kept, refused) = (load.kept(), load.refused());
    assert!(kept > before + 200, "{before} {kept} {refused}");
    cluster.0[leader].restart();
    load.end().await;
    assert_eq!(messages(&cluster.0[leader].jetstream().await).await, 2000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server: .ci/run installs it"]
async fn a_cluster_outlives_a_leader_that_is_cut_off() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let load = Load::start(cluster.inbox().await, cluster.inbox().await, 2500);
    sleep(2 * SECOND).await;
    let leader = cluster.leader(0).await.unwrap();
    cluster.0[leader].pause();
    let before = load.kept();
    sleep(18 * SECOND).await;
    let (kept, refused) = (load.kept(), load.refused());
    assert!(kept > before + 200, "{before} {kept} {refused}");
    // It comes back and thinks that it still leads.
    cluster.0[leader].resume();
    load.end().await;
    let other = (leader + 1) % 3;
    assert_eq!(messages(&cluster.0[other].jetstream().await).await, 2500);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server: .ci/run installs it"]
async fn one_server_of_three_keeps_nothing_alone() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let load = Load::start(cluster.inbox().await, cluster.inbox().await, 1500);
    sleep(2 * SECOND).await;
    let leader = cluster.leader(0).await.unwrap();
    let others = [(leader + 1) % 3, (leader + 2) % 3];
    for other in others {
        cluster.0[other].pause();
    }
    sleep(SECOND).await;
    let cut_off = load.kept();
    sleep(9 * SECOND).await;
    assert_eq!(load.kept(), cut_off);
    assert!(load.refused() > 50, "{}", load.refused());
    for other in others {
        cluster.0[other].resume();
    }
    load.end().await;
    assert_eq!(messages(&cluster.0[leader].jetstream().await).await, 1500);
}
