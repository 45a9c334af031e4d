//! Doors, locks and sleep.

use fastrand::Rng;

use super::Vehicle;

/// Whether somebody is about, and what is open.
#[derive(Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each can be so without the others"
)]
pub(super) struct Cabin {
    pub(super) is_locked: bool,
    pub(super) is_asleep: bool,
    pub(super) is_driven: bool,
    pub(super) is_heated: bool,
    pub(super) door_is_open: bool,
    pub(super) window_is_open: bool,
    pub(super) trunk_is_open: bool,
}

impl Default for Cabin {
    fn default() -> Self {
        Self {
            is_locked: true,
            is_asleep: true,
            is_driven: false,
            is_heated: false,
            door_is_open: false,
            window_is_open: false,
            trunk_is_open: false,
        }
    }
}

impl Cabin {
    pub(super) fn wake(&mut self) {
        *self = Self {
            is_locked: false,
            is_asleep: false,
            is_heated: true,
            door_is_open: true,
            ..*self
        };
    }

    pub(super) fn drive_off(&mut self) {
        self.door_is_open = false;
        self.is_driven = true;
    }

    pub(super) fn stop(&mut self, rng: &mut Rng) {
        *self = Self {
            is_driven: false,
            is_heated: false,
            door_is_open: true,
            window_is_open: rng.f64() < 0.05,
            trunk_is_open: rng.f64() < 0.2,
            ..*self
        };
    }
}

impl Vehicle {
    /// Everybody has left; now and then a window stays open.
    pub(super) fn lock(&mut self) {
        self.cabin.is_locked = true;
        self.cabin.door_is_open = false;
        self.cabin.trunk_is_open = false;
    }

    pub(super) fn is_at_home(&self) -> bool {
        self.at.km_to(self.home) < 0.2
    }
}
