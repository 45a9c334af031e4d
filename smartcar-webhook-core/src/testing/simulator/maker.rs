//! Makes events of what happens to vehicles.

use std::time::Duration;

use serde_json::Value;

use super::super::spelling::Spelling;
use super::body::{self, Cause, Stamp};
use super::body_writer::{Order, written};
use super::calendar::Calendar;
use super::challenge::Challenge;
use super::event::Event;
use super::seed::{derived, uuid};
use super::setup::Simulator;
use super::simulated_webhook::{Kind, SimulatedWebhook};
use super::vehicle::{Change, Vehicle};
use crate::payload::Delivery;

/// Makes events of what happens to vehicles, for each webhook that wants to know.
pub(super) struct Maker<'a> {
    simulator: &'a Simulator,
    calendar: Calendar,
    /// How many events were made.
    made: u64,
    challenges: u64,
}

impl<'a> Maker<'a> {
    pub(super) fn new(simulator: &'a Simulator) -> Self {
        Self {
            simulator,
            calendar: match simulator.rate {
                None => Calendar::natural(simulator.starts_at_ms),
                Some(_) => Calendar::paced(simulator.starts_at_ms),
            },
            made: 0,
            challenges: 0,
        }
    }

    /// Notes how far the lives of vehicles have come at this time.
    pub(super) fn mark(&mut self, life: Duration, now_ms: i64) {
        self.calendar.mark(life, now_ms);
    }

    pub(super) fn made(&self) -> u64 {
        self.made
    }

    pub(super) fn webhook_id(&self, webhook: usize) -> String {
        uuid(&mut derived(
            self.simulator.seed,
            "webhook",
            &[webhook as u64],
        ))
    }

    /// A challenge for each callback of a webhook.
    pub(super) fn challenges(&mut self, webhook: usize, now_ms: i64) -> Vec<Challenge> {
        let setup = &self.simulator.webhooks[webhook];
        let mut challenges = Vec::new();
        for callback in setup.callbacks() {
            self.challenges += 1;
            let mut rng = derived(self.simulator.seed, "challenge", &[self.challenges]);
            let text: String = std::iter::repeat_with(|| rng.alphanumeric())
                .take(16)
                .collect();
            let (event_id, webhook_id) = (uuid(&mut rng), self.webhook_id(webhook));
            let stamp = self.stamp(webhook, now_ms, &event_id, &webhook_id);
            let mut body = if setup.is_v4() {
                body::verify(&stamp, &text)
            } else {
                body::v2_verify(&stamp, &text)
            };
            let order = self.respell(&mut body, self.challenges);
            challenges.push(Challenge {
                callback: callback.clone(),
                text,
                body: written(&body, order),
                // Whether they are is not known; so some are.
                is_signed: rng.bool(),
            });
        }
        challenges
    }

    /// What a vehicle is sent of when it was subscribed: a state, and an error for what its model does not support.
    pub(super) fn first_delivery(
        &mut self,
        webhook: usize,
        vehicle: &Vehicle,
        now_ms: i64,
    ) -> Vec<Event> {
        let setup = &self.simulator.webhooks[webhook];
        if !setup.is_v4() {
            return Vec::new();
        }
        let data = data(setup);
        let state = self.event(webhook, now_ms, |stamp| {
            body::vehicle_state(stamp, vehicle, &data, Cause::FirstDelivery)
        });
        let mut events = vec![state.about(vehicle)];
        if let Some(trouble) = vehicle.incompatibility(&data) {
            let error = self.event(webhook, now_ms, |stamp| {
                body::vehicle_error(stamp, vehicle, &trouble)
            });
            events.push(error.about(vehicle));
        }
        // Either may come first.
        derived(self.simulator.seed, "order", &[self.made]).shuffle(&mut events);
        events
    }

    /// What the webhooks tell of a change.
    pub(super) fn change(&mut self, vehicle: &Vehicle, change: &Change, now_ms: i64) -> Vec<Event> {
        let mut events = Vec::new();
        for (webhook, setup) in self.simulator.webhooks.iter().enumerate() {
            let event = match (setup.kind, change) {
                (Kind::Signals, Change::Signals(changed)) => {
                    let triggers = triggers(setup, changed);
                    if triggers.is_empty() {
                        continue;
                    }
                    self.event(webhook, now_ms, |stamp| {
                        let cause = Cause::Signals(&triggers);
                        body::vehicle_state(stamp, vehicle, &data(setup), cause)
                    })
                }
                (Kind::Signals, Change::Error(trouble)) => {
                    let mut rng = derived(self.simulator.seed, "repeated", &[self.made]);
                    if self.simulator.faults.error_is_repeated(&mut rng) {
                        let event = self.event(webhook, now_ms, |stamp| {
                            body::vehicle_error(stamp, vehicle, trouble)
                        });
                        events.push(event.about(vehicle));
                    }
                    self.event(webhook, now_ms, |stamp| {
                        body::vehicle_error(stamp, vehicle, trouble)
                    })
                }
                (Kind::EventBased, Change::Charging(event_type)) => {
                    self.event(webhook, now_ms, |stamp| {
                        body::charging(stamp, vehicle, event_type)
                    })
                }
                (Kind::Dynamic, Change::Signals(_)) => self.event(webhook, now_ms, |stamp| {
                    body::vehicles("dynamic", stamp, &[vehicle], &PATHS)
                }),
                _ => continue,
            };
            events.push(event.about(vehicle));
        }
        events
    }

    /// A webhook of 2.0 tells of vehicles, of several in one delivery.
    pub(super) fn schedule(
        &mut self,
        webhook: usize,
        vehicles: &[&Vehicle],
        now_ms: i64,
    ) -> Vec<Event> {
        let mut events = Vec::new();
        let mut rest = vehicles;
        while !rest.is_empty() {
            let mut rng = derived(self.simulator.seed, "batch", &[self.made]);
            let (batch, others) = rest.split_at(rng.usize(1..=5).min(rest.len()));
            let event = self.event(webhook, now_ms, |stamp| {
                body::vehicles("schedule", stamp, batch, &PATHS)
            });
            events.push(match batch {
                [vehicle] => event.about(vehicle),
                _ => event,
            });
            rest = others;
        }
        events
    }

    /// A test delivery of one of the webhooks of 4.0, taking turns.
    pub(super) fn test(&mut self, number: u64, now_ms: i64) -> Option<Event> {
        let webhooks = self.simulator.webhooks.iter().enumerate();
        let webhooks: Vec<_> = webhooks.filter(|(_, it)| it.is_v4()).collect();
        let turn = usize::try_from(number).ok()?.checked_rem(webhooks.len())?;
        let (webhook, setup) = webhooks[turn];
        let data = data(setup);
        let mut event = self.event(webhook, now_ms, |stamp| body::sample(stamp, &data));
        event.is_live = false;
        Some(event)
    }

    fn event(
        &mut self,
        webhook: usize,
        now_ms: i64,
        body: impl FnOnce(&Stamp<'_>) -> Value,
    ) -> Event {
        self.made += 1;
        let setup = &self.simulator.webhooks[webhook];
        let mut rng = derived(self.simulator.seed, "event", &[self.made]);
        let (event_id, webhook_id) = (uuid(&mut rng), self.webhook_id(webhook));
        let mut body = body(&self.stamp(webhook, now_ms, &event_id, &webhook_id));
        let order = self.respell(&mut body, self.made);
        let kind = kind(&body);
        let is_error = kind == "VEHICLE_ERROR";
        let error_callback = setup.error_callback.as_ref().filter(|_| is_error);
        let body = written(&body, order);
        let delivery = Delivery::assume_verified(body.clone());
        Event {
            number: self.made,
            webhook,
            callback: error_callback.unwrap_or(&setup.callback).clone(),
            kind,
            vehicle_id: None,
            body,
            order,
            is_live: true,
            key: delivery.map(|it| it.idempotency_key()).unwrap_or_default(),
        }
    }

    fn stamp<'s>(
        &'s self,
        webhook: usize,
        now_ms: i64,
        event_id: &'s str,
        webhook_id: &'s str,
    ) -> Stamp<'s> {
        Stamp {
            event_id,
            // Each attempt has its own.
            delivery_id: "",
            webhook_id,
            webhook_name: &self.simulator.webhooks[webhook].name,
            calendar: &self.calendar,
            at_ms: now_ms,
        }
    }

    /// Respells a body as it is set up; in which order its keys are written.
    fn respell(&self, body: &mut Value, number: u64) -> Order {
        for spelling in &self.simulator.spellings {
            spelling.respell(body);
        }
        if !self.simulator.any_spelling {
            return Order::Usual;
        }
        let mut rng = derived(self.simulator.seed, "spelling", &[number]);
        for _ in 0..rng.usize(0..4) {
            if let Some(spelling) = rng.choice(Spelling::ALL) {
                spelling.respell(body);
            }
        }
        Order::Shuffled(rng.u64(..))
    }
}

impl Event {
    fn about(self, vehicle: &Vehicle) -> Self {
        let vehicle_id = Some(vehicle.id().to_owned());
        Self { vehicle_id, ..self }
    }
}

/// What a webhook of 2.0 sends of each vehicle.
const PATHS: [&str; 10] = [
    "/",
    "/battery",
    "/battery/capacity",
    "/charge",
    "/charge/limit",
    "/fuel",
    "/location",
    "/odometer",
    "/security",
    "/tires/pressure",
];

/// What a webhook sends, by code.
fn data(webhook: &SimulatedWebhook) -> Vec<&'static str> {
    match &webhook.data[..] {
        [] => Vehicle::codes().collect(),
        data => data.to_vec(),
    }
}

/// Which of the changed signals trigger a delivery.
fn triggers(webhook: &SimulatedWebhook, changed: &[&'static str]) -> Vec<&'static str> {
    let mut triggers = changed.to_vec();
    triggers.retain(|it| webhook.triggers.is_empty() || webhook.triggers.contains(it));
    triggers
}

/// The name that an event is counted under.
fn kind(body: &Value) -> &'static str {
    let names = [
        &body["eventType"],
        &body["payload"]["eventType"],
        &body["eventName"],
    ];
    let name = names
        .into_iter()
        .find_map(Value::as_str)
        .unwrap_or_default();
    let known = [
        "VEHICLE_STATE",
        "VEHICLE_ERROR",
        "CHARGING_STARTED",
        "CHARGING_STOPPED",
        "CHARGING_COMPLETED",
        "schedule",
        "scheduled",
        "dynamic",
    ];
    known
        .into_iter()
        .find(|it| *it == name)
        .unwrap_or("unknown")
}
