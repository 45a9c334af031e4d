//! Work that ends as a test says, deliveries of it, and a clock.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use smartcar_webhook_core::layer::Idempotency;
use smartcar_webhook_core::layer::idempotency::{Idempotent, MemoryStore};
use smartcar_webhook_core::{Delivery, Error, ErrorKind, Outcome};
use tokio::sync::oneshot;
use tower::{Service, ServiceExt};

use crate::delivery;

pub(crate) type Ending = Result<Outcome, Error>;

/// A service whose runs end as they are told to, or at once if all of them do.
#[derive(Clone, Default)]
pub(crate) struct Desk {
    ending: Option<Ending>,
    pub(crate) runs: Arc<Mutex<Vec<oneshot::Sender<Ending>>>>,
    count: Arc<AtomicUsize>,
}

impl Desk {
    pub(crate) fn always(ending: Ending) -> Self {
        Self {
            ending: Some(ending),
            ..Self::default()
        }
    }

    pub(crate) fn handling() -> Self {
        Self::always(Ok(Outcome::Handled))
    }

    /// How many runs have begun.
    pub(crate) fn runs(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Ends the last run that has begun.
    pub(crate) fn end(&self, ending: Ending) {
        let run = self.runs.lock().unwrap().pop().unwrap();
        run.send(ending).unwrap();
    }
}

impl Service<Delivery> for Desk {
    type Response = Outcome;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Ending> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Ok(()).into()
    }

    fn call(&mut self, _: Delivery) -> Self::Future {
        self.count.fetch_add(1, Ordering::Relaxed);
        if let Some(ending) = self.ending.clone() {
            return Box::pin(std::future::ready(ending));
        }
        let (sender, receiver) = oneshot::channel();
        self.runs.lock().unwrap().push(sender);
        Box::pin(async move { receiver.await.unwrap() })
    }
}

pub(crate) fn failed() -> Error {
    Error::new(ErrorKind::HandlerFailed)
}

/// An attempt to deliver this event.
pub(crate) fn attempt(event: &str) -> Delivery {
    static ATTEMPTS: AtomicUsize = AtomicUsize::new(0);
    let attempt = ATTEMPTS.fetch_add(1, Ordering::Relaxed);
    delivery(format!(
        r#"{{"eventType":"VEHICLE_STATE","eventId":"{event}","data":{{"signals":[]}},
            "meta":{{"deliveryId":"d{attempt}","deliveredAt":{attempt},"webhookId":"w1"}}}}"#
    ))
}

/// What an attempt comes to: a code of an outcome or of an error.
pub(crate) async fn send<S>(service: &Idempotent<S>, delivery: Delivery) -> &'static str
where
    Idempotent<S>: Service<Delivery, Response = Outcome, Error = Error> + Clone,
{
    match service.clone().oneshot(delivery).await {
        Ok(outcome) => outcome.code(),
        Err(err) => err.kind().code(),
    }
}

/// What it comes to before anything has to be waited for.
pub(crate) fn sent_now(service: &Idempotent<Desk>, delivery: Delivery) -> Option<&'static str> {
    send(service, delivery).now_or_never()
}

/// A clock that is turned by hand.
#[derive(Clone)]
pub(crate) struct Clock(Arc<Mutex<Instant>>);

impl Clock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    pub(crate) fn turn(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }

    pub(crate) fn store(&self, capacity: usize) -> MemoryStore {
        let clock = self.clone();
        MemoryStore::with_clock(capacity, move || *clock.0.lock().unwrap())
    }
}

pub(crate) const LEASE: Duration = Idempotency::DEFAULT_LEASE;

pub(crate) const WEEK: Duration = Idempotency::DEFAULT_TIME_TO_LIVE;

pub(crate) const SECOND: Duration = Duration::from_secs(1);
