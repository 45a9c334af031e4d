//! Trips.

use std::time::Duration;

use super::place::Place;
use super::plans::{Destination, Step};
use super::trouble::Trouble;
use super::{Vehicle, between, minutes};

/// A trip under way.
pub(super) struct Trip {
    from: Place,
    to: Place,
    km: f64,
    departed: Duration,
    arrives: Duration,
    /// The share of the way that is done.
    done: f64,
}

/// What is left when a battery vehicle goes no further, in percent of its range.
const RESERVE: f64 = 0.2;

/// Under this charge, in percent, a plug-in hybrid starts its engine.
const ENGINE_STARTS: f64 = 12.0;

impl Vehicle {
    /// Somebody gets in: the cable is off and the vehicle awake before it is driven.
    pub(super) fn board(&mut self, destination: Destination) -> Option<Trouble> {
        self.plans.cancel_parking();
        self.unplug();
        self.cabin.wake();
        let wait = minutes(between(&mut self.rng, 1.0, 3.0));
        self.plans.push(self.now + wait, Step::Depart(destination));
        self.wake_up()
    }

    pub(super) fn depart(&mut self, destination: Destination) {
        let mut to = match destination {
            Destination::Home => self.home,
            Destination::Work => self.work,
            Destination::Elsewhere(place) => place,
        };
        if self.at.km_to(to) < 0.5 {
            let heading = self.rng.f64() * 360.0;
            to = self.home.towards(heading, between(&mut self.rng, 2.0, 8.0));
        }
        // Roads are no straight lines.
        let mut km = self.at.km_to(to) * 1.25;
        if self.powertrain() == "BEV" {
            let reach = self.electric_range() * (1.0 - RESERVE);
            if km > reach {
                to = self.at.on_the_way_to(to, reach / km);
                km = reach;
            }
        }
        let average = (20.0 + km).min(85.0) * between(&mut self.rng, 0.85, 1.15);
        let arrives = self.now + minutes((km / average * 60.0).max(1.0));
        self.heading = self.at.heading_to(to);
        self.cabin.drive_off();
        self.trip = Some(Trip {
            from: self.at,
            to,
            km,
            departed: self.now,
            arrives,
            done: 0.0,
        });
        self.plans.push(arrives, Step::Arrive);
        self.drive();
    }

    pub(super) fn drive(&mut self) {
        let Some(trip) = &self.trip else { return };
        let hours = trip.arrives.saturating_sub(trip.departed).as_secs_f64() / 3600.0;
        let average = trip.km / hours;
        let next = self.now + minutes(self.model.cadence.minutes(&mut self.rng));
        if next < trip.arrives {
            self.plans.push(next, Step::Drive);
        }
        self.speed = (average * between(&mut self.rng, 0.5, 1.5)).round();
    }

    /// As far as it has come by now.
    pub(super) fn roll(&mut self) {
        let Some(trip) = &mut self.trip else { return };
        let whole = trip.arrives.saturating_sub(trip.departed).as_secs_f64();
        let done = (self.now.saturating_sub(trip.departed).as_secs_f64() / whole).min(1.0);
        let km = trip.km * (done - trip.done);
        trip.done = done;
        self.at = trip.from.on_the_way_to(trip.to, done);
        self.odometer += km;
        self.consume(km);
    }

    pub(super) fn arrive(&mut self) {
        self.trip = None;
        self.speed = 0.0;
        self.cabin.stop(&mut self.rng);
        self.upkeep.visit(&mut self.rng);
        let level = self.fuel / self.model.tank.max(1.0);
        if level < 0.25 || level < 0.4 && self.rng.f64() < 0.3 {
            self.fuel = self.model.tank * between(&mut self.rng, 0.9, 1.0);
        }
        let lock = between(&mut self.rng, 0.5, 2.0);
        self.plans.push(self.now + minutes(lock), Step::Lock);
        let sleep = between(&mut self.rng, 12.0, 18.0);
        self.plans.push(self.now + minutes(sleep), Step::Sleep);
        self.consider_plugging_in();
    }

    /// In km.
    pub(super) fn electric_range(&self) -> f64 {
        match self.model.consumption {
            0.0 => 0.0,
            consumption => self.model.battery * self.state_of_charge / 100.0 / consumption * 100.0,
        }
    }

    /// In km.
    pub(super) fn fuel_range(&self) -> f64 {
        match self.model.thirst {
            0.0 => 0.0,
            thirst => self.fuel / thirst * 100.0,
        }
    }

    /// Electric first, where there is a choice.
    fn consume(&mut self, km: f64) {
        let model = self.model;
        let electric = if model.tank > 0.0 {
            let percent = (self.state_of_charge - ENGINE_STARTS).max(0.0);
            km.min(percent * model.battery / model.consumption.max(1.0))
        } else {
            km
        };
        if model.battery > 0.0 {
            let percent = electric * model.consumption / model.battery;
            self.state_of_charge = (self.state_of_charge - percent).max(0.0);
        }
        let burned = km - electric;
        self.fuel = (self.fuel - burned * model.thirst / 100.0).max(0.0);
        self.upkeep.oil_life = (self.upkeep.oil_life - burned * 0.006).max(0.0);
    }
}
