use std::sync::Arc;

use actix_web::App;
use actix_web::test::{TestRequest, init_service, read_body, try_call_service};
use smartcar_webhook_core::signal::TractionBatteryStateOfCharge;
use smartcar_webhook_core::testing::{VehicleStateBuilder, vehicle_state};
use smartcar_webhook_core::{ManagementToken, Webhook};
use smartcar_webhook_examples::fleet::Memory;

use crate::api::Api;
use crate::{configure, webhook};

struct Server {
    database: Arc<Memory>,
    api: Api,
    webhook: Webhook,
}

fn token() -> ManagementToken {
    ManagementToken::new("test").unwrap()
}

fn server() -> Server {
    let database = Arc::new(Memory::default());
    let api = Api {
        database: Arc::<Memory>::clone(&database),
        key: "key".into(),
    };
    let webhook = webhook(&api, token());
    Server {
        database,
        api,
        webhook,
    }
}

/// A vehicle `v1` at 78 %.
fn state() -> VehicleStateBuilder {
    vehicle_state()
        .vehicle("v1")
        .signal::<TractionBatteryStateOfCharge>(78)
}

impl Server {
    /// Has each request answered by a new worker.
    async fn answer(&self, request: TestRequest) -> (u16, String) {
        let app = App::new().configure(|it| configure(it, &self.api, &self.webhook));
        let worker = init_service(app).await;
        match try_call_service(&worker, request.to_request()).await {
            Ok(response) => {
                let status = response.status().as_u16();
                let body = read_body(response).await;
                (status, String::from_utf8(body.to_vec()).unwrap())
            }
            // What the middleware returned, which the server makes a response of.
            Err(err) => (err.error_response().status().as_u16(), err.to_string()),
        }
    }

    /// What it answers a delivery that is signed with this token.
    async fn deliver(&self, token: &ManagementToken) -> (u16, String) {
        let body = state().to_value().to_string();
        let request = TestRequest::post().uri("/webhooks/smartcar");
        let signature = token.sign(body.as_bytes()).to_hex();
        let request = request.insert_header(("sc-signature", signature));
        self.answer(request.set_payload(body)).await
    }

    async fn get(&self, path: &str, key: &str) -> (u16, String) {
        let request = TestRequest::get().uri(path);
        self.answer(request.insert_header(("x-api-key", key))).await
    }
}

#[actix_web::test]
async fn a_state_is_stored() {
    let server = server();
    assert_eq!(server.get("/vehicles/v1", "key").await.0, 404);
    assert_eq!(server.deliver(&token()).await, (200, String::new()));
    let vehicle = r#"{"charge":78.0,"disconnected":false}"#.to_owned();
    assert_eq!(server.get("/vehicles/v1", "key").await, (200, vehicle));
}

#[actix_web::test]
async fn a_forged_one_is_not() {
    let server = server();
    let forger = ManagementToken::new("guessed").unwrap();
    let refused = r#"{"error":"signature_mismatch"}"#.to_owned();
    assert_eq!(server.deliver(&forger).await, (401, refused));
    assert_eq!(server.get("/vehicles/v1", "key").await.0, 404);
}

#[actix_web::test]
async fn without_its_database_it_comes_again() {
    let server = server();
    server.database.close();
    let failed = r#"{"error":"handler_failed"}"#.to_owned();
    assert_eq!(server.deliver(&token()).await, (500, failed));
    assert_eq!(server.get("/vehicles/v1", "key").await.0, 503);
}

#[actix_web::test]
async fn the_routes_of_the_app_are_as_they_were() {
    let server = server();
    let well = (200, "well".to_owned());
    assert_eq!(server.get("/health", "").await, well);
    let unknown = (401, "which key?".to_owned());
    assert_eq!(server.get("/vehicles/v1", "wrong").await, unknown);
    assert_eq!(server.get("/nowhere", "key").await.0, 404);
}
