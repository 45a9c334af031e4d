//! Temperatures, in celsius.

use std::f64::consts::TAU;

use super::Vehicle;

impl Vehicle {
    /// Coldest before sunrise; some days are colder than others.
    pub(super) fn outside(&self) -> f64 {
        let days = self.now.as_secs_f64() / 86_400.0;
        let hours = self.local_minutes() / 60.0;
        let mean = 52.0 - self.home.latitude.abs() * 0.8;
        mean + 4.0 * (days / 9.0 * TAU).sin() + 5.0 * ((hours - 10.0) / 24.0 * TAU).sin()
    }

    pub(super) fn inside(&self) -> f64 {
        if self.cabin.is_heated {
            self.target()
        } else {
            self.outside() + 2.0
        }
    }

    pub(super) fn target(&self) -> f64 {
        20.0 + f64::from(self.year % 5) * 0.5
    }
}
