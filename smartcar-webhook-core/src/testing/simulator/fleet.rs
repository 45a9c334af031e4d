//! The vehicles, and when something happens to them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use super::seed::derived;
use super::setup::Simulator;
use super::simulated_webhook::Kind;
use super::vehicle::{Change, Vehicle};

/// The vehicles, and when something happens to them.
pub(super) struct Fleet {
    vehicles: Vec<Vehicle>,
    is_subscribed: Vec<bool>,
    due: BinaryHeap<Reverse<(Duration, Job)>>,
    now: Duration,
    schedules: Vec<Option<Duration>>,
}

/// What is to happen; of what is to happen at the same time, the upper one first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Job {
    Subscribe(usize),
    Change(usize),
    Schedule(usize),
}

/// What happened.
pub(super) enum News {
    /// A vehicle was subscribed.
    Subscribed(usize),
    /// A vehicle changed.
    Changed(usize, Vec<Change>),
    /// A webhook is to tell of all vehicles.
    Schedule(usize),
}

impl Fleet {
    pub(super) fn new(simulator: &Simulator) -> Self {
        let vehicles = (0..simulator.vehicles).map(|it| Vehicle::new(simulator.seed, it));
        let vehicles: Vec<_> = vehicles.collect();
        let schedules = simulator.webhooks.iter().map(|it| match it.kind {
            Kind::Schedule { every } => Some(every),
            _ => None,
        });
        let mut fleet = Self {
            is_subscribed: vec![false; vehicles.len()],
            vehicles,
            due: BinaryHeap::new(),
            now: Duration::ZERO,
            schedules: schedules.collect(),
        };
        let mut rng = derived(simulator.seed, "subscriptions", &[]);
        for vehicle in 0..fleet.vehicles.len() {
            let at = simulator.subscribes_within.mul_f64(rng.f64());
            fleet.plan(at, Job::Subscribe(vehicle));
        }
        for (webhook, every) in fleet.schedules.clone().into_iter().enumerate() {
            fleet.plan_again(Duration::ZERO, every, Job::Schedule(webhook));
        }
        fleet
    }

    fn plan(&mut self, at: Duration, job: Job) {
        self.due.push(Reverse((at, job)));
    }

    fn plan_again(&mut self, now: Duration, every: Option<Duration>, job: Job) {
        // What is beyond all time never comes.
        if let Some(at) = every.and_then(|it| now.checked_add(it)) {
            self.plan(at, job);
        }
    }

    /// When something happens next, in the time of the fleet.
    pub(super) fn next(&self) -> Option<Duration> {
        let Reverse((at, _)) = self.due.peek()?;
        Some(*at)
    }

    /// How far the lives of its vehicles have come.
    pub(super) fn now(&self) -> Duration {
        self.now
    }

    /// Takes the next thing that happens.
    pub(super) fn turn(&mut self) -> Option<News> {
        let Reverse((now, job)) = self.due.pop()?;
        self.now = now;
        match job {
            Job::Subscribe(vehicle) => {
                self.is_subscribed[vehicle] = true;
                // Nobody is told what happened to it before.
                while self.vehicles[vehicle].next_change() <= now {
                    self.vehicles[vehicle].change();
                }
                self.plan(self.vehicles[vehicle].next_change(), Job::Change(vehicle));
                Some(News::Subscribed(vehicle))
            }
            Job::Change(vehicle) => {
                let changes = self.vehicles[vehicle].change();
                self.plan(self.vehicles[vehicle].next_change(), job);
                Some(News::Changed(vehicle, changes))
            }
            Job::Schedule(webhook) => {
                self.plan_again(now, self.schedules[webhook], job);
                Some(News::Schedule(webhook))
            }
        }
    }

    pub(super) fn vehicle(&self, index: usize) -> &Vehicle {
        &self.vehicles[index]
    }

    pub(super) fn subscribed(&self) -> impl Iterator<Item = &Vehicle> {
        let all = self.vehicles.iter().zip(&self.is_subscribed);
        all.filter_map(|(vehicle, is_subscribed)| is_subscribed.then_some(vehicle))
    }
}
