//! Which works are under way, and whether there may be more.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::error::{Error, ErrorKind};
use crate::payload::{Delivery, Text};

/// The works under way.
#[derive(Default)]
pub(super) struct InFlight {
    state: Mutex<State>,
    none_left: Notify,
}

#[derive(Default)]
struct State {
    is_closed: bool,
    entered: u64,
    // In the order they entered, by that number.
    works: BTreeMap<u64, UnderWay>,
}

struct UnderWay {
    event_id: Option<Text>,
    /// Whether its delivery was refused at the deadline.
    is_late: bool,
}

/// The place of one work, which is free when this is dropped.
pub(super) struct Slot {
    in_flight: Arc<InFlight>,
    number: u64,
}

impl InFlight {
    /// Takes a place, if there is one.
    pub(super) fn enter(
        self: &Arc<Self>,
        delivery: &Delivery,
        limit: usize,
    ) -> Result<Slot, Error> {
        let mut state = self.lock();
        if state.is_closed {
            return Err(Error::new(ErrorKind::ShuttingDown));
        }
        if state.works.len() >= limit {
            return Err(Error::new(ErrorKind::Overloaded));
        }
        let number = state.entered;
        state.entered += 1;
        let event_id = delivery.envelope().event_id.clone();
        let work = UnderWay {
            event_id,
            is_late: false,
        };
        state.works.insert(number, work);
        Ok(Slot {
            in_flight: Arc::clone(self),
            number,
        })
    }

    /// Lets nobody enter any more.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().is_closed
    }

    pub(super) fn len(&self) -> usize {
        self.lock().works.len()
    }

    /// Notes that the delivery of this work was refused at the deadline.
    pub(super) fn note_late(&self, number: u64) {
        if let Some(work) = self.lock().works.get_mut(&number) {
            work.is_late = true;
        }
    }

    /// The event ids of the oldest, so many at most.
    pub(super) fn oldest(&self, most: usize) -> Vec<Text> {
        let state = self.lock();
        let event_ids = state.works.values().filter_map(|it| it.event_id.clone());
        event_ids.take(most).collect()
    }

    /// Waits until no work is under way.
    pub(super) async fn none_left(&self) {
        loop {
            // Before the look: it hears of what happens from here on.
            let none_left = self.none_left.notified();
            if self.len() == 0 {
                return;
            }
            none_left.await;
        }
    }

    // Nothing panics while it is held.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Whether the delivery of this work was refused at the deadline.
    pub(super) fn is_late(&self) -> bool {
        let state = self.in_flight.lock();
        state.works.get(&self.number).is_some_and(|it| it.is_late)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let is_last = {
            let mut state = self.in_flight.lock();
            state.works.remove(&self.number);
            state.works.is_empty()
        };
        if is_last {
            self.in_flight.none_left.notify_waiters();
        }
    }
}
