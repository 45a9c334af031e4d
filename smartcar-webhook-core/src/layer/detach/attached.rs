//! Work while its caller waits for it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tracing::instrument::WithSubscriber;
use tracing::{Dispatch, Instrument, Span, dispatcher};

use super::in_flight::InFlight;
use super::work::Finished;
use crate::error::{Error, ErrorKind};
use crate::outcome::Outcome;

pub(super) type Running = Pin<Box<dyn Future<Output = Option<Finished>> + Send>>;

/// Work while its caller waits for it; when this is dropped, what is left of the work goes on as a task of its own.
pub(super) struct Attached {
    place: Place,
    number: u64,
    in_flight: Arc<InFlight>,
}

/// Where the work runs.
enum Place {
    /// Within its caller, which costs no task, and no thread has to be woken for it.
    Here {
        work: Running,
        runtime: Handle,
        span: Span,
        subscriber: Dispatch,
    },
    Task(oneshot::Receiver<Option<Finished>>),
    Nowhere,
}

impl Attached {
    /// Work that begins within its caller.
    pub(super) fn here(
        work: Running,
        runtime: Handle,
        number: u64,
        in_flight: Arc<InFlight>,
    ) -> Self {
        let place = Place::Here {
            work,
            runtime,
            span: Span::current(),
            subscriber: dispatcher::get_default(Dispatch::clone),
        };
        Self {
            place,
            number,
            in_flight,
        }
    }

    /// Work that is a task from the beginning.
    pub(super) fn task(
        work: impl Future<Output = Option<Finished>> + Send + 'static,
        runtime: &Handle,
        number: u64,
        in_flight: Arc<InFlight>,
    ) -> Self {
        let (caller, finished) = oneshot::channel();
        let task = async move {
            let finished = work.await;
            // If nobody waits for it any more it is logged here, in the span of the delivery.
            drop(caller.send(finished));
        };
        runtime.spawn(task.in_current_span().with_current_subscriber());
        Self {
            place: Place::Task(finished),
            number,
            in_flight,
        }
    }

    /// Has the work go on by itself, after its delivery was refused.
    pub(super) fn leave(self) {
        self.in_flight.note_late(self.number);
    }
}

impl Future for Attached {
    type Output = Result<Outcome, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let finished = match &mut self.place {
            Place::Here { work, .. } => ready!(work.as_mut().poll(cx)),
            Place::Task(task) => ready!(Pin::new(task).poll(cx)).unwrap_or_default(),
            Place::Nowhere => None,
        };
        self.place = Place::Nowhere;
        let cancelled = || Err(Error::new(ErrorKind::Cancelled));
        Poll::Ready(finished.map_or_else(cancelled, Finished::hear))
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        let place = std::mem::replace(&mut self.place, Place::Nowhere);
        if let Place::Here {
            work,
            runtime,
            span,
            subscriber,
        } = place
        {
            let rest = async move { drop(work.await) };
            runtime.spawn(rest.instrument(span).with_subscriber(subscriber));
        }
    }
}
