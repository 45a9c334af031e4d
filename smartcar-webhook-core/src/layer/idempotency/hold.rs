//! A claim while this process has it.

use std::error::Error as StdError;
use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::unconstrained;
use tokio::time::sleep;

use super::{Claim, Claimed, IdempotencyStore};
use crate::error::{BoxError, Error, ErrorKind};
use crate::outcome::Outcome;
use crate::payload::{Delivery, EventType};

/// A claim, and what to tell the store when it is dropped, wherever the work was at that moment.
pub(super) struct Hold {
    store: Arc<dyn IdempotencyStore>,
    timeout: Duration,
    claim: Claim,
    delivery: Delivery,
    /// What the store has not confirmed yet.
    end: Option<End>,
}

/// How a claim ends.
#[derive(Clone, Copy)]
enum End {
    Release,
    Complete(Outcome, Duration),
}

impl Hold {
    pub(super) fn new(
        store: &Arc<dyn IdempotencyStore>,
        timeout: Duration,
        claim: Claim,
        delivery: &Delivery,
    ) -> Self {
        Self {
            store: Arc::clone(store),
            timeout,
            claim,
            delivery: delivery.clone(),
            end: None,
        }
    }

    pub(super) async fn claim(&mut self, lease: Duration) -> Result<Claimed, Error> {
        // The claim may be granted and the answer lost.
        self.end = Some(End::Release);
        let call = self.store.claim(&self.claim, lease);
        let claimed = bounded(self.timeout, call)
            .await
            .map_err(|err| Error::with_source(ErrorKind::StoreUnavailable, err))?;
        if claimed != Claimed::Granted {
            self.end = None;
        }
        Ok(claimed)
    }

    /// Runs the work under the claim and settles what became of it.
    ///
    /// What is done is answered as done, even if the store cannot be told: the sender would only have it done again.
    pub(super) async fn run(
        mut self,
        work: impl Future<Output = Result<Outcome, Error>>,
        lease: Duration,
        time_to_live: Duration,
    ) -> Result<Outcome, Error> {
        let result = self.work(work, lease).await;
        let end = match result {
            // Nothing was done, and another release of this program may know a handler for a copy.
            Ok(Outcome::Unhandled) | Err(_) => End::Release,
            Ok(outcome) => End::Complete(outcome, time_to_live),
        };
        self.end = Some(end);
        match bounded(self.timeout, end.settle(&*self.store, &self.claim)).await {
            Ok(true) => self.end = None,
            Ok(false) => {
                self.end = None;
                warn(&self.delivery, None, TAKEN_OVER);
            }
            // Dropped with its end still open, it is tried once more beside the answer.
            Err(_) => {}
        }
        result
    }

    /// Renews the lease while the work runs.
    async fn work<T>(&self, work: impl Future<Output = T>, lease: Duration) -> T {
        let mut work = pin!(work);
        // Work that waits for nothing needs none.
        let mut renewal = None;
        poll_fn(|cx| {
            let poll = work.as_mut().poll(cx);
            if poll.is_pending() {
                let renewal = renewal.get_or_insert_with(|| Box::pin(self.renew(lease)));
                let _: Poll<()> = renewal.as_mut().poll(cx);
            }
            poll
        })
        .await
    }

    /// Never ends, for it is polled on.
    async fn renew(&self, lease: Duration) {
        while Handle::try_current().is_ok() {
            // So that one call may fail before the lease ends.
            unconstrained(sleep(lease / 3)).await;
            match bounded(self.timeout, self.store.renew(&self.claim, lease)).await {
                Ok(true) => {}
                Ok(false) => {
                    warn(&self.delivery, None, TAKEN_OVER);
                    break;
                }
                Err(err) => warn(&self.delivery, Some(&err), "lease could not be renewed"),
            }
        }
        pending::<()>().await;
    }

    pub(super) fn warn(&self, message: &str) {
        warn(&self.delivery, None, message);
    }
}

const TAKEN_OVER: &str = "lease ended while the delivery was handled; a copy may have been, too";

impl End {
    /// Tells the store; says whether the claim was still the holder's, as far as it matters.
    async fn settle(self, store: &dyn IdempotencyStore, claim: &Claim) -> Result<bool, BoxError> {
        match self {
            Self::Release => store.release(claim).await.map(|()| true),
            Self::Complete(outcome, time_to_live) => {
                store.complete(claim, outcome, time_to_live).await
            }
        }
    }

    fn failure(self) -> &'static str {
        match self {
            Self::Release => {
                "claim could not be released; retries are refused until its lease ends"
            }
            Self::Complete(..) => "handled, but not remembered; a copy would be handled again",
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let (Some(end), Ok(runtime)) = (self.end.take(), Handle::try_current()) else {
            return;
        };
        let store = Arc::clone(&self.store);
        let (claim, delivery) = (self.claim.clone(), self.delivery.clone());
        let report = move |result: Result<bool, BoxError>| {
            if let Err(err) = result {
                warn(&delivery, Some(&err), end.failure());
            }
        };
        let mut call = Box::pin(async move { end.settle(&*store, &claim).await });
        // A store in memory is done at once, so that not even the next delivery finds the claim.
        let first_poll = || call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        // This may be a panic unwinding already, and a second one would abort the process.
        match catch_unwind(AssertUnwindSafe(first_poll)) {
            Ok(Poll::Ready(result)) => report(result),
            Ok(Poll::Pending) => {
                let limit = self.timeout;
                runtime.spawn(async move { report(bounded(limit, call).await) });
            }
            Err(_) => report(Err("store panicked".into())),
        }
    }
}

/// Bounds a call in time, where there is a runtime to do so.
pub(crate) async fn bounded<T>(
    limit: Duration,
    call: impl Future<Output = Result<T, BoxError>>,
) -> Result<T, BoxError> {
    let mut call = pin!(call);
    // A store in memory is done at once, and needs none.
    let mut timer = None;
    poll_fn(|cx| {
        let poll = call.as_mut().poll(cx);
        if poll.is_ready() || Handle::try_current().is_err() {
            return poll;
        }
        // Even if the call has used up what tokio lets a task do at a time.
        let timer = timer.get_or_insert_with(|| Box::pin(unconstrained(sleep(limit))));
        let elapsed = timer.as_mut().poll(cx);
        elapsed.map(|()| Err("deadline has elapsed".into()))
    })
    .await
}

fn warn(delivery: &Delivery, error: Option<&BoxError>, message: &str) {
    let envelope = delivery.envelope();
    tracing::warn!(
        event_type = envelope.event_type.as_ref().map(EventType::as_str),
        event_id = envelope.event_id.as_deref(),
        webhook_id = envelope.webhook_id.as_deref(),
        error = error.map(|it| &**it as &(dyn StdError + 'static)),
        "{message}"
    );
}
