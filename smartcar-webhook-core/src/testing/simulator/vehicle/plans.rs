//! What a vehicle is going to do.

use std::time::Duration;

use super::kind::Kind;
use super::place::Place;

/// Steps and when they are due.
#[derive(Default)]
pub(super) struct Plans {
    /// The next one last.
    steps: Vec<(Duration, Step)>,
}

#[derive(Clone, Copy)]
pub(super) enum Step {
    Board(Destination),
    Depart(Destination),
    Drive,
    Arrive,
    Lock,
    Sleep,
    PlugIn,
    StartCharging,
    Charge,
    StopCharging,
    Update,
    Puncture,
    Fail(&'static Kind),
    Recover,
}

/// Where a trip goes.
#[derive(Clone, Copy)]
pub(super) enum Destination {
    Home,
    Work,
    Elsewhere(Place),
}

impl Plans {
    pub(super) fn push(&mut self, at: Duration, step: Step) {
        let place = self.steps.partition_point(|it| it.0 > at);
        self.steps.insert(place, (at, step));
    }

    pub(super) fn pop(&mut self) -> Option<(Duration, Step)> {
        self.steps.pop()
    }

    pub(super) fn next_at(&self) -> Option<Duration> {
        self.steps.last().map(|it| it.0)
    }

    /// Gives up what only a charging vehicle does.
    pub(super) fn cancel_charging(&mut self) {
        self.steps.retain(|(_, step)| {
            !matches!(
                step,
                Step::PlugIn | Step::StartCharging | Step::Charge | Step::StopCharging
            )
        });
    }

    /// Gives up what only a parked vehicle does.
    pub(super) fn cancel_parking(&mut self) {
        self.cancel_charging();
        let steps = &mut self.steps;
        steps.retain(|(_, step)| !matches!(step, Step::Lock | Step::Sleep));
    }
}
