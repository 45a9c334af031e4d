use std::collections::HashSet;
use std::io::{self, Write};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::FutureExt;
use smartcar_webhook_core::layer::{Detach, Detached, ShutdownReport};
use smartcar_webhook_core::payload::Text;
use smartcar_webhook_core::{BoxError, Delivery, Error, ErrorKind, EventRouter, Outcome};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use tower::{Layer, Service, ServiceExt, service_fn};
use tracing::Instrument;

use crate::delivery;

const SECOND: Duration = Duration::from_secs(1);

fn event(id: impl std::fmt::Display) -> Delivery {
    delivery(format!(
        r#"{{"eventId":"{id}","eventType":"VEHICLE_ZEN","webhookId":"w1","data":{{}}}}"#
    ))
}

/// The event id of a delivery, and how it ended.
type End = (String, Result<Outcome, ErrorKind>);

/// What the hook was told, in order.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<End>>>);

impl Heard {
    fn listen(&self, detach: Detach) -> Detach {
        let heard = self.clone();
        detach.on_finish(move |delivery, result| {
            let event_id = delivery.envelope().event_id.as_deref().unwrap().to_owned();
            let result = result.as_ref().map_err(Error::kind).copied();
            heard.0.lock().unwrap().push((event_id, result));
        })
    }

    fn take(&self) -> Vec<End> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// What `tracing-subscriber` prints.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn subscriber(&self) -> impl tracing::Subscriber + Send + Sync + use<> {
        let log = self.clone();
        tracing_subscriber::fmt()
            .with_writer(move || log.clone())
            .with_ansi(false)
            .without_time()
            .finish()
    }

    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut self.0.lock().unwrap())).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A router whose handler waits for a permit of the gate, and then does what the delivery's event id says.
fn gated(gate: &Arc<Semaphore>) -> EventRouter {
    let gate = Arc::clone(gate);
    EventRouter::new().fallback(move |delivery: Delivery| {
        let gate = Arc::clone(&gate);
        async move {
            gate.acquire().await?.forget();
            match delivery.envelope().event_id.as_deref() {
                Some("fails") => Err(BoxError::from("out of disk")),
                Some("panics") => panic!("the handler"),
                _ => Ok(()),
            }
        }
    })
}

fn asleep(time: Duration) -> EventRouter {
    EventRouter::new().fallback(move |_: Delivery| async move {
        sleep(time).await;
        Ok::<_, BoxError>(())
    })
}

/// Begins the work, and goes away.
async fn leave<S>(service: &Detached<S>, delivery: Delivery)
where
    Detached<S>: Service<Delivery, Response = Outcome, Error = Error> + Clone,
{
    let call = service.clone().oneshot(delivery);
    assert!(call.now_or_never().is_none());
    tokio::task::yield_now().await;
}

#[tokio::test]
async fn work_goes_on_without_its_caller_and_its_end_is_told() {
    let cases = [
        (
            "handles",
            Ok(Outcome::FellBack),
            " INFO ",
            "outcome=FellBack",
        ),
        (
            "fails",
            Err(ErrorKind::HandlerFailed),
            "ERROR ",
            r#"code="handler_failed" event_type="VEHICLE_ZEN" event_id="fails" webhook_id="w1" error=out of disk"#,
        ),
        (
            "panics",
            Err(ErrorKind::HandlerPanicked),
            "ERROR ",
            r#"code="handler_panicked""#,
        ),
    ];
    let log = Log::default();
    let _guard = crate::log::listen(log.subscriber());
    for (event_id, result, level, says) in cases {
        let heard = Heard::default();
        let gate = Arc::new(Semaphore::new(0));
        let detach = heard.listen(Detach::new());
        let handle = detach.handle();
        let service = detach.layer(gated(&gate));

        leave(&service, event(event_id)).await;
        assert_eq!(handle.in_flight(), 1);
        assert_eq!((heard.take(), log.take()), (vec![], String::new()));

        gate.add_permits(1);
        assert_eq!(handle.shutdown(SECOND).await.left(), 0);
        assert_eq!(heard.take(), [(event_id.to_owned(), result)]);
        let line = log.take();
        assert!(line.starts_with(level) && line.contains(says), "{line}");
        assert!(
            line.contains(&format!(r#"event_id="{event_id}""#)),
            "{line}"
        );
        assert_eq!(line.lines().count(), 1);
    }
}

/// The caller answers for what it is told, so that is not logged here too.
#[tokio::test]
async fn a_result_that_is_waited_for_is_given_and_not_logged() {
    let log = Log::default();
    let _guard = crate::log::listen(log.subscriber());
    let heard = Heard::default();
    let detach = heard.listen(Detach::new().limit(1));
    let handle = detach.handle();
    let gate = Arc::new(Semaphore::new(100));
    let service = detach.layer(gated(&gate));
    for _ in 0..10 {
        let err = service.clone().oneshot(event("fails")).await.unwrap_err();
        assert_eq!(err.kind(), ErrorKind::HandlerFailed);
        assert_eq!(handle.in_flight(), 0);
        let result = service.clone().oneshot(event("handles")).await;
        assert_eq!(result.unwrap(), Outcome::FellBack);
        assert_eq!(heard.take().len(), 2);
    }
    assert_eq!(log.take(), "");
}

/// The result was on its way when its caller went.
#[tokio::test]
async fn a_result_that_is_not_fetched_is_logged() {
    let log = Log::default();
    let _guard = crate::log::listen(log.subscriber());
    let gate = Arc::new(Semaphore::new(1));
    let detach = Detach::new().runtime(Handle::current());
    let mut call = Box::pin(detach.layer(gated(&gate)).oneshot(event("fails")));
    assert!(call.as_mut().now_or_never().is_none());
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
    assert_eq!(log.take(), "");
    drop(call);
    assert!(log.take().starts_with("ERROR "));
    assert_eq!(detach.handle().in_flight(), 0);
}

#[tokio::test]
async fn nothing_begins_before_the_future_is_polled() {
    let heard = Heard::default();
    let detach = heard.listen(Detach::new());
    drop(detach.layer(EventRouter::new()).call(event(1)));
    assert_eq!(detach.handle().in_flight(), 0);
    assert!(heard.take().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_deadline_answers_and_the_work_goes_on() {
    let cases = [
        (Detach::new(), 9, None),
        (Detach::new(), 11, Some(10)),
        (Detach::new().deadline(3 * SECOND), 11, Some(3)),
        (Detach::new().deadline(Duration::MAX), 1_000_000, None),
    ];
    for (detach, takes, deadline) in cases {
        let heard = Heard::default();
        let detach = heard.listen(detach);
        let began = Instant::now();
        let service = detach.layer(asleep(takes * SECOND));
        let result = service.oneshot(event("e")).await;
        let result = result.map_err(|err| err.kind());
        match deadline {
            None => assert_eq!(result, Ok(Outcome::FellBack)),
            Some(deadline) => {
                assert_eq!(result, Err(ErrorKind::DeadlineExceeded));
                assert_eq!(began.elapsed().as_secs(), deadline);
                assert!(heard.take().is_empty());
            }
        }
        let report = detach.handle().shutdown(60 * SECOND).await;
        assert_eq!(report.left(), 0);
        assert_eq!(began.elapsed().as_secs(), u64::from(takes));
        assert_eq!(heard.take(), [("e".to_owned(), Ok(Outcome::FellBack))]);
    }
}

#[tokio::test]
async fn what_is_over_the_limit_is_refused_at_once() {
    let gate = Arc::new(Semaphore::new(0));
    let heard = Heard::default();
    let detach = heard.listen(Detach::new().limit(2));
    let handle = detach.handle();
    let service = detach.clone().layer(gated(&gate));
    let send = |id| service.clone().oneshot(event(id));
    leave(&service, event(1)).await;
    leave(&service, event(2)).await;
    for _ in 0..3 {
        let err = send(3).now_or_never().unwrap().unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Overloaded);
        assert_eq!(handle.in_flight(), 2);
    }
    // The layer counts, not the service that it makes.
    let other = detach.clone().layer(EventRouter::new());
    let err = other.oneshot(event(3)).await.unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Overloaded);

    gate.add_permits(2);
    while handle.in_flight() > 0 {
        tokio::task::yield_now().await;
    }
    gate.add_permits(1);
    assert_eq!(send(3).await.unwrap(), Outcome::FellBack);
    assert_eq!(heard.take().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn shutdown_stops_the_intake_and_waits() {
    let detach = Detach::new();
    let handle = detach.handle();
    let service = detach.layer(asleep(5 * SECOND));
    leave(&service, event(1)).await;
    let began = Instant::now();
    // One of them is given up half way.
    let given_up = timeout(SECOND, handle.shutdown(60 * SECOND));
    assert!(!handle.is_shutting_down());
    assert!(given_up.await.is_err());
    assert!(handle.is_shutting_down());
    assert_eq!(handle.in_flight(), 1);
    let err = service.clone().oneshot(event(2)).await.unwrap_err();
    assert_eq!(err.kind(), ErrorKind::ShuttingDown);

    let reports = tokio::join!(
        handle.shutdown(Duration::ZERO),
        handle.shutdown(2 * SECOND),
        handle.shutdown(60 * SECOND),
        handle.shutdown(Duration::MAX),
    );
    let left = [&reports.0, &reports.1, &reports.2, &reports.3].map(ShutdownReport::left);
    assert_eq!(left, [1, 1, 0, 0]);
    assert_eq!(reports.0.event_ids(), ["1"]);
    assert_eq!(began.elapsed(), 5 * SECOND);
    assert_eq!(handle.shutdown(SECOND).await.left(), 0);
    assert_eq!(began.elapsed(), 5 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn what_is_left_at_the_limit_is_named_and_not_stopped() {
    let log = Log::default();
    let _guard = crate::log::listen(log.subscriber());
    let heard = Heard::default();
    let detach = heard.listen(Detach::new());
    let handle = detach.handle();
    let service = detach.layer(asleep(5 * SECOND));
    for id in 0..150 {
        leave(&service, event(id)).await;
    }
    let nameless = delivery(r#"{"eventName":"schedule","payload":{"vehicles":[]}}"#);
    let unheard = Detach::clone(&detach).on_finish(|_, _| ());
    leave(&unheard.layer(asleep(5 * SECOND)), nameless).await;

    let report = handle.shutdown(SECOND).await;
    assert_eq!(report.left(), 151);
    let oldest: Vec<Text> = (0..100).map(|id| id.to_string().into()).collect();
    assert_eq!(report.event_ids(), oldest);
    assert!(log.take().contains("WARN"));
    assert!(heard.take().is_empty());

    let report = handle.shutdown(10 * SECOND).await;
    assert_eq!((report.left(), report.event_ids().len()), (0, 0));
    assert_eq!(heard.take().len(), 150);
    assert!(!log.take().contains("WARN"));
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    PollReady,
    Call,
    Future,
    Drop,
    Nowhere,
}

/// A service that panics at one place.
#[derive(Clone)]
struct Panicking(Place);

struct OnDrop(Place);

impl Drop for OnDrop {
    fn drop(&mut self) {
        assert_ne!(self.0, Place::Drop);
    }
}

impl Service<Delivery> for Panicking {
    type Response = Outcome;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Outcome, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        assert_ne!(self.0, Place::PollReady);
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Delivery) -> Self::Future {
        assert_ne!(self.0, Place::Call);
        let on_drop = OnDrop(self.0);
        Box::pin(async move {
            tokio::task::yield_now().await;
            assert_ne!(on_drop.0, Place::Future);
            Ok(Outcome::Handled)
        })
    }
}

#[tokio::test]
async fn a_panic_of_a_layer_ends_its_work_alone() {
    let heard = Heard::default();
    let detach = heard.listen(Detach::new().limit(1));
    let cases = [
        (Place::PollReady, Err(ErrorKind::HandlerPanicked)),
        (Place::Call, Err(ErrorKind::HandlerPanicked)),
        (Place::Future, Err(ErrorKind::HandlerPanicked)),
        (Place::Drop, Err(ErrorKind::HandlerPanicked)),
        (Place::Nowhere, Ok(Outcome::Handled)),
    ];
    for (place, expected) in cases {
        let service = detach.layer(Panicking(place));
        let result = service.oneshot(event("e")).await.map_err(|err| err.kind());
        assert_eq!(result, expected, "{place:?}");
        assert_eq!(heard.take(), [("e".to_owned(), expected)], "{place:?}");
    }
    assert_eq!(detach.handle().in_flight(), 0);
}

#[tokio::test]
async fn a_panic_of_the_hook_changes_nothing() {
    let detach = Detach::new().on_finish(|_, _| panic!("the hook"));
    for place in [Place::Nowhere, Place::Drop] {
        let service = detach.layer(Panicking(place));
        let result = service.oneshot(event("e")).await;
        assert_eq!(result.is_ok(), place == Place::Nowhere);
        assert_eq!(detach.handle().in_flight(), 0);
    }
}

/// Without tokio nothing is spawned and nothing timed, and nothing panics.
#[test]
fn without_a_runtime_the_work_is_its_callers() {
    let heard = Heard::default();
    let gate = Arc::new(Semaphore::new(3));
    let detach = heard.listen(Detach::new().deadline(Duration::ZERO));
    let handle = detach.handle();
    let service = detach.layer(gated(&gate));
    let send = |id| {
        let result = service.clone().oneshot(event(id)).now_or_never();
        result.unwrap().map_err(|err| err.kind())
    };
    let expected = [
        ("handles", Ok(Outcome::FellBack)),
        ("fails", Err(ErrorKind::HandlerFailed)),
        ("panics", Err(ErrorKind::HandlerPanicked)),
    ];
    for (id, expected) in expected {
        assert_eq!(send(id), expected);
        assert_eq!(heard.take(), [(id.to_owned(), expected)]);
    }

    let panics = detach.layer(Panicking(Place::Call)).oneshot(event("layer"));
    let err = panics.now_or_never().unwrap().unwrap_err();
    assert_eq!(err.kind(), ErrorKind::HandlerPanicked);
    let panicked = Err(ErrorKind::HandlerPanicked);
    assert_eq!(heard.take(), [("layer".to_owned(), panicked)]);

    let mut call = Box::pin(service.clone().oneshot(event("dropped")));
    assert!(call.as_mut().now_or_never().is_none());
    let report = handle.shutdown(60 * SECOND).now_or_never().unwrap();
    assert_eq!(report.event_ids(), ["dropped"]);
    drop(call);
    assert_eq!(
        heard.take(),
        [("dropped".to_owned(), Err(ErrorKind::Cancelled))]
    );
    assert_eq!(handle.in_flight(), 0);
    assert_eq!(send("late"), Err(ErrorKind::ShuttingDown));
}

/// A runtime named `works`.
fn other_runtime() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    let builder = builder.worker_threads(1).thread_name("works");
    builder.enable_time().build().unwrap()
}

/// The runtime of the caller needs no timer then.
#[test]
fn the_work_runs_on_the_runtime_that_was_given() {
    let runtime = other_runtime();
    let caller = Builder::new_current_thread().build().unwrap();
    let detach = Detach::new().runtime(runtime.handle().clone());
    let router = EventRouter::new().fallback(async |_: Delivery| {
        assert_eq!(std::thread::current().name(), Some("works"));
        Ok::<_, BoxError>(())
    });
    let result = caller.block_on(detach.layer(router).oneshot(event("e")));
    assert_eq!(result.unwrap(), Outcome::FellBack);

    let detach = detach.deadline(Duration::from_millis(1));
    let service = detach.layer(asleep(60 * SECOND));
    let result = caller.block_on(service.oneshot(event("e")));
    assert_eq!(result.unwrap_err().kind(), ErrorKind::DeadlineExceeded);
}

#[test]
fn work_that_ends_with_its_runtime_is_logged() {
    let log = Log::default();
    let _guard = crate::log::listen(log.subscriber());
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    let detach = Detach::new();
    let service = detach.layer(asleep(60 * SECOND));
    runtime.block_on(leave(&service, event("left")));
    assert_eq!(
        (detach.handle().in_flight(), log.take()),
        (1, String::new())
    );
    drop(runtime);
    assert_eq!(detach.handle().in_flight(), 0);
    let line = log.take();
    let says = r#"code="cancelled" event_type="VEHICLE_ZEN" event_id="left""#;
    assert!(line.starts_with("ERROR ") && line.contains(says), "{line}");
}

#[tokio::test]
async fn work_that_ends_with_its_runtime_is_told_of() {
    let heard = Heard::default();
    let gate = Arc::new(Semaphore::new(0));
    let runtime = other_runtime();
    let detach = heard.listen(Detach::new().runtime(runtime.handle().clone()));
    let handle = detach.handle();
    let service = detach.layer(gated(&gate));
    leave(&service, event("left")).await;
    let waiting = tokio::spawn(service.clone().oneshot(event("waiting")));
    while handle.in_flight() < 2 {
        tokio::task::yield_now().await;
    }
    runtime.shutdown_background();
    let err = waiting.await.unwrap().unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Cancelled);
    assert_eq!(handle.shutdown(60 * SECOND).await.left(), 0);

    // What comes after its end does not hang either.
    let ended = other_runtime();
    let late = heard.listen(Detach::new().runtime(ended.handle().clone()));
    ended.shutdown_background();
    let late = late.layer(EventRouter::new()).oneshot(event("late")).await;
    assert_eq!(late.unwrap_err().kind(), ErrorKind::Cancelled);

    let mut heard = heard.take();
    heard.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    let cancelled = |id: &str| (id.to_owned(), Err(ErrorKind::Cancelled));
    assert_eq!(heard, ["late", "left", "waiting"].map(cancelled));
}

/// The subscriber is that of the caller's thread alone, and the work runs on another.
#[tokio::test]
async fn the_span_of_the_caller_goes_along() {
    let log = Log::default();
    let _guard = crate::log::listen(log.subscriber());
    let runtime = other_runtime();
    let gate = Arc::new(Semaphore::new(1));
    let router = {
        let gate = Arc::clone(&gate);
        EventRouter::new().fallback(move |_: Delivery| {
            let gate = Arc::clone(&gate);
            async move {
                tracing::info!("inside");
                gate.acquire().await?.forget();
                tracing::info!("still inside");
                Ok::<_, BoxError>(())
            }
        })
    };
    let detach = Detach::new().runtime(runtime.handle().clone());
    let service = detach.layer(router);
    let request = tracing::info_span!("request", id = 7);
    let call = service.clone().oneshot(event("waited")).instrument(request);
    call.await.unwrap();
    let request = tracing::info_span!("request", id = 8);
    leave(&service, event("left")).instrument(request).await;
    gate.add_permits(1);
    assert_eq!(detach.handle().shutdown(60 * SECOND).await.left(), 0);

    let log = log.take();
    for line in [
        "request{id=7}: it::detach: inside",
        "request{id=7}: it::detach: still inside",
        "request{id=8}: it::detach: inside",
        "request{id=8}: smartcar_webhook_core::layer::detach::work: delivery finished",
    ] {
        assert!(log.contains(line), "{line} is missing in {log}");
    }
    runtime.shutdown_background();
}

/// A service whose every instance has to be asked before it is called, and is ready at the second time.
struct Strict {
    asked: usize,
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        Self { asked: 0 }
    }
}

impl Service<Delivery> for Strict {
    type Response = Outcome;
    type Error = BoxError;
    type Future = std::future::Ready<Result<Outcome, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.asked += 1;
        if self.asked == 1 {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Delivery) -> Self::Future {
        std::future::ready(if self.asked < 2 {
            Err("called before it was ready".into())
        } else {
            Ok(Outcome::Handled)
        })
    }
}

#[tokio::test]
async fn the_service_that_is_called_is_the_one_that_was_ready() {
    let mut service = Detach::new().layer(Strict { asked: 0 });
    for _ in 0..3 {
        let result = service.ready().await.unwrap().call(event("e")).await;
        assert_eq!(result.unwrap(), Outcome::Handled);
    }
}

/// A service that is never ready is part of the work.
#[tokio::test(start_paused = true)]
async fn the_deadline_holds_for_the_wait_for_readiness() {
    #[derive(Clone)]
    struct Never;

    impl Service<Delivery> for Never {
        type Response = Outcome;
        type Error = BoxError;
        type Future = std::future::Pending<Result<Outcome, BoxError>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
            Poll::Pending
        }

        fn call(&mut self, _: Delivery) -> Self::Future {
            std::future::pending()
        }
    }

    let result = Detach::new().layer(Never).oneshot(event("e")).await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::DeadlineExceeded);
}

/// Errors keep their kind, and those of other crates become failures.
#[tokio::test]
async fn errors_are_taken_as_everywhere() {
    for kind in [ErrorKind::InFlight, ErrorKind::HandlerFailed] {
        let service = service_fn(move |_: Delivery| {
            let err = match kind {
                ErrorKind::InFlight => Error::new(kind).into(),
                _ => BoxError::from("of another crate"),
            };
            std::future::ready(Err::<Outcome, _>(err))
        });
        let err = Detach::new().layer(service).oneshot(event("e")).await;
        assert_eq!(err.unwrap_err().kind(), kind);
    }
}

#[tokio::test]
async fn dropping_the_last_handle_ends_no_work() {
    let heard = Heard::default();
    let gate = Arc::new(Semaphore::new(0));
    let detach = heard.listen(Detach::new());
    let service = detach.layer(gated(&gate));
    leave(&service, event("e")).await;
    drop((detach.handle(), detach, service));
    gate.add_permits(1);
    while heard.0.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(heard.take(), [("e".to_owned(), Ok(Outcome::FellBack))]);
}

/// A third waits, a third goes away at once, a third a little later; all work ends once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_at_once() {
    let ended = Arc::new(AtomicUsize::new(0));
    let heard = Heard::default();
    let gate = Arc::new(Semaphore::new(0));
    let detach = heard.listen(Detach::new().limit(1000));
    let handle = detach.handle();
    let router = {
        let (ended, gate) = (Arc::clone(&ended), Arc::clone(&gate));
        EventRouter::new().fallback(move |_: Delivery| {
            let (ended, gate) = (Arc::clone(&ended), Arc::clone(&gate));
            async move {
                gate.acquire().await?.forget();
                tokio::task::yield_now().await;
                ended.fetch_add(1, Ordering::Relaxed);
                Ok::<_, BoxError>(())
            }
        })
    };
    let service = detach.layer(router);
    let mut waiting = JoinSet::new();
    let mut leaving = JoinSet::new();
    for id in 0..1000 {
        let call = service.clone().oneshot(event(id));
        match id % 3 {
            0 => waiting.spawn(call),
            1 => {
                leave(&service, event(id)).await;
                continue;
            }
            _ => leaving.spawn(call),
        };
    }
    while handle.in_flight() < 1000 {
        tokio::task::yield_now().await;
    }
    let err = service.oneshot(event("over")).await.unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Overloaded);
    leaving.abort_all();
    gate.add_permits(1000);
    let waited = waiting.join_all().await;
    assert!(
        waited
            .into_iter()
            .all(|it| it.unwrap() == Outcome::FellBack)
    );
    assert_eq!(handle.shutdown(60 * SECOND).await.left(), 0);
    assert_eq!(ended.load(Ordering::Relaxed), 1000);
    let heard = heard.take();
    let ids: HashSet<_> = heard.iter().map(|(id, _)| id).collect();
    assert_eq!((heard.len(), ids.len()), (1000, 1000));
}
