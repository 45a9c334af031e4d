use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use smartcar_webhook_core::signal::TractionBatteryStateOfCharge;
use smartcar_webhook_core::testing::{VehicleStateBuilder, vehicle_state};
use smartcar_webhook_core::{ManagementToken, SC_SIGNATURE};
use smartcar_webhook_examples::fleet::Memory;
use tower::ServiceExt;

use crate::api::Api;

fn token() -> ManagementToken {
    ManagementToken::new("test").unwrap()
}

fn app() -> (Arc<Memory>, Router) {
    let database = Arc::new(Memory::default());
    let api = Api {
        database: Arc::<Memory>::clone(&database),
        key: "key".into(),
    };
    let webhook = crate::webhook(&api, token());
    (database, crate::app(api, webhook))
}

/// A vehicle `v1` at 78 %.
fn state() -> VehicleStateBuilder {
    vehicle_state()
        .vehicle("v1")
        .signal::<TractionBatteryStateOfCharge>(78)
}

async fn answer(app: &Router, request: Request<Body>) -> (u16, String) {
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// What the app answers a delivery that is signed with this token.
async fn deliver(app: &Router, token: &ManagementToken) -> (u16, String) {
    let body = state().to_value().to_string();
    let request = Request::post("/webhooks/smartcar")
        .header(SC_SIGNATURE, token.sign(body.as_bytes()).to_hex())
        .body(body.into());
    answer(app, request.unwrap()).await
}

async fn get(app: &Router, path: &str, key: &str) -> (u16, String) {
    let request = Request::get(path).header("x-api-key", key);
    answer(app, request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_state_is_stored() {
    let (_, app) = app();
    assert_eq!(get(&app, "/vehicles/v1", "key").await.0, 404);
    assert_eq!(deliver(&app, &token()).await, (200, String::new()));
    let vehicle = r#"{"charge":78.0,"disconnected":false}"#.to_owned();
    assert_eq!(get(&app, "/vehicles/v1", "key").await, (200, vehicle));
}

#[tokio::test]
async fn a_forged_one_is_not() {
    let (_, app) = app();
    let forger = ManagementToken::new("guessed").unwrap();
    let refused = r#"{"error":"signature_mismatch"}"#.to_owned();
    assert_eq!(deliver(&app, &forger).await, (401, refused));
    assert_eq!(get(&app, "/vehicles/v1", "key").await.0, 404);
}

#[tokio::test]
async fn without_its_database_it_comes_again() {
    let (database, app) = app();
    database.close();
    let failed = r#"{"error":"handler_failed"}"#.to_owned();
    assert_eq!(deliver(&app, &token()).await, (500, failed));
    assert_eq!(get(&app, "/vehicles/v1", "key").await.0, 503);
}

#[tokio::test]
async fn the_routes_of_the_app_are_as_they_were() {
    let (_, app) = app();
    let well = (200, "well".to_owned());
    assert_eq!(get(&app, "/health", "").await, well);
    let unknown = (401, "which key?".to_owned());
    assert_eq!(get(&app, "/vehicles/v1", "wrong").await, unknown);
    assert_eq!(get(&app, "/nowhere", "key").await.0, 404);
}
