//! Charging.

use fastrand::Rng;

use super::plans::Step;
use super::{Vehicle, between, minutes};

/// The plug, and what comes through it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each can be so without the others"
)]
pub(super) struct Charging {
    pub(super) is_plugged_in: bool,
    pub(super) is_fast: bool,
    /// In kW; 0 while it does not charge.
    pub(super) power: f64,
    /// In kWh, since it was plugged in.
    pub(super) added: f64,
    /// In km for an hour, while it last charged.
    pub(super) rate: f64,
    /// Up to where it charges, in percent.
    pub(super) limit: f64,
    /// Whether the limit was reached when it last ended.
    is_completed: bool,
    /// Whether it waits for the night.
    has_timer: bool,
}

impl Charging {
    pub(super) fn new(rng: &mut Rng) -> Self {
        Self {
            is_plugged_in: false,
            is_fast: false,
            power: 0.0,
            added: 0.0,
            rate: 0.0,
            limit: [80.0, 80.0, 90.0, 100.0][rng.usize(..4)],
            is_completed: false,
            has_timer: rng.f64() < 0.3,
        }
    }

    pub(super) fn is_charging(&self) -> bool {
        self.power > 0.0
    }

    pub(super) fn voltage(&self) -> f64 {
        match (self.is_charging(), self.is_fast) {
            (false, _) => 0.0,
            (true, false) => 230.0,
            (true, true) => 400.0,
        }
    }
}

impl Vehicle {
    /// Whether the cable is taken to hand, after a trip.
    pub(super) fn consider_plugging_in(&mut self) {
        if self.model.battery == 0.0 {
            return;
        }
        let charge = self.state_of_charge;
        let is_home = self.is_at_home();
        let likely = match charge {
            ..30.0 => 1.0,
            ..55.0 if is_home => 0.85,
            ..80.0 if is_home => 0.5,
            ..55.0 if self.at == self.work => 0.4,
            _ => 0.0,
        };
        self.charging.is_fast = !is_home && self.at != self.work && self.model.dc > 0.0;
        if self.rng.f64() < likely {
            let wait = minutes(between(&mut self.rng, 2.0, 5.0));
            self.plans.push(self.now + wait, Step::PlugIn);
        }
    }

    pub(super) fn plug_in(&mut self) {
        self.charging.is_plugged_in = true;
        self.charging.added = 0.0;
        let wait = if self.charging.has_timer && self.is_at_home() {
            (23.5 * 60.0 - self.local_minutes()).rem_euclid(24.0 * 60.0)
        } else {
            between(&mut self.rng, 0.2, 1.0)
        };
        self.plans
            .push(self.now + minutes(wait), Step::StartCharging);
    }

    pub(super) fn start_charging(&mut self) {
        if !self.is_full() {
            if self.rng.f64() < 0.12 {
                let at = self.now + minutes(between(&mut self.rng, 8.0, 60.0));
                self.plans.push(at, Step::StopCharging);
            }
            self.go_on_charging();
        }
    }

    /// Charges on, at the power that fits; or ends.
    pub(super) fn go_on_charging(&mut self) {
        if self.is_full() {
            self.plans.cancel_charging();
            self.charging.power = 0.0;
            self.charging.is_completed = true;
            return;
        }
        self.charging.is_completed = false;
        let model = self.model;
        // A battery takes less the fuller it is.
        let (most, bend) = if self.charging.is_fast {
            (model.dc, 50.0)
        } else {
            (model.ac, 92.0)
        };
        let beyond = (self.state_of_charge - bend).max(0.0) / (100.0 - bend);
        self.charging.power = most * (1.0 - 0.85 * beyond) * between(&mut self.rng, 0.95, 1.0);
        self.charging.rate = self.charging.power / model.consumption * 100.0;
        let step = model.cadence.minutes(&mut self.rng).max(6.0);
        // Never beyond the limit, and a second more rather than one less.
        let rest = self.minutes_to_limit() + 1.0 / 60.0;
        let next = self.now + minutes(step.min(rest));
        self.plans.push(next, Step::Charge);
    }

    /// Ended by the driver or the charger, before the limit.
    pub(super) fn stop_charging(&mut self) {
        self.plans.cancel_charging();
        self.charging.power = 0.0;
        if self.rng.f64() < 0.5 {
            let wait = minutes(between(&mut self.rng, 10.0, 40.0));
            self.plans.push(self.now + wait, Step::StartCharging);
        }
    }

    pub(super) fn unplug(&mut self) {
        self.charging.power = 0.0;
        self.charging.is_plugged_in = false;
        self.charging.is_fast = false;
    }

    /// What has come in by now.
    pub(super) fn charge(&mut self, hours: f64) {
        if self.charging.is_charging() {
            let room = (self.charging.limit - self.state_of_charge) / 100.0 * self.model.battery;
            let energy = (self.charging.power * hours).min(room.max(0.0));
            self.charging.added += energy;
            let percent = energy / self.model.battery * 100.0;
            self.state_of_charge = (self.state_of_charge + percent).min(100.0);
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.state_of_charge >= self.charging.limit - 0.01
    }

    /// At the power of this moment.
    pub(super) fn minutes_to_limit(&self) -> f64 {
        let percent = (self.charging.limit - self.state_of_charge).max(0.0);
        match self.charging.power {
            0.0 => 0.0,
            power => percent / 100.0 * self.model.battery / power * 60.0,
        }
    }

    /// The event of what became of charging since the last one.
    pub(super) fn tell_charging(&mut self) -> Option<&'static str> {
        let is_charging = self.charging.is_charging();
        if is_charging == self.told_charging {
            return None;
        }
        self.told_charging = is_charging;
        Some(match (is_charging, self.charging.is_completed) {
            (true, _) => "CHARGING_STARTED",
            (false, true) => "CHARGING_COMPLETED",
            (false, false) => "CHARGING_STOPPED",
        })
    }
}
