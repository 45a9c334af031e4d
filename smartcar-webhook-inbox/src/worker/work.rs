//! One attempt at one delivery, from the claim to what the queue is told.

use std::error::Error as StdError;
use std::future::pending;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use smartcar_webhook_core::inbox::{Leased, Queue, StoredDelivery};
use smartcar_webhook_core::payload::{EventType, Mode};
use smartcar_webhook_core::{BoxError, Delivery, Error, ErrorKind, Outcome};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tower::{Service, ServiceExt};
use tracing::{Instrument, Span};

use super::report::{Counts, End};
use super::settings::Settings;
use crate::attempt::{Attempt, Lease};
#[cfg(feature = "metrics")]
use crate::metrics;

/// What every attempt is made with.
pub(super) struct Work<Q, S> {
    pub(super) queue: Arc<Q>,
    pub(super) service: S,
    pub(super) settings: Arc<Settings>,
    pub(super) counts: Arc<Counts>,
    /// Whether the time to finish is over.
    pub(super) stopped: watch::Receiver<bool>,
}

/// What the queue is to be told.
enum Verdict {
    Complete,
    Retry(Duration, String),
    Bury(String),
}

impl<Q, S: Clone> Clone for Work<Q, S> {
    fn clone(&self) -> Self {
        Self {
            queue: Arc::clone(&self.queue),
            service: self.service.clone(),
            settings: Arc::clone(&self.settings),
            counts: Arc::clone(&self.counts),
            stopped: self.stopped.clone(),
        }
    }
}

/// Reads the row of a delivery.
fn read(row: &[u8]) -> Result<(Delivery, SystemTime), BoxError> {
    let stored = StoredDelivery::decode(row)?;
    let received_at = stored.received_at();
    Ok((stored.into_delivery()?, received_at))
}

impl<Q, S> Work<Q, S>
where
    Q: Queue,
    S: Service<Delivery, Response = Outcome> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
{
    /// Makes the attempt.
    pub(super) async fn run(self, leased: Leased<Q::Receipt>) {
        let end = Instant::now() + self.settings.lease;
        let (number, max) = (leased.attempt, self.settings.max_attempts);
        let (mut delivery, received_at) = match read(&leased.row) {
            Ok(read) => read,
            Err(err) => {
                let verdict = Verdict::Bury(err.to_string());
                return self.settle(&leased, None, verdict, end).await;
            }
        };
        if number > max {
            let error = "its workers died, each time it was tried".to_owned();
            let verdict = Verdict::Bury(error);
            return self.settle(&leased, Some(&delivery), verdict, end).await;
        }
        let (lease, told) = watch::channel(Lease::Until(end));
        let attempt = Attempt::new(number, max, received_at, told);
        let extensions = delivery.extensions_mut();
        extensions.extend(leased.extensions.clone());
        extensions.insert(attempt);
        let span = span(&delivery, number);
        self.attempt(leased, delivery, lease).instrument(span).await;
    }

    async fn attempt(
        self,
        leased: Leased<Q::Receipt>,
        delivery: Delivery,
        lease: watch::Sender<Lease>,
    ) {
        let began = Instant::now();
        let mut handler = JoinSet::new();
        // A task of its own, so that a handler that blocks its thread does not keep the lease from being renewed.
        let work = self.service.clone().oneshot(delivery.clone());
        let work = async { work.await.map_err(|err| Error::from(err.into())) };
        handler.spawn(work.in_current_span());
        let mut stopped = self.stopped.clone();
        let mut renewal = pin!(self.renew(&leased, &delivery, &lease));
        let ended = loop {
            tokio::select! {
                biased;
                ended = handler.join_next() => break ended,
                () = async { drop(stopped.wait_for(|it| *it).await) } => {
                    return self.cut_off(&leased, &mut handler).await;
                }
                // Never ends.
                () = &mut renewal => {}
            }
        };
        let result = match ended {
            Some(Ok(result)) => result,
            Some(Err(err)) if err.is_panic() => Err(Error::new(ErrorKind::HandlerPanicked)),
            // The runtime is ending.
            Some(Err(_)) | None => Err(Error::new(ErrorKind::Cancelled)),
        };
        self.tell(&delivery, &result, leased.attempt, began.elapsed());
        let lease = *lease.borrow();
        let Some(end) = lease.end() else {
            // Told that it was lost, the handler may have given up with `Ok`.
            warn(&delivery, None, TAKEN_OVER);
            return self.counts.count(End::Lost);
        };
        let verdict = self.verdict(leased.attempt, &result);
        self.settle(&leased, Some(&delivery), verdict, end).await;
    }

    /// Renews the lease until it is lost; never ends.
    async fn renew(
        &self,
        leased: &Leased<Q::Receipt>,
        delivery: &Delivery,
        lease: &watch::Sender<Lease>,
    ) {
        let length = self.settings.lease;
        while lease.borrow().end().is_some() {
            // So that two calls may fail before the lease ends.
            sleep(length / 3).await;
            let asked_at = Instant::now();
            let call = self.queue.renew(&leased.receipt, length);
            match timeout(length / 6, call).await {
                Ok(Ok(true)) => drop(lease.send_replace(Lease::Until(asked_at + length))),
                Ok(Ok(false)) => break,
                Ok(Err(err)) => warn(delivery, Some(&*err), "lease could not be renewed"),
                Err(err) => warn(delivery, Some(&err), "lease could not be renewed"),
            }
        }
        lease.send_replace(Lease::Lost);
        pending::<()>().await;
    }

    fn verdict(&self, attempt: u32, result: &Result<Outcome, Error>) -> Verdict {
        let Err(err) = result else {
            return Verdict::Complete;
        };
        // It would come again in the same shape.
        if err.kind() == ErrorKind::Misfit || attempt >= self.settings.max_attempts {
            return Verdict::Bury(err.to_string());
        }
        Verdict::Retry(self.settings.backoff.after(attempt), err.to_string())
    }

    /// Drops the future of the handler and gives the delivery back.
    async fn cut_off<T: 'static>(&self, leased: &Leased<Q::Receipt>, handler: &mut JoinSet<T>) {
        handler.abort_all();
        // One that blocks its thread is still at it, so no other worker may have the delivery yet.
        if timeout(Duration::from_secs(1), handler.join_next())
            .await
            .is_ok()
        {
            self.give_back(leased).await;
        } else {
            self.counts.count(End::Lost);
        }
    }

    /// Has the delivery handed out again at once.
    pub(super) async fn give_back(&self, leased: &Leased<Q::Receipt>) {
        let error = "worker was stopped";
        let call = self.queue.retry(&leased.receipt, Duration::ZERO, error);
        let is_back = timeout(PATIENCE, call).await;
        self.counts.count(match is_back {
            Ok(Ok(true)) => End::GivenBack,
            _ => End::Lost,
        });
    }

    /// Tells the queue, until it has understood or the lease ends.
    async fn settle(
        &self,
        leased: &Leased<Q::Receipt>,
        delivery: Option<&Delivery>,
        verdict: Verdict,
        ends_at: Instant,
    ) {
        let receipt = &leased.receipt;
        let mut pause = Duration::from_millis(50);
        let is_holder = loop {
            let call = match &verdict {
                Verdict::Complete => self.queue.complete(receipt),
                Verdict::Retry(delay, error) => self.queue.retry(receipt, *delay, error),
                Verdict::Bury(error) => self.queue.bury(leased, error),
            };
            let error: BoxError = match timeout(PATIENCE, call).await {
                Ok(Ok(is_holder)) => break is_holder,
                Ok(Err(err)) => err,
                Err(err) => err.into(),
            };
            tracing::warn!(error = &*error, "queue could not be told of a result");
            if timeout_at(ends_at, sleep(pause)).await.is_err() {
                break false;
            }
            pause = (2 * pause).min(Duration::from_secs(2));
        };
        if !is_holder {
            tracing::warn!(
                event_id = delivery.and_then(|it| it.envelope().event_id.as_deref()),
                attempt = leased.attempt,
                "{TAKEN_OVER}"
            );
            return self.counts.count(End::Lost);
        }
        self.counts.count(match &verdict {
            Verdict::Complete => End::Completed,
            Verdict::Retry(..) => End::Retried,
            Verdict::Bury(error) => {
                buried(delivery, leased.attempt, error);
                End::Buried
            }
        });
    }

    fn tell(
        &self,
        delivery: &Delivery,
        result: &Result<Outcome, Error>,
        attempt: u32,
        duration: Duration,
    ) {
        let code = match result {
            Ok(outcome) => outcome.code(),
            Err(err) => err.kind().code(),
        };
        let span = Span::current();
        span.record("outcome", code);
        let micros = u32::try_from(duration.as_micros()).unwrap_or(u32::MAX);
        span.record("duration_ms", f64::from(micros) / 1000.0);
        #[cfg(feature = "metrics")]
        metrics::attempted(delivery, code, duration);
        let event_id = delivery.envelope().event_id.as_deref();
        match result {
            Ok(Outcome::Unhandled) => {
                tracing::debug!(event_id, "delivery is done, but nobody handled it");
            }
            Ok(_) => tracing::trace!(event_id, "delivery is done"),
            Err(err) => tracing::warn!(
                code,
                event_id,
                attempt,
                max_attempts = self.settings.max_attempts,
                error = err.source(),
                "attempt failed: {err}"
            ),
        }
    }
}

/// How long an engine may take for one call.
const PATIENCE: Duration = Duration::from_secs(5);

const TAKEN_OVER: &str = "lease ended before the queue was told; the delivery is handled again";

fn warn(delivery: &Delivery, error: Option<&(dyn StdError + 'static)>, message: &str) {
    let event_id = delivery.envelope().event_id.as_deref();
    tracing::warn!(event_id, error, "{message}");
}

fn buried(delivery: Option<&Delivery>, attempts: u32, error: &str) {
    #[cfg(feature = "metrics")]
    metrics::buried(delivery);
    let envelope = delivery.map(Delivery::envelope);
    tracing::error!(
        event_type = envelope.and_then(|it| it.event_type.as_ref().map(EventType::as_str)),
        event_id = envelope.and_then(|it| it.event_id.as_deref()),
        webhook_id = envelope.and_then(|it| it.webhook_id.as_deref()),
        attempts,
        "delivery is a dead letter: {error}"
    );
}

/// The span of a delivery, as the webhook makes it.
fn span(delivery: &Delivery, attempt: u32) -> Span {
    let envelope = delivery.envelope();
    tracing::info_span!(
        "delivery",
        event_type = envelope.event_type.as_ref().map(EventType::as_str),
        event_id = envelope.event_id.as_deref(),
        delivery_id = envelope.meta.delivery_id.as_deref(),
        webhook_id = envelope.webhook_id.as_deref(),
        mode = envelope.mode.as_ref().map(Mode::as_str),
        key = delivery.verified_by(),
        attempt,
        outcome = tracing::field::Empty,
        duration_ms = tracing::field::Empty,
    )
}
