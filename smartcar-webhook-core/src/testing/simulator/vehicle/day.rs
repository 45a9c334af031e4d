//! What a day brings.

use std::time::Duration;

use super::kind::KINDS;
use super::plans::{Destination, Step};
use super::{Vehicle, between, minutes};

const DAY: f64 = 24.0 * 60.0;

impl Vehicle {
    /// Plans days until there is something to do before the last of them is over.
    pub(super) fn plan_ahead(&mut self) {
        while self.next_change() >= self.planned_until() {
            self.plan_day();
        }
    }

    /// The midnight where it lives after the days planned.
    pub(super) fn planned_until(&self) -> Duration {
        minutes(self.utc(self.days_planned, 0.0))
    }

    /// The minutes since midnight where it lives.
    pub(super) fn local_minutes(&self) -> f64 {
        (self.now.as_secs_f64() / 60.0 + self.utc_offset * 60.0).rem_euclid(DAY)
    }

    fn utc(&self, day: u32, local: f64) -> f64 {
        f64::from(day) * DAY + local - self.utc_offset * 60.0
    }

    fn plan_day(&mut self) {
        let day = self.days_planned;
        self.days_planned += 1;
        for (hour, destination) in self.trips(day % 7 >= 5) {
            self.plan(day, hour, Step::Board(destination));
        }
        if self.rng.f64() < 0.04 {
            let hour = between(&mut self.rng, 1.5, 4.0);
            self.plan(day, hour, Step::Update);
        }
        if self.rng.f64() < 0.02 {
            let hour = between(&mut self.rng, 8.0, 18.0);
            self.plan(day, hour, Step::Puncture);
        }
        if self.rng.f64() < 0.14 {
            let make = self.make();
            let kinds: Vec<_> = KINDS.iter().filter(|it| it.befalls(make)).collect();
            let hour = between(&mut self.rng, 0.0, 24.0);
            let kind = kinds[self.rng.usize(..kinds.len())];
            self.plan(day, hour, Step::Fail(kind));
        }
    }

    /// When it leaves for where; far enough apart that none begins before the last is over.
    fn trips(&mut self, is_weekend: bool) -> Vec<(f64, Destination)> {
        let mut trips = Vec::new();
        match (is_weekend, self.rng.f64()) {
            (true, ..0.25) | (false, ..0.06) => return trips,
            (true, ..0.45) => {
                let away = self.somewhere(25.0, 80.0);
                self.out_and_back(&mut trips, (8.5, 10.5), away, (15.0, 18.0));
            }
            (true, _) => {
                let shop = self.somewhere(1.5, 12.0);
                self.out_and_back(&mut trips, (9.0, 10.5), shop, (11.5, 13.0));
            }
            (false, _) => {
                self.out_and_back(&mut trips, (6.5, 8.5), Destination::Work, (16.0, 17.8));
            }
        }
        if self.rng.f64() < 0.45 {
            let evening = self.somewhere(1.5, 12.0);
            self.out_and_back(&mut trips, (19.7, 20.3), evening, (21.2, 22.8));
        }
        trips
    }

    fn out_and_back(
        &mut self,
        trips: &mut Vec<(f64, Destination)>,
        out: (f64, f64),
        to: Destination,
        back: (f64, f64),
    ) {
        trips.push((between(&mut self.rng, out.0, out.1), to));
        let back = between(&mut self.rng, back.0, back.1);
        trips.push((back, Destination::Home));
    }

    fn somewhere(&mut self, low: f64, high: f64) -> Destination {
        let heading = self.rng.f64() * 360.0;
        let km = between(&mut self.rng, low, high);
        Destination::Elsewhere(self.home.towards(heading, km))
    }

    fn plan(&mut self, day: u32, hour: f64, step: Step) {
        let at = minutes(self.utc(day, hour * 60.0));
        if at > self.now {
            self.plans.push(at, step);
        }
    }
}
