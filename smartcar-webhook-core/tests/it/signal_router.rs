//! Which handlers of signals are called, and which again.

use std::error::Error as _;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};

use serde::Serialize;
use serde_json::json;
use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::signal::{
    ChargeIsCharging, LocationPreciseLocation, OdometerTraveledDistance, SignalReading, SignalType,
    TractionBatteryStateOfCharge, VehicleIdentificationVin, WheelTires,
};
use smartcar_webhook_core::testing::{Dispatcher, Reply, VehicleStateBuilder, vehicle_state};
use smartcar_webhook_core::{
    BoxError, Delivery, ErrorKind, EventRouter, Failures, Handler, ManagementToken, Outcome,
    SignalRouter, Unit, Webhook, async_trait,
};

use crate::hygiene::assert_clean;
use crate::{TOKEN, delivery};

/// Notes who was called, and lets those fail that are said to.
#[derive(Clone, Default)]
struct Log {
    calls: Arc<Mutex<Vec<String>>>,
    broken: Arc<Mutex<Vec<&'static str>>>,
}

impl Log {
    fn note(&self, who: &str, what: impl std::fmt::Display) -> Result<(), BoxError> {
        self.calls.lock().unwrap().push(format!("{who} {what}"));
        let broken = self.broken.lock().unwrap().clone();
        assert!(!broken.contains(&"panic") || who != "odometer-traveleddistance");
        if broken.contains(&who) {
            return Err(format!("{who} is broken").into());
        }
        Ok(())
    }

    fn breaks(&self, who: &[&'static str]) {
        *self.broken.lock().unwrap() = who.to_vec();
    }

    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut self.calls.lock().unwrap())
    }
}

#[async_trait]
impl<S: SignalType> Handler<SignalReading<S>> for Log
where
    S::Body: Serialize + Send,
{
    async fn handle(&self, signal: Delivery<SignalReading<S>>) -> Result<(), BoxError> {
        tokio::task::yield_now().await;
        let body = serde_json::to_value(&**signal)?;
        self.note(S::CODE, &body["value"])
    }
}

/// The whole state, or what is left of it.
#[async_trait]
impl Handler<VehicleState> for Log {
    async fn handle(&self, state: Delivery<VehicleState>) -> Result<(), BoxError> {
        let codes: Vec<_> = state.signals.iter().map(|it| it.code()).collect();
        self.note("state", codes.join(","))
    }
}

fn three_signals(log: &Log) -> SignalRouter {
    SignalRouter::new()
        .on::<TractionBatteryStateOfCharge, _>(log.clone())
        .on::<OdometerTraveledDistance, _>(log.clone())
        .on::<ChargeIsCharging, _>(log.clone())
}

fn dispatcher(router: SignalRouter) -> Dispatcher {
    let token = ManagementToken::new(TOKEN).unwrap();
    let webhook = Webhook::builder(token).without_idempotency();
    Dispatcher::new(webhook.build(EventRouter::new().on(router)))
}

fn event() -> VehicleStateBuilder {
    vehicle_state()
        .signal::<ChargeIsCharging>(true)
        .signal::<TractionBatteryStateOfCharge>(78)
        .signal::<OdometerTraveledDistance>(5)
}

fn failures(reply: &Reply) -> Vec<(String, ErrorKind)> {
    assert_eq!(reply.status(), 500);
    let err = reply.error().unwrap();
    assert_eq!(err.kind(), ErrorKind::HandlerFailed);
    let failures = err.source().unwrap().downcast_ref::<Failures>().unwrap();
    let failures = failures
        .iter()
        .map(|(name, err)| (name.to_owned(), err.kind()));
    failures.collect()
}

#[tokio::test]
async fn each_reading_goes_to_its_handler_and_what_is_left_to_the_fallback() {
    let log = Log::default();
    let dispatcher = dispatcher(three_signals(&log).fallback(log.clone()));
    let reply = dispatcher.send(&event()).await;
    assert_eq!(reply.outcome(), Some(Outcome::Handled));
    let in_order = [
        "tractionbattery-stateofcharge 78",
        "odometer-traveleddistance 5",
        "charge-ischarging true",
    ];
    assert_eq!(log.taken(), in_order);

    let odd = vehicle_state()
        .failed::<ChargeIsCharging>("VEHICLE_STATE", "ASLEEP")
        .raw_signal(json!({"code": "teleporter-chargeleft", "body": {"jumps": 2}}))
        .raw_signal(json!({"code": OdometerTraveledDistance::CODE, "body": {"value": "far"}}))
        .signal::<TractionBatteryStateOfCharge>(78)
        .signal::<TractionBatteryStateOfCharge>(79);
    dispatcher.send(&odd).await;
    let left = "state charge-ischarging,teleporter-chargeleft,odometer-traveleddistance,tractionbattery-stateofcharge";
    assert_eq!(log.taken(), ["tractionbattery-stateofcharge 78", left]);

    dispatcher.send(&vehicle_state()).await;
    assert!(log.taken().is_empty());
}

#[tokio::test]
async fn a_reading_comes_with_its_state_and_its_delivery() {
    let router = SignalRouter::new().on(
        async |charge: Delivery<SignalReading<TractionBatteryStateOfCharge>>| {
            assert_eq!((charge.value, &charge.unit), (78.0, &Some(Unit::PERCENT)));
            assert_eq!(charge.signal().code(), TractionBatteryStateOfCharge::CODE);
            assert!(charge.reading().oem_updated_at() < charge.reading().retrieved_at());
            assert_eq!(charge.state().signals.len(), 3);
            assert_eq!(charge.state().vehicle.id, "v1");
            assert_eq!(charge.envelope().vehicle_id(), Some("v1"));
            Ok::<_, BoxError>(())
        },
    );
    let reply = dispatcher(router).send(&event().vehicle("v1")).await;
    assert_eq!(reply.outcome(), Some(Outcome::Handled));
}

#[tokio::test]
async fn only_triggers_are_handed_on_where_they_tell() {
    let log = Log::default();
    let router = three_signals(&log).fallback(log.clone()).triggered_only();
    let dispatcher = dispatcher(router);
    let event = || event().signal::<WheelTires>(json!({"values": []}));
    let all = [
        "tractionbattery-stateofcharge",
        "odometer-traveleddistance",
        "charge-ischarging",
        "state",
    ];
    let cases = [
        (event().trigger::<TractionBatteryStateOfCharge>(), &all[..1]),
        (
            event()
                .trigger::<ChargeIsCharging>()
                .trigger::<OdometerTraveledDistance>(),
            &all[1..3],
        ),
        (event().trigger::<WheelTires>(), &all[3..]),
        (event().first_delivery(), &all),
        (event().without("/triggers"), &all),
        (event().with("/triggers", json!([])), &all),
        (
            event()
                .trigger::<ChargeIsCharging>()
                .with("/triggers/1", "BIRTHDAY"),
            &all,
        ),
        (
            event().with("/triggers", json!(["Odometer.TraveledDistance"])),
            &all[1..2],
        ),
    ];
    for (event, called) in cases {
        dispatcher.send(&event).await;
        let calls = log.taken();
        let names = calls.iter().filter_map(|it| it.split(' ').next());
        assert_eq!(
            names.collect::<Vec<_>>(),
            called,
            "{:?}",
            event.to_value()["triggers"]
        );
    }
}

#[tokio::test]
async fn first_deliveries_have_a_handler_of_their_own() {
    let log = Log::default();
    let router = SignalRouter::new()
        .on::<ChargeIsCharging, _>(log.clone())
        .on_first_delivery(log.clone());
    let dispatcher = dispatcher(router);
    dispatcher.send(&event().first_delivery()).await;
    let all = "state charge-ischarging,tractionbattery-stateofcharge,odometer-traveleddistance";
    assert_eq!(log.taken(), [all, "charge-ischarging true"]);
    dispatcher.send(&event()).await;
    assert_eq!(log.taken(), ["charge-ischarging true"]);
}

#[tokio::test]
async fn a_retry_calls_only_those_that_failed() {
    let log = Log::default();
    let dispatcher = dispatcher(three_signals(&log).fallback(log.clone()));
    let event = |attempt: &str| {
        let event = event().with("/meta/deliveryId", attempt);
        event.failed::<WheelTires>("SERVER", "INTERNAL")
    };
    log.breaks(&["tractionbattery-stateofcharge", "panic", "state"]);
    let reply = dispatcher.send(&event("1")).await;
    assert_eq!(log.taken().len(), 4);
    assert_eq!(
        failures(&reply),
        [
            (
                "tractionbattery-stateofcharge".to_owned(),
                ErrorKind::HandlerFailed
            ),
            (
                "odometer-traveleddistance".to_owned(),
                ErrorKind::HandlerPanicked
            ),
            ("fallback".to_owned(), ErrorKind::HandlerFailed),
        ]
    );
    let source = reply.error().unwrap().source().unwrap();
    assert_eq!(
        source.to_string(),
        "tractionbattery-stateofcharge: tractionbattery-stateofcharge is broken; odometer-traveleddistance: handler panicked; fallback: state is broken"
    );

    log.breaks(&["tractionbattery-stateofcharge"]);
    let reply = dispatcher.send(&event("2")).await;
    assert_eq!(failures(&reply).len(), 1);
    assert_eq!(
        log.taken(),
        [
            "tractionbattery-stateofcharge 78",
            "odometer-traveleddistance 5",
            "state wheel-tires"
        ]
    );

    // Another event is another matter, and so is that of another webhook.
    dispatcher.send(&event("1").seed(1)).await;
    assert_eq!(log.taken().len(), 4);
    let other = event("1").with("/meta/webhookId", "another");
    dispatcher.send(&other).await;
    assert_eq!(log.taken().len(), 4);

    log.breaks(&[]);
    let reply = dispatcher.send(&event("3")).await;
    assert_eq!(reply.outcome(), Some(Outcome::Handled));
    assert_eq!(log.taken(), ["tractionbattery-stateofcharge 78"]);

    // What is done is not remembered: that is for idempotency.
    dispatcher.send(&event("4")).await;
    assert_eq!(log.taken().len(), 4);
}

fn is_pending(work: &mut (impl Future + Unpin)) -> bool {
    let mut cx = Context::from_waker(Waker::noop());
    Pin::new(work).poll(&mut cx).is_pending()
}

/// As a host does when its client goes away.
#[tokio::test]
async fn what_was_done_before_the_work_was_given_up_is_done() {
    let log = Log::default();
    let router = three_signals(&log);
    let delivery = || {
        let event = event().to_value().to_string();
        delivery(event).read::<VehicleState>().unwrap()
    };
    let mut work = router.handle(delivery());
    // Each handler yields once.
    for _ in 0..3 {
        assert!(is_pending(&mut work));
    }
    drop(work);
    assert_eq!(log.taken().len(), 2);
    router.clone().handle(delivery()).await.unwrap();
    assert_eq!(log.taken(), ["charge-ischarging true"]);
}

#[tokio::test]
async fn a_copy_at_the_same_time_takes_nothing_back() {
    let log = Log::default();
    let router = three_signals(&log);
    let delivery = || {
        let event = event().to_value().to_string();
        delivery(event).read::<VehicleState>().unwrap()
    };
    let mut slow = router.handle(delivery());
    assert!(is_pending(&mut slow));
    log.breaks(&["odometer-traveleddistance"]);
    assert!(router.handle(delivery()).await.is_err());
    assert!(slow.await.is_err());
    log.taken();
    log.breaks(&[]);
    router.handle(delivery()).await.unwrap();
    assert_eq!(log.taken(), ["odometer-traveleddistance 5"]);
}

#[tokio::test]
async fn the_memory_for_retries_is_bounded() {
    let log = Log::default();
    let router = three_signals(&log);
    let handle = |seed| {
        let event = event().seed(seed).to_value().to_string();
        router.handle(delivery(event).read().unwrap())
    };
    log.breaks(&["odometer-traveleddistance"]);
    for seed in 0..4097 {
        assert!(handle(seed).await.is_err());
    }
    log.taken();
    for (seed, calls) in [(4096, 1), (1, 1), (0, 3)] {
        assert!(handle(seed).await.is_err());
        assert_eq!(log.taken().len(), calls, "{seed}");
    }
}

#[test]
fn debug_lists_what_is_registered() {
    let log = Log::default();
    let router = SignalRouter::new()
        .on::<ChargeIsCharging, _>(log.clone())
        .on_first_delivery(log.clone())
        .fallback(log);
    assert_eq!(
        format!("{router:?}"),
        r#"SignalRouter[first delivery, "charge-ischarging", fallback]"#
    );
}

#[tokio::test]
async fn debug_of_what_handlers_of_signals_get_is_clean() {
    let body = r#"{"eventType":"VEHICLE_STATE","data":{"user":{"id":"US3R"},"vehicle":{"id":"v1","vin":"V1N9"},"signals":[
        {"code":"vehicleidentification-vin","body":{"value":"V1N9"}},
        {"code":"location-preciselocation","body":{"latitude":57.7087,"longitude":11.9751}}
    ]}}"#;
    let router = SignalRouter::new()
        .on(
            async |place: Delivery<SignalReading<LocationPreciseLocation>>| {
                assert_eq!(*place.latitude, 57.7087);
                assert_clean(&format!("{place:?} {:?}", place.reading()));
                Ok::<_, BoxError>(())
            },
        )
        .on(
            async |vin: Delivery<SignalReading<VehicleIdentificationVin>>| {
                assert_eq!(*vin.value, *"V1N9");
                assert_clean(&format!("{vin:?} {:?}", vin.reading()));
                Ok::<_, BoxError>(())
            },
        );
    let state = delivery(body).read().unwrap();
    router.handle(state).await.unwrap();
}
