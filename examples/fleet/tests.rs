//! The handlers alone, without a web framework.

use std::sync::Arc;

use smartcar_webhook_core::signal::{LocationPreciseLocation, TractionBatteryStateOfCharge};
use smartcar_webhook_core::testing::{Dispatcher, charging_started, vehicle_error, vehicle_state};
use smartcar_webhook_core::{ManagementToken, Outcome, Webhook};

use super::{Database, Memory, router};

fn fleet() -> (Arc<Memory>, Dispatcher) {
    let database = Arc::new(Memory::default());
    let token = ManagementToken::new("test").unwrap();
    let webhook = Webhook::new(token, router(Arc::<Memory>::clone(&database)));
    (database, Dispatcher::new(webhook))
}

#[tokio::test]
async fn the_charge_is_stored() {
    let (database, smartcar) = fleet();
    let event = vehicle_state().vehicle("v1");
    let reply = smartcar.send(&event).await;
    assert_eq!(reply.outcome(), Some(Outcome::Handled));
    assert_eq!(database.vehicle("v1").await.unwrap(), None);

    // Twice, as it may come.
    let event = event.signal::<TractionBatteryStateOfCharge>(78);
    for _ in 0..2 {
        assert_eq!(smartcar.send(&event).await.status(), 200);
    }
    let vehicle = database.vehicle("v1").await.unwrap().unwrap();
    assert_eq!(vehicle.charge, Some(78.0));
    assert!(!vehicle.disconnected);
}

#[tokio::test]
async fn a_disconnection_is_stored_and_no_other_error() {
    let (database, smartcar) = fleet();
    let no_location = vehicle_error("PERMISSION", "")
        .of::<LocationPreciseLocation>()
        .vehicle("v1");
    assert_eq!(smartcar.send(&no_location).await.status(), 200);
    assert_eq!(database.vehicle("v1").await.unwrap(), None);

    let logged_out =
        vehicle_error("CONNECTED_SERVICES_ACCOUNT", "AUTHENTICATION_FAILED").vehicle("v1");
    assert_eq!(smartcar.send(&logged_out).await.status(), 200);
    assert!(database.vehicle("v1").await.unwrap().unwrap().disconnected);
}

#[tokio::test]
async fn what_the_app_does_not_know_is_acknowledged() {
    let (_, smartcar) = fleet();
    let reply = smartcar.send(&charging_started()).await;
    assert_eq!(
        (reply.status(), reply.outcome()),
        (200, Some(Outcome::FellBack))
    );
}

#[tokio::test]
async fn without_its_database_it_comes_again() {
    let (database, smartcar) = fleet();
    database.close();
    let event = vehicle_state().signal::<TractionBatteryStateOfCharge>(78);
    let reply = smartcar.send(&event).await;
    assert_eq!(reply.status(), 500);
    assert_eq!(reply.body(), r#"{"error":"handler_failed"}"#);
}
