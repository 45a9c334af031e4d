//! What wears, and is made good: tyres, oil, the small battery, software.

use std::sync::Arc;

use fastrand::Rng;

use super::{Vehicle, between};

pub(super) struct Upkeep {
    /// In bar: front left, front right, rear left, rear right.
    pub(super) tires: [f64; 4],
    /// 0 to 100.
    pub(super) oil_life: f64,
    /// 0 to 100.
    pub(super) low_voltage: f64,
    pub(super) firmware: Arc<str>,
    updates: u32,
}

/// Below this, in bar, a tyre is said to be low.
const LOW: f64 = 2.0;

impl Upkeep {
    pub(super) fn new(rng: &mut Rng) -> Self {
        let mut new = Self {
            tires: [0.0; 4].map(|_: f64| between(rng, 2.3, 2.7)),
            oil_life: between(rng, 8.0, 95.0),
            low_voltage: between(rng, 45.0, 95.0),
            firmware: "".into(),
            updates: rng.u32(20..60),
        };
        new.update();
        new
    }

    pub(super) fn update(&mut self) {
        self.updates += 1;
        let (major, minor) = (self.updates / 12 + 1, self.updates % 12);
        self.firmware = format!("{major}.{minor}.{}", self.updates * 7 % 10).into();
    }

    pub(super) fn puncture(&mut self, rng: &mut Rng) {
        self.tires[rng.usize(..4)] = between(rng, 1.2, 1.7);
    }

    /// On the way somebody may have looked after it.
    pub(super) fn visit(&mut self, rng: &mut Rng) {
        if self.has_low_tire() && rng.f64() < 0.4 {
            self.tires = self.tires.map(|_| between(rng, 2.4, 2.6));
        }
        if self.oil_life < 10.0 && rng.f64() < 0.2 {
            self.oil_life = 100.0;
        }
    }

    pub(super) fn has_low_tire(&self) -> bool {
        self.tires.iter().any(|it| *it < LOW)
    }
}

impl Vehicle {
    /// What time alone does.
    pub(super) fn age(&mut self, hours: f64) {
        let upkeep = &mut self.upkeep;
        let per_hour = match (&self.trip, self.charging.is_charging()) {
            (Some(_), _) => 25.0,
            (None, true) => 4.0,
            (None, false) => -0.35,
        };
        upkeep.low_voltage = (upkeep.low_voltage + per_hour * hours).clamp(15.0, 96.0);
        upkeep.tires = upkeep.tires.map(|it| (it - 0.0001 * hours).max(0.0));
        if !self.charging.is_charging() && self.state_of_charge > 5.0 {
            self.state_of_charge -= 0.01 * hours;
        }
    }
}
