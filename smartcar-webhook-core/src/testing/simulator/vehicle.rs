//! A vehicle of the simulated fleet, and its life.
//!
//! A step is taken when it is due; what came of it is found by comparing all readings with those last told.
//! So what happens while nobody can read the vehicle is told once somebody can, as it is then.

mod charging;
mod climate;
mod day;
mod kind;
mod model;
mod parked;
mod place;
mod plans;
mod reading;
mod signals;
mod trip;
mod trouble;
mod upkeep;

use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;

use self::charging::Charging;
pub(super) use self::kind::{Kind, NOT_CAPABLE};
use self::model::{MODELS, Model};
use self::parked::Cabin;
use self::place::{CITIES, Place};
use self::plans::{Plans, Step};
pub(super) use self::reading::Reading;
use self::signals::SIGNALS;
use self::trip::Trip;
use self::trouble::Open;
pub(super) use self::trouble::Trouble;
use self::upkeep::Upkeep;
use crate::testing::basics::Basics;

/// A vehicle that is driven, charged, and out of reach now and then.
///
/// Its time begins on a Monday at midnight UTC.
pub(super) struct Vehicle {
    id: String,
    user_id: String,
    vin: Arc<str>,
    model: &'static Model,
    year: u16,
    colour: &'static str,
    home: Place,
    work: Place,
    /// Hours that its clocks are ahead of UTC.
    utc_offset: f64,
    rng: Rng,
    now: Duration,
    plans: Plans,
    days_planned: u32,
    at: Place,
    heading: f64,
    trip: Option<Trip>,
    speed: f64,
    /// In km.
    odometer: f64,
    /// 0 to 100.
    state_of_charge: f64,
    /// In litres.
    fuel: f64,
    charging: Charging,
    cabin: Cabin,
    upkeep: Upkeep,
    trouble: Option<Open>,
    /// What is known of each signal, in the order of the table; nothing of those the model does not have.
    told: Vec<Option<Told>>,
    told_charging: bool,
}

/// A reading, and since when the vehicle has it.
pub(super) struct Told {
    pub(super) reading: Reading,
    pub(super) since: Duration,
}

/// Something worth telling.
pub(super) enum Change {
    /// The signals with these codes changed.
    Signals(Vec<&'static str>),
    /// An error came up or was resolved.
    Error(Trouble),
    /// `CHARGING_STARTED`, `CHARGING_STOPPED` or `CHARGING_COMPLETED`.
    Charging(&'static str),
}

impl Vehicle {
    /// The same vehicle, with the same life, for the same seed and number.
    pub(super) fn new(seed: u64, number: u64) -> Self {
        let ids = Basics {
            seed,
            ..Basics::default()
        };
        // Seeds and numbers that follow each other would make lives much alike.
        let mut seeds = Rng::with_seed(seed);
        let mut rng = Rng::with_seed(seeds.u64(..) ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let model = &MODELS[rng.usize(..MODELS.len())];
        let city = &CITIES[rng.usize(..CITIES.len())];
        let home = city
            .place
            .towards(rng.f64() * 360.0, between(&mut rng, 0.5, 9.0));
        let work = home.towards(rng.f64() * 360.0, between(&mut rng, 3.0, 28.0));
        let mut vehicle = Self {
            id: ids.id(&format!("vehicle {number}")),
            user_id: ids.id(&format!("user {number}")),
            vin: model.vin(&mut rng).into(),
            model,
            year: rng.u16(2019..=2026),
            colour: ["White", "Space", "Pebble Gray", "Deep Blue"][rng.usize(..4)],
            home,
            work,
            utc_offset: city.utc_offset,
            now: Duration::ZERO,
            plans: Plans::default(),
            days_planned: 0,
            at: home,
            heading: 0.0,
            trip: None,
            speed: 0.0,
            odometer: between(&mut rng, 900.0, 140_000.0),
            state_of_charge: between(&mut rng, 35.0, 80.0),
            fuel: model.tank * between(&mut rng, 0.4, 0.9),
            charging: Charging::new(&mut rng),
            cabin: Cabin::default(),
            upkeep: Upkeep::new(&mut rng),
            trouble: None,
            told: Vec::new(),
            told_charging: false,
            rng,
        };
        vehicle.told = SIGNALS
            .iter()
            .map(|(code, read)| {
                model.supports(code).then(|| Told {
                    reading: read(&vehicle),
                    since: Duration::ZERO,
                })
            })
            .collect();
        vehicle.plan_ahead();
        vehicle
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn user_id(&self) -> &str {
        &self.user_id
    }

    /// In upper case or title case, as the make itself has it.
    pub(super) fn make(&self) -> &'static str {
        self.model.make
    }

    pub(super) fn model(&self) -> &'static str {
        self.model.name
    }

    pub(super) fn year(&self) -> u16 {
        self.year
    }

    /// `BEV`, `PHEV` or `ICE`.
    pub(super) fn powertrain(&self) -> &'static str {
        self.model.powertrain()
    }

    /// The codes of all signals that any vehicle of the fleet has.
    pub(super) fn codes() -> impl Iterator<Item = &'static str> {
        SIGNALS.iter().map(|(code, _)| *code)
    }

    /// Whether this model has the signal.
    pub(super) fn supports(&self, code: &str) -> bool {
        self.told(code).is_some()
    }

    /// What was last read of a signal, or why it cannot be read.
    pub(super) fn signal(&self, code: &str) -> Result<&Told, &'static Kind> {
        let told = self.told(code).ok_or(&NOT_CAPABLE)?;
        match &self.trouble {
            Some(open) if open.kind.affects(code) => Err(open.kind),
            _ => Ok(told),
        }
    }

    /// The error of all those of these signals that the model does not have, if there are any.
    pub(super) fn incompatibility(&self, codes: &[&'static str]) -> Option<Trouble> {
        let codes = codes.iter().copied();
        let missing: Vec<_> = codes.filter(|it| !self.supports(it)).collect();
        (!missing.is_empty()).then_some(Trouble {
            kind: &NOT_CAPABLE,
            is_resolved: false,
            signals: missing,
        })
    }

    /// When it changes next, in its own time since the start of the simulation.
    pub(super) fn next_change(&self) -> Duration {
        let next = self.plans.next_at();
        next.unwrap_or_else(|| self.planned_until())
    }

    /// Makes that change, and says what is worth telling of it: nothing while an error keeps the vehicle from being read.
    pub(super) fn change(&mut self) -> Vec<Change> {
        let Some((at, step)) = self.plans.pop() else {
            return Vec::new();
        };
        self.pass(at);
        let trouble = self.take(step);
        self.plan_ahead();
        let mut changes: Vec<_> = trouble.map(Change::Error).into_iter().collect();
        if self.is_readable() {
            changes.extend(self.tell_charging().map(Change::Charging));
            let signals = self.tell_signals();
            changes.extend((!signals.is_empty()).then_some(Change::Signals(signals)));
        }
        changes
    }

    /// What goes on by itself, until this time.
    fn pass(&mut self, at: Duration) {
        let hours = at.saturating_sub(self.now).as_secs_f64() / 3600.0;
        self.now = at;
        self.roll();
        self.charge(hours);
        self.age(hours);
    }

    fn take(&mut self, step: Step) -> Option<Trouble> {
        match step {
            Step::Board(destination) => return self.board(destination),
            Step::Depart(destination) => self.depart(destination),
            Step::Drive => self.drive(),
            Step::Arrive => self.arrive(),
            Step::Lock => self.lock(),
            Step::Sleep => self.cabin.is_asleep = true,
            Step::PlugIn => self.plug_in(),
            Step::StartCharging => self.start_charging(),
            Step::Charge => self.go_on_charging(),
            Step::StopCharging => self.stop_charging(),
            Step::Update => self.upkeep.update(),
            Step::Puncture => self.upkeep.puncture(&mut self.rng),
            Step::Fail(kind) => return self.fail(kind),
            Step::Recover => return self.recover(),
        }
        None
    }

    fn is_readable(&self) -> bool {
        let kind = self.trouble.as_ref().map(|it| it.kind);
        kind.is_none_or(|it| !it.signals.is_empty())
    }

    /// Reads all signals that can be, and says which are otherwise than they were.
    fn tell_signals(&mut self) -> Vec<&'static str> {
        let mut told = std::mem::take(&mut self.told);
        let mut changed = Vec::new();
        for ((code, read), told) in SIGNALS.iter().zip(&mut told) {
            let Some(told) = told else { continue };
            let kind = self.trouble.as_ref().map(|it| it.kind);
            let reading = read(self);
            if reading != told.reading && kind.is_none_or(|it| !it.affects(code)) {
                *told = Told {
                    reading,
                    since: self.now,
                };
                changed.push(*code);
            }
        }
        self.told = told;
        changed
    }

    fn told(&self, code: &str) -> Option<&Told> {
        let at = SIGNALS.binary_search_by(|it| it.0.cmp(code)).ok()?;
        self.told[at].as_ref()
    }
}

/// A number of this range.
fn between(rng: &mut Rng, low: f64, high: f64) -> f64 {
    low + rng.f64() * (high - low)
}

/// So many minutes, to the second.
fn minutes(minutes: f64) -> Duration {
    Duration::from_secs_f64((minutes.max(0.0) * 60.0).round())
}

#[cfg(test)]
mod tests;
