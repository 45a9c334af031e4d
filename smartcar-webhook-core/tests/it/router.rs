use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use smartcar_webhook_core::payload::v2::{ChargingCompleted, Schedule};
use smartcar_webhook_core::payload::v4::{VehicleError, VehicleState};
use smartcar_webhook_core::payload::{Event, RawJson};
use smartcar_webhook_core::{
    BoxError, Delivery, Error, ErrorKind, EventRouter, Handler, Outcome, async_trait,
};
use tower::{ServiceBuilder, ServiceExt, service_fn};

use crate::{delivery, fixture};

struct Desk {
    seen: Arc<AtomicUsize>,
}

#[async_trait]
impl Handler<VehicleState> for Desk {
    async fn handle(&self, _: Delivery<VehicleState>) -> Result<(), BoxError> {
        self.seen.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

#[async_trait]
impl Handler<VehicleError> for Desk {
    async fn handle(&self, _: Delivery<VehicleError>) -> Result<(), BoxError> {
        self.seen.fetch_add(10, Ordering::Relaxed);
        Err("the desk is closed".into())
    }
}

async fn on_completed(_: Delivery<ChargingCompleted>) -> Result<(), std::io::Error> {
    Ok(())
}

#[tokio::test]
async fn structs_functions_and_closures_are_handlers() {
    let seen = Arc::new(AtomicUsize::new(0));
    let desk = || Desk {
        seen: Arc::clone(&seen),
    };
    let router = EventRouter::new()
        .on::<VehicleState, _>(desk())
        .on::<VehicleError, _>(desk())
        .on(on_completed)
        .on(|schedule: Delivery<Schedule>| async move {
            assert_eq!(schedule.vehicles.len(), 2);
            Ok::<_, BoxError>(())
        });
    let send = |name| router.clone().oneshot(fixture(name));

    assert_eq!(send("v4-vehicle-state").await.unwrap(), Outcome::Handled);
    assert_eq!(seen.load(Ordering::Relaxed), 1);
    assert_eq!(send("v2-schedule").await.unwrap(), Outcome::Handled);
    assert_eq!(send("v2-dynamic").await.unwrap(), Outcome::Unhandled);

    let err = send("v4-vehicle-error").await.unwrap_err();
    assert_eq!(err.kind(), ErrorKind::HandlerFailed);
    assert_eq!(err.to_string(), "handler failed");
    let source = std::error::Error::source(&err).unwrap();
    assert_eq!(source.to_string(), "the desk is closed");
    assert_eq!(seen.load(Ordering::Relaxed), 11);
}

/// A handler's own errors are failures, even those of this crate.
#[tokio::test]
async fn a_misfit_inside_a_handler_is_a_failure_of_the_handler() {
    let router = EventRouter::new()
        .on(async |state: Delivery<VehicleState>| {
            let body = state.signals[0].body().unwrap();
            body.read::<Vec<u8>>().map(drop)
        })
        .fallback(async |_: Delivery| Err("not for the fallback"));
    let err = router
        .oneshot(fixture("v4-vehicle-state"))
        .await
        .unwrap_err();
    assert_eq!(err.kind(), ErrorKind::HandlerFailed);
    let source = std::error::Error::source(&err).unwrap();
    assert_eq!(
        source.downcast_ref::<Error>().unwrap().kind(),
        ErrorKind::Misfit
    );
}

#[tokio::test]
async fn the_fallback_is_told_what_did_not_fit() {
    let problems = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&problems);
    let router = EventRouter::new()
        .on(async |_: Delivery<VehicleState>| Err("not for this handler"))
        .on(async |_: Delivery<Schedule>| Err("not for this handler"))
        .fallback(move |other: Delivery| {
            let path = other.problem().and_then(Error::path).map(str::to_owned);
            noted.lock().unwrap().push(path);
            std::future::ready(Ok::<_, BoxError>(()))
        });
    let bodies = [
        (r#"{"eventType":"VEHICLE_STATE"}"#, Some("data")),
        (
            r#"{"eventType":"VEHICLE_STATE","data":{"signals":[]}}"#,
            Some("data.vehicle.id"),
        ),
        (
            r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v"},"signals":3}}"#,
            Some("data.signals"),
        ),
        (
            r#"{"eventName":"schedule","payload":{}}"#,
            Some("payload.vehicles"),
        ),
        (r#"{"eventType":"VEHICLE_GEOFENCE"}"#, None),
        ("{}", None),
    ];
    for (body, path) in bodies {
        let outcome = router.clone().oneshot(delivery(body)).await.unwrap();
        assert_eq!(outcome, Outcome::FellBack);
        let noted = problems.lock().unwrap().pop().unwrap();
        assert_eq!(noted.as_deref(), path, "{body}");
    }
}

#[derive(serde::Deserialize)]
struct Geofence {
    data: Fence,
}

#[derive(serde::Deserialize)]
struct Fence {
    fence: Crossing,
}

#[derive(serde::Deserialize)]
struct Crossing {
    crossed: u8,
}

impl Event for Geofence {
    const TYPE: &'static str = "VEHICLE_GEOFENCE";

    fn read(body: &RawJson) -> Result<Self, Error> {
        body.read()
    }
}

#[tokio::test]
async fn event_types_of_ones_own_are_routed_and_their_misfits_have_a_path() {
    let router = EventRouter::new()
        .on(async |fence: Delivery<Geofence>| {
            assert_eq!(fence.data.fence.crossed, 1);
            Ok::<_, BoxError>(())
        })
        .fallback(async |other: Delivery| {
            let path = other.problem().and_then(Error::path);
            assert_eq!(path, Some("data.fence.crossed"));
            Err("reached the fallback")
        });
    let fits = delivery(r#"{"eventType":"VEHICLE_GEOFENCE","data":{"fence":{"crossed":1}}}"#);
    assert_eq!(
        router.clone().oneshot(fits).await.unwrap(),
        Outcome::Handled
    );
    assert!(router.oneshot(fixture("unknown-type")).await.is_err());
}

#[tokio::test]
async fn layers_wrap_what_is_registered_before_them() {
    let seen = Arc::new(AtomicUsize::new(0));
    let count = {
        let seen = Arc::clone(&seen);
        ServiceBuilder::new().map_request(move |delivery: Delivery| {
            seen.fetch_add(1, Ordering::Relaxed);
            delivery
        })
    };
    let router = EventRouter::new()
        .on(async |_: Delivery<VehicleState>| Ok::<_, BoxError>(()))
        .fallback(async |_: Delivery| Ok::<_, BoxError>(()))
        .layer(count)
        .on(async |_: Delivery<VehicleError>| Ok::<_, BoxError>(()));
    for (name, count) in [
        ("v4-vehicle-state", 1),
        ("v4-vehicle-error", 1),
        ("unknown-type", 2),
    ] {
        router.clone().oneshot(fixture(name)).await.unwrap();
        assert_eq!(seen.load(Ordering::Relaxed), count, "{name}");
    }
}

/// An error keeps its kind through middleware that boxes it; any other becomes a failure.
#[tokio::test]
async fn errors_of_middleware_are_taken_as_they_are() {
    let cases: [(BoxError, ErrorKind); 2] = [
        (
            Error::new(ErrorKind::Overloaded).into(),
            ErrorKind::Overloaded,
        ),
        ("a layer of one's own".into(), ErrorKind::HandlerFailed),
    ];
    for (err, kind) in cases {
        let err = Arc::new(Mutex::new(Some(err)));
        let layer = tower::layer::layer_fn(move |_| {
            let err = Arc::clone(&err);
            service_fn(move |_: Delivery| {
                let err = err.lock().unwrap().take().unwrap();
                std::future::ready(Err::<Outcome, BoxError>(err))
            })
        });
        let router = EventRouter::new()
            .on(async |_: Delivery<VehicleState>| Ok::<_, BoxError>(()))
            .layer(layer);
        let err = router
            .oneshot(fixture("v4-vehicle-state"))
            .await
            .unwrap_err();
        assert_eq!(err.kind(), kind);
    }
}

#[tokio::test]
async fn a_panic_ends_the_handler_alone() {
    type Done = std::future::Ready<Result<(), BoxError>>;
    let router = EventRouter::new()
        .on(|_: Delivery<VehicleState>| -> Done { panic!("before the future") })
        .on(|error: Delivery<VehicleError>| async move {
            tokio::task::yield_now().await;
            assert!(error.errors.is_empty(), "inside the future");
            Ok::<_, BoxError>(())
        });
    for name in ["v4-vehicle-state", "v4-vehicle-error"] {
        let err = router.clone().oneshot(fixture(name)).await.unwrap_err();
        assert_eq!(err.kind(), ErrorKind::HandlerPanicked, "{name}");
    }
}

struct Explosive;

impl Event for Explosive {
    const TYPE: &'static str = "VEHICLE_GEOFENCE";

    fn read(_: &RawJson) -> Result<Self, Error> {
        panic!("while reading")
    }
}

#[tokio::test]
async fn a_panic_while_reading_is_answered_for_too() {
    let router = EventRouter::new().on(async |_: Delivery<Explosive>| Ok::<_, BoxError>(()));
    let err = router.oneshot(fixture("unknown-type")).await.unwrap_err();
    assert_eq!(err.kind(), ErrorKind::HandlerPanicked);
}

#[tokio::test]
async fn a_handler_may_be_shared() {
    let seen = Arc::new(AtomicUsize::new(0));
    let desk = Arc::new(Desk {
        seen: Arc::clone(&seen),
    });
    let erased: Arc<dyn Handler<VehicleError>> = Arc::<Desk>::clone(&desk);
    let router = EventRouter::new()
        .on::<VehicleState, _>(desk)
        .on::<VehicleError, _>(erased);
    let send = |name| router.clone().oneshot(fixture(name));
    assert!(send("v4-vehicle-state").await.is_ok());
    assert!(send("v4-vehicle-error").await.is_err());
    assert_eq!(seen.load(Ordering::Relaxed), 11);
}

/// Types are routed as they are compared: without regard to case.
#[tokio::test]
async fn the_case_of_a_type_does_not_count() {
    let router = EventRouter::new()
        .on(async |_: Delivery<VehicleState>| Ok::<_, BoxError>(()))
        .on(async |_: Delivery<ChargingCompleted>| Ok::<_, BoxError>(()))
        .on(async |_: Delivery<Schedule>| Ok::<_, BoxError>(()));
    let bodies = [
        r#"{"eventType":"Vehicle_State","data":{"vehicle":{"id":"v"}}}"#,
        r#"{"eventName":"EVENTBASED","payload":{"eventType":"charging_completed","vehicleId":"v"}}"#,
        r#"{"eventName":"Scheduled","payload":{"vehicles":[]}}"#,
    ];
    for body in bodies {
        let outcome = router.clone().oneshot(delivery(body)).await.unwrap();
        assert_eq!(outcome, Outcome::Handled, "{body}");
    }
}

struct Scheduled;

impl Event for Scheduled {
    const TYPE: &'static str = "scheduled";

    fn read(_: &RawJson) -> Result<Self, Error> {
        Err(Error::new(ErrorKind::Overloaded))
    }
}

#[test]
#[should_panic(expected = "`scheduled` already has a handler")]
fn the_two_names_of_scheduled_deliveries_are_one_type() {
    let _ = EventRouter::new()
        .on(async |_: Delivery<Schedule>| Ok::<_, BoxError>(()))
        .on(async |_: Delivery<Scheduled>| Ok::<_, BoxError>(()));
}

/// Reading fails in one way only, whatever error an event type makes of it.
#[tokio::test]
async fn a_failed_read_is_a_misfit_whatever_its_kind() {
    let router = EventRouter::new()
        .on(async |_: Delivery<Scheduled>| Ok::<_, BoxError>(()))
        .fallback(async |other: Delivery| {
            assert_eq!(other.problem().unwrap().kind(), ErrorKind::Misfit);
            Ok::<_, BoxError>(())
        });
    let outcome = router.oneshot(fixture("v2-schedule")).await.unwrap();
    assert_eq!(outcome, Outcome::FellBack);
}

#[test]
fn a_delivery_can_be_handed_on() {
    let state = fixture("v4-vehicle-state").read::<VehicleState>().unwrap();
    assert_eq!(
        state.to_raw().read::<VehicleState>().unwrap().signals.len(),
        7
    );
    let (raw, state) = state.into_parts();
    assert_eq!(raw.envelope().vehicle_id(), Some(&*state.vehicle.id));
}
