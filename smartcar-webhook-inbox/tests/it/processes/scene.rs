//! An engine, the processes that use it, and their ledger.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use smartcar_webhook_core::inbox::{Inbox, Queue};
use smartcar_webhook_core::testing::{Dispatcher, VehicleStateBuilder, vehicle_state};
use smartcar_webhook_core::{ManagementToken, Webhook};
use tokio::time::sleep;

use super::child::{ADDRESS, LEDGER, ROLE, TEST};
use super::ledger::Ledger;
use super::sites::Site;
use crate::engine::{Engine, SECOND};
use crate::place::Place;

pub(super) const SLOTS: usize = 4;
pub(super) const LEASE: Duration = Duration::from_secs(2);

/// How long a test waits for what is to happen.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct Scene<S: Site> {
    pub(super) engine: S::Engine,
    pub(super) site: S,
    pub(super) ledger: Ledger,
    _place: Place,
}

impl<S: Site> Scene<S> {
    pub(super) async fn new() -> Self {
        let site = S::start().await;
        let place = Place::new();
        Self {
            engine: S::open(&site.address()).await,
            site,
            ledger: Ledger(place.path().join("ledger")),
            _place: place,
        }
    }

    /// A child of this role.
    pub(super) fn start(&self, role: &str) -> Process {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", TEST])
            .env(ROLE, role)
            .env(ADDRESS, self.site.address())
            .env(LEDGER, &self.ledger.0)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Process(child)
    }

    /// Children that claim deliveries, once they do.
    pub(super) async fn start_workers(&self, workers: usize) -> Vec<Process> {
        let before = self.ledger.all("ready").len();
        let started = (0..workers).map(|_| self.start("worker 4")).collect();
        self.until(|it| it.all("ready").len() == before + workers)
            .await;
        started
    }

    /// Has these events answered by this process.
    pub(super) async fn answer(&self, event_ids: impl IntoIterator<Item = String>) {
        let smartcar = smartcar(self.engine.clone());
        let answer = async |event_id: String| {
            let reply = smartcar.send(&event(&event_id)).await;
            assert_eq!(reply.status(), 200, "{event_id}");
            self.ledger.write("answered", &event_id);
        };
        stream::iter(event_ids).for_each_concurrent(8, answer).await;
    }

    /// Waits until this is so.
    pub(super) async fn until(&self, is_so: impl Fn(&Ledger) -> bool) {
        let began = Instant::now();
        while !is_so(&self.ledger) {
            let text = || std::fs::read_to_string(&self.ledger.0);
            assert!(began.elapsed() < PATIENCE, "{}", text().unwrap_or_default());
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until all that was answered is finished, and says what was finished more than once.
    pub(super) async fn until_all_is_finished(&self) -> Vec<String> {
        let answered = self.ledger.all("answered");
        assert!(!answered.is_empty());
        self.until(|it| it.all("finished").is_superset(&answered))
            .await;
        self.ledger.twice("finished")
    }

    /// Waits until nothing has happened for so long.
    pub(super) async fn until_quiet(&self, pause: Duration) {
        let (mut length, mut since) = (self.ledger.length(), Instant::now());
        while since.elapsed() < pause {
            sleep(Duration::from_millis(50)).await;
            if self.ledger.length() != length {
                (length, since) = (self.ledger.length(), Instant::now());
            }
        }
    }

    /// Ends the workers, which have handled everything: nothing is left, and what was answered is not stored again.
    pub(super) async fn end(self, workers: Vec<Process>) {
        // Longer than a claim waits: a receiver that was killed may have stored what it woke nobody for.
        self.until_quiet(3 * SECOND / 2).await;
        for worker in &workers {
            worker.signal("-TERM");
        }
        for worker in workers {
            worker.ended().await;
        }
        self.answer(self.ledger.all("answered")).await;
        let left = self.engine.claim(9, LEASE, SECOND).await.unwrap();
        assert!(left.is_empty(), "{left:?}");
        assert!(self.ledger.all("failed").is_empty());
    }
}

/// Sends signed events to a webhook that stores them here.
pub(super) fn smartcar(engine: impl Engine) -> Dispatcher {
    let token = ManagementToken::new("amt").unwrap();
    let webhook = Webhook::new(token.clone(), Inbox::new(engine));
    Dispatcher::new(webhook).signing_with(token)
}

/// The same for each delivery of it.
pub(super) fn event(event_id: &str) -> VehicleStateBuilder {
    vehicle_state().with("/eventId", event_id)
}

/// A child, killed in the end.
pub(super) struct Process(Child);

impl Process {
    /// As `kill -9` does.
    pub(super) fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    pub(super) fn signal(&self, name: &str) {
        let id = self.0.id().to_string();
        let status = Command::new("kill").args([name, &id]).status().unwrap();
        assert!(status.success());
    }

    pub(super) fn is_dead(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }

    /// Waits until it has ended well.
    pub(super) async fn ended(mut self) {
        let began = Instant::now();
        while !self.is_dead() {
            assert!(began.elapsed() < 10 * SECOND);
            sleep(Duration::from_millis(10)).await;
        }
        assert!(self.0.wait().unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
