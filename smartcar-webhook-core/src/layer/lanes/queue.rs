//! Who waits for whom.

use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// All lanes in use, each with the tickets of those who are in it; the first has its turn.
#[derive(Clone, Default)]
pub(super) struct Queues {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    last_ticket: u64,
    lanes: HashMap<Arc<str>, VecDeque<u64>>,
    waiting: HashMap<u64, Waker>,
}

impl Queues {
    /// Queues up in all these lanes at once; `None` where there is no room.
    ///
    /// As tickets are given out in order and go into all lanes in one step, the oldest ticket is the first in each of its lanes: nobody waits in a circle.
    pub(super) fn enter(&self, lanes: Vec<Arc<str>>, limits: Limits) -> Option<Turn> {
        let mut state = self.lock();
        let is_open = |lane| match state.lanes.get(lane) {
            Some(tickets) => tickets.len() <= limits.waiting,
            None => state.lanes.len() < limits.lanes,
        };
        if !lanes.iter().all(is_open) {
            return None;
        }
        state.last_ticket += 1;
        let ticket = state.last_ticket;
        for lane in &lanes {
            let lane = Arc::clone(lane);
            state.lanes.entry(lane).or_default().push_back(ticket);
        }
        Some(Turn {
            queues: self.clone(),
            ticket,
            lanes,
        })
    }

    /// The number of lanes that somebody is in.
    pub(super) fn len(&self) -> usize {
        self.lock().lanes.len()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many may be in, and how many may wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) lanes: usize,
    pub(super) waiting: usize,
}

/// A place in some lanes, left when it is dropped; as a future it ends when it is the first in all of them.
pub(super) struct Turn {
    queues: Queues,
    ticket: u64,
    lanes: Vec<Arc<str>>,
}

impl Future for Turn {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.queues.lock();
        let is_first = |lane| state.first_in(lane) == Some(self.ticket);
        let is_turn = self.lanes.iter().all(is_first);
        let previous = if is_turn {
            state.waiting.remove(&self.ticket)
        } else {
            state.waiting.insert(self.ticket, cx.waker().clone())
        };
        // What wakers do is not ours to know, so they do nothing while the lanes are locked.
        drop(state);
        drop(previous);
        if is_turn {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = self.queues.lock();
        let own = state.waiting.remove(&self.ticket);
        let mut next = Vec::new();
        for lane in &self.lanes {
            state.leave(lane, self.ticket);
            if let Some(ticket) = state.first_in(lane) {
                next.extend(state.waiting.remove(&ticket));
            }
        }
        drop(state);
        drop(own);
        next.into_iter().for_each(Waker::wake);
    }
}

impl State {
    fn first_in(&self, lane: &Arc<str>) -> Option<u64> {
        self.lanes.get(lane)?.front().copied()
    }

    fn leave(&mut self, lane: &Arc<str>, ticket: u64) {
        if let Some(tickets) = self.lanes.get_mut(lane) {
            tickets.retain(|it| *it != ticket);
            if tickets.is_empty() {
                self.lanes.remove(lane);
            }
        }
    }
}
