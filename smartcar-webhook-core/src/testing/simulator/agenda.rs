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
    /// When somebody enables a webhook.
    enabling: Vec<(Instant, usize)>,
    /// Until when everything is held up.
    held_until: Instant,
    /// No more happens.
    pub(super) is_over: bool,
}

impl<'a> Agenda<'a> {
    pub(super) fn new(simulator: &'a Simulator, started: Instant) -> Self {
        Self {
            simulator,
            fleet: Fleet::new(simulator),
            maker: Maker::new(simulator),
            started,
            enabling: Vec::new(),
            held_until: started,
            is_over: false,
        }
    }

    pub(super) fn records(&self) -> Vec<WebhookRecord> {
        let names = self.simulator.webhooks.iter().enumerate();
        let record = |(index, webhook): (usize, &super::SimulatedWebhook)| WebhookRecord {
            id: self.maker.webhook_id(index),
            name: webhook.name.clone(),
            status: WebhookStatus::Unverified,
            disabled: 0,
        };
        names.map(record).collect()
    }

    /// When something happens next.
    pub(super) fn next(&self) -> Option<Instant> {
        if self.is_over {
            return None;
        }
        let enabling = self.enabling.iter().map(|(at, _)| *at).min();
        enabling.into_iter().chain(self.next_of_fleet()).min()
    }

    fn next_of_fleet(&self) -> Option<Instant> {
        let due = self.fleet.next()?;
        #[expect(clippy::cast_precision_loss, reason = "2^52 events are not made")]
        let paced = |rate| Duration::from_secs_f64(self.maker.made() as f64 / rate);
        Some(self.started + self.simulator.rate.map_or(due, paced))
    }

    /// The challenges of a webhook.
    pub(super) fn verify(&mut self, webhook: usize, now_ms: i64) -> Work {
        Work::Verify(webhook, self.maker.challenges(webhook, now_ms))
    }

    /// Has happen what is due.
    pub(super) fn turn(&mut self, now_ms: i64) -> Vec<Work> {
        let now = Instant::now();
        if let Some(index) = self.enabling.iter().position(|(at, _)| *at <= now) {
            let (_, webhook) = self.enabling.swap_remove(index);
            return match self.simulator.ledger.status(webhook) {
                WebhookStatus::Unverified => vec![self.verify(webhook, now_ms)],
                _ => self.enable(webhook, now_ms),
            };
        }
        let mut events = Vec::new();
        let news = self.fleet.turn();
        self.maker.mark(self.fleet.now(), now_ms);
        match news {
            None => {}
            Some(News::Challenge) => {
                let webhooks = 0..self.simulator.webhooks.len();
                return webhooks.map(|it| self.verify(it, now_ms)).collect();
            }
            Some(News::Test(number)) => events.extend(self.maker.test(number, now_ms)),
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
        self.send(events)
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
                let is_active = self.simulator.ledger.status(webhook) == WebhookStatus::Active;
                if let Some(after) = self.simulator.enabled_after.filter(|_| !is_active) {
                    self.enabling.push((Instant::now() + after, webhook));
                }
            }
        }
        Vec::new()
    }

    /// Every vehicle has a first delivery when its webhook is enabled.
    fn enable(&mut self, webhook: usize, now_ms: i64) -> Vec<Work> {
        self.simulator.ledger.enable(webhook);
        let mut events = Vec::new();
        for vehicle in self.fleet.subscribed() {
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
            self.simulator.ledger.began(&event, now - self.started);
            works.push(Work::Deliver(
                Box::new(event),
                held + faults.delay(&mut rng),
            ));
        }
        works
    }
}
