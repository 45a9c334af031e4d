//! Work that outlives its request.

mod acknowledge;
mod handle;
mod in_flight;
mod work;
mod attached;
mod service;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tower::Layer;

use self::in_flight::InFlight;
use self::work::{OnFinish, OnUnheard};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::payload::Delivery;

pub use self::acknowledge::Acknowledge;
pub use self::handle::{DetachHandle, ShutdownReport};
pub use self::service::Detached;
pub(crate) use self::work::Finished;

/// A layer that runs what it wraps to its end, so that no request can cut it in half. Behind the feature `tokio`.
///
/// A server drops the future of a request when its client goes away, wherever the handler is at that moment, and Smartcar goes away after 15 s.
/// Under this layer the work begins within its caller, and if that goes away, what is left of it goes on as a task of its own:
///
/// * The caller waits for the result until the [deadline](Self::deadline), and is given [`ErrorKind::DeadlineExceeded`] then.
/// * A result that nobody waits for any more is logged, with its event id: a failure as an error, a success at the level `INFO`. [`on_finish`](Self::on_finish) hears of every result.
/// * No more than a [number](Self::limit) of works run at once; the next is refused as [`ErrorKind::Overloaded`].
/// * [`DetachHandle::shutdown`] stops the intake and waits for what is under way; call it before the process ends.
/// * A panic, which in a layer nothing else catches, ends its work alone, as an [`ErrorKind::HandlerPanicked`].
///
/// The caller's `tracing` span and subscriber go along; its task-local values are gone when it does.
///
/// Within its caller work goes on only as long as that polls it, as servers do, and a handler that blocks its thread blocks its caller, which then hears of no deadline.
/// Whoever holds the future without polling it, or has such handlers, gives a [runtime](Self::runtime), on which work is a task from its beginning.
/// Wrap the router as a whole: around the handlers alone (`EventRouter::layer`), what is routed to the fallback after a misfit would still hang on its request.
/// Clones share the works under way, so one layer may serve several webhooks.
///
/// See [Smartcar Docs/Delivery behavior](https://smartcar.com/docs/api-reference/webhooks/delivery-behavior) for the 15 s.
///
/// # Runtimes
///
/// Work runs on the tokio runtime of its caller, or on the one [given](Self::runtime), which must have its timer enabled, as servers' have.
/// When a runtime ends, so does the work in it, half done: as an [`ErrorKind::Cancelled`], which is logged as an error.
/// In actix-web each worker has a runtime of its own, which ends when the server is stopped and no client is connected any more, whatever its tasks are doing: shut down before you stop the server, or give a runtime that outlives it.
///
/// Without any runtime the work runs in its caller's future, without a deadline, and ends with it.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use smartcar_webhook_core::layer::Detach;
/// use smartcar_webhook_core::{EventRouter, ManagementToken, Webhook};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let detach = Detach::new()
///     .deadline(Duration::from_secs(12))
///     .on_finish(|delivery, result| {
///         if let Err(err) = result {
///             eprintln!("{:?}: {err}", delivery.envelope().event_id);
///         }
///     });
/// let webhook = Webhook::builder(ManagementToken::new("amt")?)
///     .detach(detach)
///     .build(EventRouter::new());
///
/// // When the process is told to stop:
/// let report = webhook.shutdown(Duration::from_secs(25)).await;
/// assert_eq!(report.left(), 0);
/// # Ok(())
/// # }
/// ```
///
/// [`ErrorKind::Cancelled`]: crate::ErrorKind::Cancelled
/// [`ErrorKind::DeadlineExceeded`]: crate::ErrorKind::DeadlineExceeded
/// [`ErrorKind::HandlerPanicked`]: crate::ErrorKind::HandlerPanicked
/// [`ErrorKind::Overloaded`]: crate::ErrorKind::Overloaded
#[derive(Clone)]
#[must_use]
pub struct Detach {
    deadline: Duration,
    limit: usize,
    acknowledge: Acknowledge,
    runtime: Option<Handle>,
    on_finish: Option<OnFinish>,
    on_unheard: Option<OnUnheard>,
    in_flight: Arc<InFlight>,
}

impl Detach {
    /// How long a caller waits unless told otherwise: 10 s, which leaves 5 of Smartcar's 15 for the way there and back.
    pub const DEFAULT_DEADLINE: Duration = Duration::from_secs(10);

    /// How many works run at once unless told otherwise: 1024.
    pub const DEFAULT_LIMIT: usize = 1024;

    /// A layer with the defaults, and with no work under way.
    pub fn new() -> Self {
        Self {
            deadline: Self::DEFAULT_DEADLINE,
            limit: Self::DEFAULT_LIMIT,
            acknowledge: Acknowledge::default(),
            runtime: None,
            on_finish: None,
            on_unheard: None,
            in_flight: Arc::default(),
        }
    }

    /// Sets how long a caller waits for the result; the work goes on after it.
    ///
    /// With more than 15 s Smartcar does not hear the answer; `Duration::MAX` is none.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets how many works run at once, waited for or not; with 0, none does.
    ///
    /// Each holds its delivery: a body of up to 50 KB of 4.0, so 50 MB at the default limit, and never more than the body limit of the webhook, 1 GiB with both at their defaults; and its payload, which takes as much again, or a multiple where the body was made to be small and hold many signals.
    /// What else it holds is up to the handler, and so is whether it ever ends: one that waits for something without a bound holds its place for good.
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Sets whether a delivery is acknowledged after its work or before it; after it, unless told otherwise.
    pub fn acknowledge(mut self, acknowledge: Acknowledge) -> Self {
        self.acknowledge = acknowledge;
        self
    }

    /// Sets the runtime that the work runs on, as a task from its beginning, in place of its caller's.
    ///
    /// Give one with several threads: the handlers of all callers run there.
    pub fn runtime(mut self, runtime: Handle) -> Self {
        self.runtime = Some(runtime);
        self
    }

    /// Sets what is called at the end of every work, however it ends and whether anybody waits for it: the place for a counter or an alarm.
    ///
    /// It is called before the caller is given the result, and not for what is refused without work; if it blocks, it blocks a thread of the runtime.
    /// A panic of it is logged and goes no further.
    pub fn on_finish<F>(mut self, on_finish: F) -> Self
    where
        F: Fn(&Delivery, &Result<Outcome, Error>) + Send + Sync + 'static,
    {
        self.on_finish = Some(Arc::new(on_finish));
        self
    }

    /// Sets what is called with every result that nobody waits for any more.
    pub(crate) fn on_unheard(
        mut self,
        on_unheard: impl Fn(&Finished) + Send + Sync + 'static,
    ) -> Self {
        self.on_unheard = Some(Arc::new(on_unheard));
        self
    }

    /// A handle to the works under this layer and its clones, to count them and to shut down.
    pub fn handle(&self) -> DetachHandle {
        DetachHandle::new(Arc::clone(&self.in_flight))
    }
}

impl Default for Detach {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Layer<S> for Detach {
    type Service = Detached<S>;

    fn layer(&self, inner: S) -> Detached<S> {
        Detached::new(self.clone(), inner)
    }
}

impl fmt::Debug for Detach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Detach")
            .field("deadline", &self.deadline)
            .field("limit", &self.limit)
            .field("acknowledge", &self.acknowledge)
            .field("runtime", &self.runtime)
            .field("in_flight", &self.in_flight.len())
            .finish_non_exhaustive()
    }
}
