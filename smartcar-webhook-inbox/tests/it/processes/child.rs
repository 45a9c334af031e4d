//! What a child does: this program, told by variables what to be.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::{BoxError, Delivery, EventRouter};
use smartcar_webhook_inbox::{Attempt, Worker};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::sleep;

use super::ledger::Ledger;
use super::scene::{LEASE, SLOTS, event, smartcar};
use super::sites::Site;
use crate::engine::{Engine, SECOND};

pub(super) const TEST: &str = "processes::child::child";
pub(super) const ROLE: &str = "SMARTCAR_INBOX_ROLE";
pub(super) const ADDRESS: &str = "SMARTCAR_INBOX_ADDRESS";
pub(super) const LEDGER: &str = "SMARTCAR_INBOX_LEDGER";

/// As a test of its own it is nobody's child, and does nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Ok(role) = std::env::var(ROLE) else {
        return;
    };
    let address = std::env::var(ADDRESS).unwrap();
    match address.split_once("://").unwrap().0 {
        #[cfg(feature = "sqlite")]
        "file" => be(&role, crate::place::Place::open(&address).await).await,
        #[cfg(feature = "nats")]
        "nats" => be(&role, crate::servers::Nats::open(&address).await).await,
        #[cfg(feature = "postgres")]
        "postgres" => be(&role, crate::servers::Postgres::open(&address).await).await,
        other => panic!("no engine is opened by {other}"),
    }
}

async fn be(role: &str, engine: impl Engine) {
    let ledger = Ledger(std::env::var_os(LEDGER).unwrap().into());
    match role.split_once(' ').unwrap() {
        ("receiver", of) => receive(engine, ledger, of).await,
        ("worker", attempts) => work(engine, ledger, attempts.parse().unwrap()).await,
        other => panic!("nobody is a {other:?}"),
    }
}

/// Answers events of this kind on eight connections, some hundred in a second, until it is killed; what it refuses is sent again.
async fn receive(engine: impl Engine, ledger: Ledger, kind: &str) {
    let smartcar = smartcar(engine);
    let next = Arc::new(AtomicUsize::new(0));
    let connections = (0..8).map(async |_| {
        loop {
            let event_id = format!("{kind}-{}", next.fetch_add(1, Ordering::Relaxed));
            loop {
                let began = Instant::now();
                let status = smartcar.send(&event(&event_id)).await.status();
                let what = match status {
                    200 => "answered",
                    503 => "refused",
                    _ => "failed",
                };
                ledger.write(what, &event_id);
                if began.elapsed() > 5 * SECOND {
                    ledger.write("failed", "to answer in time");
                }
                sleep(Duration::from_millis(80)).await;
                if status == 200 {
                    break;
                }
            }
        }
    });
    futures_util::future::join_all(connections).await;
}

/// Handles events as their ids say, until it is told to end.
async fn work(engine: impl Engine, ledger: Ledger, attempts: u32) {
    let process = std::process::id().to_string();
    let router = EventRouter::new().on({
        let (ledger, process) = (ledger.clone(), process.clone());
        move |state: Delivery<VehicleState>| {
            let (ledger, process) = (ledger.clone(), process.clone());
            async move {
                let attempt = state.extensions().get::<Attempt>().unwrap().clone();
                let event_id = state.envelope().event_id.clone().unwrap();
                ledger.write("started", &event_id);
                match event_id.split('-').next() {
                    Some("abort") => std::process::abort(),
                    Some("brief") => sleep(SECOND / 50).await,
                    Some("slow") => sleep(SECOND / 5).await,
                    Some("long") => sleep(SECOND / 2).await,
                    _ => {}
                }
                if attempt.is_cancelled() {
                    ledger.write("cancelled", &event_id);
                }
                ledger.write("finished", &event_id);
                ledger.write("worked", &process);
                Ok::<_, BoxError>(())
            }
        }
    });
    let mut terminated = signal(SignalKind::terminate()).unwrap();
    ledger.write("ready", &process);
    let report = Worker::new(engine, router)
        .slots(SLOTS)
        .max_attempts(attempts)
        .lease(LEASE)
        .backoff(SECOND, 1, SECOND)
        .run(async { terminated.recv().await.unwrap() })
        .await;
    for _ in 0..report.lost() {
        ledger.write("lost", &process);
    }
}
