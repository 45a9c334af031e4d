//! A simulation while it runs.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use http::{Request, Response};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until};
use tower::Service;

use super::agenda::Agenda;
use super::ledger::Ledger;
use super::sender::{Done, Sender};
use super::setup::Simulator;
use super::simulated_webhook::SimulatedWebhook;
use crate::error::BoxError;

impl Simulator {
    /// Verifies the webhooks, then has events come for this time and sends them until each is acknowledged or given up.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with timers.
    pub async fn run<S>(self, target: S, time: Duration) -> Ledger
    where
        S: Service<Request<Bytes>, Response = Response<Bytes>, Error: Into<BoxError>> + Clone,
    {
        self.run_until(target, tokio::time::sleep(time)).await
    }

    /// Verifies the webhooks, then has events come until this future is ready and sends them until each is acknowledged or given up.
    ///
    /// To stop at once, drop it: the [ledger](Self::ledger) then tells what would have been sent again.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with timers.
    pub async fn run_until<S>(mut self, target: S, end: impl Future) -> Ledger
    where
        S: Service<Request<Bytes>, Response = Response<Bytes>, Error: Into<BoxError>> + Clone,
    {
        if self.webhooks.is_empty() {
            self.webhooks.push(SimulatedWebhook::signals("Fleet"));
        }
        let ledger = self.ledger();
        simulate(&self, target, pin!(end)).await;
        ledger
    }
}

/// Runs it until nothing is left to be done.
async fn simulate<S, E>(simulator: &Simulator, target: S, mut end: Pin<&mut E>)
where
    S: Service<Request<Bytes>, Response = Response<Bytes>, Error: Into<BoxError>> + Clone,
    E: Future,
{
    let sender = Sender::new(simulator, target);
    let mut works = FuturesUnordered::new();
    let mut agenda = Agenda::new(simulator, sender.started());
    simulator.ledger.open(agenda.records());
    let mut verifying = simulator.webhooks.len();
    let mut turns = 0;
    for webhook in 0..verifying {
        works.push(sender.work(agenda.verify(webhook, sender.now_ms())));
    }
    loop {
        // Nothing is sent before the first challenges are answered.
        let due = agenda.next().filter(|_| verifying == 0);
        let mut timer = pin!(due.map(sleep_until));
        let turn = poll_fn(|cx| {
            if let Poll::Ready(Some(done)) = works.poll_next_unpin(cx) {
                return Poll::Ready(Turn::Done(done));
            }
            if works.is_empty() && due.is_none() {
                return Poll::Ready(Turn::Over);
            }
            if !agenda.is_over() && end.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Turn::End);
            }
            // A timer takes a millisecond also for what is late.
            if due.is_some_and(|it| it <= Instant::now()) {
                return Poll::Ready(Turn::Due);
            }
            match timer.as_mut().as_pin_mut() {
                Some(timer) => timer.poll(cx).map(|()| Turn::Due),
                None => Poll::Pending,
            }
        });
        match turn.await {
            Turn::Over => return,
            Turn::End => agenda.end(),
            Turn::Due => {
                turns += 1_u64;
                if turns.is_multiple_of(64) {
                    // Or time would stand still for who is always late.
                    yield_now().await;
                }
                let made = agenda.turn(sender.now_ms());
                works.extend(made.into_iter().map(|it| sender.work(it)));
            }
            Turn::Done(done) => {
                if let Done::Verified(_) | Done::Unverified(_) = done {
                    if verifying == 1 {
                        agenda.begin();
                    }
                    verifying = verifying.saturating_sub(1);
                }
                let made = agenda.after(&done, sender.now_ms());
                works.extend(made.into_iter().map(|it| sender.work(it)));
            }
        }
    }
}

/// What happens next.
enum Turn {
    /// A work is done.
    Done(Done),
    /// Something is due.
    Due,
    /// No more events are to come.
    End,
    /// Nothing is left.
    Over,
}
