//! The dispatcher, and the events made for it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use serde_json::{Value, json};
use smartcar_webhook_core::endpoint::{Battery, Odometer};
use smartcar_webhook_core::payload::v2::{ChargingStarted, Dynamic, Schedule};
use smartcar_webhook_core::payload::v4::{VehicleError, VehicleState};
use smartcar_webhook_core::payload::{ErrorCode, Mode};
use smartcar_webhook_core::signal::{
    ChargeIsCharging, LocationPreciseLocation, TractionBatteryStateOfCharge,
    VehicleIdentificationPackages, WheelTires,
};
use smartcar_webhook_core::testing::{
    Dispatcher, charging_completed, charging_started, charging_stopped, dynamic, schedule,
    vehicle_error, vehicle_state,
};
use smartcar_webhook_core::{
    BoxError, Delivery, ErrorKind, EventRouter, Handler, ManagementToken, Outcome, Webhook,
    async_trait,
};

use crate::TOKEN;

fn dispatcher(router: EventRouter) -> Dispatcher {
    Dispatcher::new(Webhook::new(ManagementToken::new(TOKEN).unwrap(), router))
}

#[derive(Clone, Default)]
struct Database(Arc<Mutex<Vec<f64>>>);

#[async_trait]
impl Handler<VehicleState> for Database {
    async fn handle(&self, state: Delivery<VehicleState>) -> Result<(), BoxError> {
        let charge = state.current::<TractionBatteryStateOfCharge>();
        self.0
            .lock()
            .unwrap()
            .push(charge.ok_or("no charge")?.value);
        Ok(())
    }
}

#[tokio::test]
async fn events_go_through_the_whole_receiver() {
    let database = Database::default();
    let dispatcher = dispatcher(EventRouter::new().on(database.clone()));
    let event = vehicle_state().signal::<TractionBatteryStateOfCharge>(78.5);
    let reply = dispatcher.send(&event).await;
    assert_eq!(
        (reply.status(), reply.outcome()),
        (200, Some(Outcome::Handled))
    );
    assert!(reply.body().is_empty() && reply.error().is_none());
    assert_eq!(*database.0.lock().unwrap(), [78.5]);

    let reply = dispatcher.send(&vehicle_state()).await;
    assert_eq!((reply.status(), reply.outcome()), (500, None));
    assert_eq!(reply.error().unwrap().kind(), ErrorKind::HandlerFailed);
    assert_eq!(reply.body(), r#"{"error":"handler_failed"}"#);

    let reply = dispatcher.send(&json!({"eventType": "MOON_PHASE"})).await;
    assert_eq!(reply.outcome(), Some(Outcome::Unhandled));
    let reply = dispatcher.send_raw("hello").await;
    assert_eq!(reply.error().unwrap().kind(), ErrorKind::NotAnObject);
    let reply = dispatcher.send_with_signature("{}", &"0".repeat(64)).await;
    assert_eq!(reply.error().unwrap().kind(), ErrorKind::SignatureMismatch);
    let reply = dispatcher.send_with_signature("{}", "").await;
    assert_eq!(reply.status(), 401);
    let get = http::Request::get("/").body(Bytes::new()).unwrap();
    let reply = dispatcher.request(get).await;
    assert_eq!(
        (reply.status(), &reply.headers()["allow"]),
        (405, &"POST".parse().unwrap())
    );
}

/// By `openssl dgst -sha256 -hmac amt`.
#[tokio::test]
async fn challenges_are_answered_with_the_primary_key() {
    let token = ManagementToken::new("amt").unwrap();
    let dispatcher = Dispatcher::new(Webhook::new(token, EventRouter::new()));
    let reply = dispatcher.challenge("challenge").await;
    assert_eq!(
        reply.body(),
        r#"{"challenge":"9baf5a7464bd86740ad5a06e439dcf535a075022ed2c92d74efacf646d79328e"}"#
    );
    assert_eq!(dispatcher.challenge("{").await.status(), 403);
}

fn read<E: smartcar_webhook_core::payload::Event>(event: &Value) -> Delivery<E> {
    crate::delivery(event.to_string()).read().unwrap()
}

#[test]
fn a_state_is_made_as_it_comes_over_the_wire() {
    let event = vehicle_state()
        .signal::<TractionBatteryStateOfCharge>(78)
        .signal::<LocationPreciseLocation>(json!({"latitude": 57.7087, "longitude": 11.9751}))
        .signal::<VehicleIdentificationPackages>(["Winter"])
        .failed::<WheelTires>("COMPATIBILITY", "VEHICLE_NOT_CAPABLE")
        .raw_signal(json!({"code": "a-b"}))
        .with("/data/vehicle/mode", "test")
        .with("/meta/mode", "TEST")
        .without("/data/user");
    let state = read::<VehicleState>(&event.to_value());
    assert_eq!(
        state
            .current::<TractionBatteryStateOfCharge>()
            .unwrap()
            .value,
        78.0
    );
    assert_eq!(
        *state.current::<LocationPreciseLocation>().unwrap().latitude,
        57.7087
    );
    assert_eq!(
        state
            .current::<VehicleIdentificationPackages>()
            .unwrap()
            .values,
        ["Winter"]
    );
    let tires = state.signal::<WheelTires>().unwrap();
    assert_eq!(
        tires.error().unwrap().code,
        Some(ErrorCode::VEHICLE_NOT_CAPABLE)
    );
    assert_eq!(state.envelope().mode, Some(Mode::TEST));
    assert!(state.user.id.is_none());
    assert!(state.triggered_by::<TractionBatteryStateOfCharge>());
    assert!(read::<VehicleState>(&vehicle_state().first_delivery().to_value()).is_first_delivery());
    let chosen = vehicle_state()
        .signal::<WheelTires>(json!({"values": []}))
        .trigger::<ChargeIsCharging>();
    let chosen = read::<VehicleState>(&chosen.to_value());
    assert!(chosen.triggered_by::<ChargeIsCharging>() && !chosen.triggered_by::<WheelTires>());
}

/// What is made by default is what is declared.
#[test]
fn events_do_not_drift() {
    let events = [
        vehicle_state().to_value(),
        vehicle_state()
            .first_delivery()
            .signal::<ChargeIsCharging>(true)
            .to_value(),
        vehicle_error("PERMISSION", "")
            .of::<ChargeIsCharging>()
            .to_value(),
        vehicle_error("SERVER", "INTERNAL").resolved().to_value(),
        charging_started().to_value(),
        charging_stopped().to_value(),
        charging_completed().to_value(),
        schedule()
            .response::<Battery>(json!({"percentRemaining": 0.5, "range": 1}))
            .to_value(),
        dynamic()
            .failed::<Odometer>(409, "VEHICLE_STATE", "ASLEEP")
            .to_value(),
    ];
    for event in events {
        assert_eq!(crate::delivery(event.to_string()).drift(), [], "{event}");
    }
}

#[test]
fn errors_and_endpoints_are_made_to_order() {
    let error = vehicle_error("PERMISSION", "")
        .of::<ChargeIsCharging>()
        .resolution("REAUTHENTICATE");
    let error = read::<VehicleError>(&error.to_value());
    assert!(error.errors[0].is_missing_permission() && !error.is_disconnection());
    assert!(read::<VehicleError>(&vehicle_error("PERMISSION", "").to_value()).is_disconnection());
    let started = read::<ChargingStarted>(&charging_started().to_value());
    assert!(started.occurred_at().unwrap().millis().is_some());
    let event = schedule()
        .imperial()
        .response::<Odometer>(json!({"distance": 5}))
        .failed::<Battery>(501, "COMPATIBILITY", "VEHICLE_NOT_CAPABLE");
    let schedule = read::<Schedule>(&event.to_value());
    let odometer = schedule.vehicles[0].endpoint::<Odometer>().unwrap();
    assert_eq!(odometer.unit_system().distance().unwrap().as_str(), "miles");
    assert!(odometer.data_age().unwrap().millis().is_some());
    let battery = schedule.vehicles[0].endpoint::<Battery>().unwrap();
    assert_eq!(battery.error().unwrap().status_code, Some(501));
    assert_eq!(read::<Dynamic>(&dynamic().to_value()).vehicles.len(), 1);
}

#[test]
fn the_seed_decides_on_ids_and_times() {
    let event = |seed| vehicle_state().seed(seed).to_value();
    assert_eq!(event(7), event(7));
    let ids: BTreeSet<_> = (0..1000)
        .map(|it| event(it)["eventId"].to_string())
        .collect();
    assert_eq!(ids.len(), 1000);
    for id in ids {
        let parts: Vec<_> = id.trim_matches('"').split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
    }
    assert!(event(1)["meta"]["deliveredAt"].as_i64() > event(0)["meta"]["deliveredAt"].as_i64());
}

#[test]
fn any_place_can_be_changed() {
    let event = vehicle_state()
        .signal::<ChargeIsCharging>(true)
        .with("/data/signals/0/body/value", "perhaps")
        .with("/data/signals/1", json!({"code": "a-b"}))
        .with("/new/way~1s/deep", 1)
        .with("/eventType/now/an/object", Value::Null)
        .without("/nowhere/at/all")
        .to_value();
    assert_eq!(event["data"]["signals"][0]["body"]["value"], "perhaps");
    assert_eq!(event["data"]["signals"][1]["code"], "a-b");
    assert_eq!(event["new"]["way/s"]["deep"], 1);
    assert!(event["eventType"].is_object());
}
