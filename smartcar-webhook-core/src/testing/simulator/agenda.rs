//! What happens when, and what is sent because of it.

use std::time::Duration;

use tokio::time::Instant;

use super::event::Event;
use super::fleet::{Fleet, News};
use super::ledger::{WebhookRecord, WebhookStatus};
use super::maker::Maker;
use super::sender::{Done, Work};
use super::setup::Simulator;

/// What happens when, and what is sent because of it.
pub(super) struct Agenda<'a> {
    simulator: &'a Simulator,
    fleet: Fleet,
    maker: Maker<'a>,
    started: Instant,
    /// When somebody does what in the dashboard.
    clicks: Vec<(Instant, Click)>,
    /// How often the test button was pressed.
    tests: u64,
    /// Until when everything is held up.
    held_until: Instant,
    /// How many turns in a row made no event.
    idle: u32,
    is_over: bool,
}

/// What somebody does in the dashboard.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Click {
    /// Enables a webhook, or has it verified if it is not.
    Enable(usize),
    /// Presses the test button.
    Test,
    /// Has every webhook verified once more.
    Verify,
}

impl<'a> Agenda<'a> {
    pub(super) fn new(simulator: &'a Simulator, started: Instant) -> Self {
        let mut agenda = Self {
            simulator,
            fleet: Fleet::new(simulator),
            maker: Maker::new(simulator),
            started,
            clicks: Vec::new(),
            tests: 0,
            held_until: started,
            idle: 0,
            is_over: false,
        };
        agenda.plan(started, simulator.tests_every, Click::Test);
        agenda.plan(started, simulator.challenges_every, Click::Verify);
        agenda
    }

    fn plan(&mut self, from: Instant, after: Option<Duration>, click: Click) {
        // What is beyond the clock never comes.
        if let Some(at) = after.and_then(|it| from.checked_add(it)) {
            self.clicks.push((at, click));
        }
    }

    pub(super) fn records(&self) -> Vec<WebhookRecord> {
        let webhooks = self.simulator.webhooks.iter().enumerate();
        let records = webhooks.map(|(index, webhook)| WebhookRecord {
            id: self.maker.webhook_id(index),
            name: webhook.name.clone(),
            status: WebhookStatus::Unverified,
            disabled: 0,
        });
        records.collect()
    }

    /// When something happens next.
    pub(super) fn next(&self) -> Option<Instant> {
        if self.is_over {
            return None;
        }
        let clicks = self.clicks.iter().map(|(at, _)| *at);
        clicks.chain(self.next_of_fleet()).min()
    }

    fn next_of_fleet(&self) -> Option<Instant> {
        let due = self.fleet.next()?;
        let Some(rate) = self.simulator.rate else {
            return self.started.checked_add(due);
        };
        #[expect(clippy::cast_precision_loss, reason = "2^52 events are not made")]
        let paced = Duration::from_secs_f64(self.maker.made() as f64 / rate);
        let at = self.started.checked_add(paced)?;
        // A fleet of which there is nothing to tell would turn without end while no time passes.
        let is_idle = self.idle >= 10_000;
        Some(at.max(Instant::now() + Duration::from_millis(is_idle.into())))
    }

    /// The first challenges are answered: the fleet begins to live.
    pub(super) fn begin(&mut self) {
        self.started = Instant::now();
    }

    /// No more happens; what is under way goes on.
    pub(super) fn end(&mut self) {
        self.is_over = true;
    }

    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// The challenges of a webhook.
    pub(super) fn verify(&mut self, webhook: usize, now_ms: i64) -> Work {
        Work::Verify(webhook, self.maker.challenges(webhook, now_ms))
    }

    /// Takes the next thing that is due.
    pub(super) fn turn(&mut self, now_ms: i64) -> Vec<Work> {
        let now = Instant::now();
        if let Some(index) = self.clicks.iter().position(|(at, _)| *at <= now) {
            let (at, click) = self.clicks.swap_remove(index);
            return self.click(at, click, now_ms);
        }
        let mut events = Vec::new();
        let news = self.fleet.turn();
        self.maker.mark(self.fleet.now(), now_ms);
        match news {
            None => {}
            Some(News::Subscribed(vehicle)) => {
                for webhook in 0..self.simulator.webhooks.len() {
                    let vehicle = self.fleet.vehicle(vehicle);
                    events.extend(self.maker.first_delivery(webhook, vehicle, now_ms));
                }
            }
            Some(News::Changed(vehicle, changes)) => {
                let vehicle = self.fleet.vehicle(vehicle);
                for change in changes {
                    events.extend(self.maker.change(vehicle, &change, now_ms));
                }
            }
            Some(News::Schedule(webhook)) => {
                let vehicles: Vec<_> = self.fleet.subscribed().collect();
                events.extend(self.maker.schedule(webhook, &vehicles, now_ms));
            }
        }
        self.idle = if events.is_empty() {
            self.idle.saturating_add(1)
        } else {
            0
        };
        self.send(events)
    }

    fn click(&mut self, at: Instant, click: Click, now_ms: i64) -> Vec<Work> {
        match click {
            Click::Enable(webhook) => match self.simulator.ledger.status(webhook) {
                WebhookStatus::Unverified => vec![self.verify(webhook, now_ms)],
                WebhookStatus::Disabled => self.enable(webhook, now_ms),
                WebhookStatus::Active => Vec::new(),
            },
            Click::Test => {
                self.plan(at, self.simulator.tests_every, click);
                self.tests += 1;
                let test = self.maker.test(self.tests, now_ms);
                self.send(test.into_iter().collect())
            }
            Click::Verify => {
                self.plan(at, self.simulator.challenges_every, click);
                let webhooks = 0..self.simulator.webhooks.len();
                webhooks.map(|it| self.verify(it, now_ms)).collect()
            }
        }
    }

    /// What follows from a work that is done.
    pub(super) fn after(&mut self, done: &Done, now_ms: i64) -> Vec<Work> {
        match *done {
            Done::Delivered => {}
            Done::Verified(webhook) => {
                if self.simulator.ledger.status(webhook) == WebhookStatus::Unverified {
                    return self.enable(webhook, now_ms);
                }
            }
            Done::Disabled(webhook) | Done::Unverified(webhook) => {
                let click = Click::Enable(webhook);
                let is_active = self.simulator.ledger.status(webhook) == WebhookStatus::Active;
                let is_planned = self.clicks.iter().any(|(_, it)| *it == click);
                if !is_active && !is_planned {
                    self.plan(Instant::now(), self.simulator.enabled_after, click);
                }
            }
        }
        Vec::new()
    }

    /// Every vehicle has a first delivery when its webhook is enabled.
    fn enable(&mut self, webhook: usize, now_ms: i64) -> Vec<Work> {
        self.simulator.ledger.enable(webhook);
        self.clicks.retain(|(_, it)| *it != Click::Enable(webhook));
        let mut events = Vec::new();
        let subscribed = self.fleet.subscribed().filter(|_| !self.is_over);
        for vehicle in subscribed {
            events.extend(self.maker.first_delivery(webhook, vehicle, now_ms));
        }
        self.send(events)
    }

    /// Sends events, at once or when they are held up no more.
    fn send(&mut self, events: Vec<Event>) -> Vec<Work> {
        let faults = &self.simulator.faults;
        let now = Instant::now();
        let mut works = Vec::new();
        for event in events {
            if self.simulator.ledger.status(event.webhook) != WebhookStatus::Active {
                self.simulator.ledger.unsent();
                continue;
            }
            let mut rng = event.rng(self.simulator.seed, "way", 0);
            if let Some(time) = faults.burst(&mut rng).filter(|_| self.held_until <= now) {
                self.held_until = now + time;
            }
            let held = self.held_until.saturating_duration_since(now);
            let after = held + faults.delay(&mut rng);
            self.simulator
                .ledger
                .began(&event, now - self.started + after);
            let event = Box::new(event);
            let mut rng = event.rng(self.simulator.seed, "copy", 0);
            if let Some(later) = faults.copy(&mut rng) {
                works.push(Work::Copy(event.clone(), after + later));
            }
            works.push(Work::Deliver(event, after));
        }
        works
    }
}
