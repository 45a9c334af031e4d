//! The extractor.

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{App, HttpResponse};
use smartcar_webhook_actix::Verified;
use smartcar_webhook_actix::core::payload::v4::VehicleState;
use smartcar_webhook_actix::core::testing::{vehicle_error, vehicle_state};
use smartcar_webhook_actix::core::{ManagementToken, Outcome, Verifier};

async fn on_state(greeting: Data<&'static str>, state: Verified<VehicleState>) -> HttpResponse {
    let make = state.vehicle.make.as_deref().unwrap_or_default();
    HttpResponse::Created().body(format!("{} {make}", **greeting))
}

async fn on_any(Verified(delivery): Verified) -> String {
    delivery
        .envelope()
        .event_type
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn configure(config: &mut ServiceConfig) {
    let token = ManagementToken::new("amt").unwrap();
    config
        .app_data(Data::new("hello"))
        .app_data(Data::new(Verifier::new(token).with_body_limit(4096)))
        .service(web::resource("/state").to(on_state))
        .service(web::resource("/any").to(on_any));
}

async fn send(
    path: &str,
    body: String,
    signature: &str,
) -> (u16, String, HeaderMap, Option<Outcome>) {
    let app = init_service(App::new().configure(configure)).await;
    let request = TestRequest::post()
        .uri(path)
        .append_header(("sc-signature", signature));
    let response = call_service(&app, request.set_payload(body).to_request()).await;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let outcome = response.response().extensions().get::<Outcome>().copied();
    let body = read_body(response).await;
    (
        status,
        String::from_utf8(body.to_vec()).unwrap(),
        headers,
        outcome,
    )
}

async fn send_signed(path: &str, body: String) -> (u16, String, HeaderMap, Option<Outcome>) {
    let signature = ManagementToken::new("amt")
        .unwrap()
        .sign(body.as_bytes())
        .to_hex();
    send(path, body, &signature).await
}

#[actix_web::test]
async fn a_delivery_of_its_type_reaches_the_function() {
    let state = vehicle_state().to_value().to_string();
    let (status, body, ..) = send_signed("/state", state.clone()).await;
    assert_eq!((status, &*body), (201, "hello POLESTAR"));
    let (status, body, ..) = send_signed("/any", state).await;
    assert_eq!((status, &*body), (200, "VEHICLE_STATE"));
}

#[actix_web::test]
async fn everything_else_is_answered_for_it() {
    let error = vehicle_error("SERVER", "INTERNAL").to_value().to_string();
    let (status, body, _, outcome) = send_signed("/state", error).await;
    assert_eq!(
        (status, &*body, outcome),
        (200, "", Some(Outcome::Unhandled))
    );
    let misfit = r#"{"eventType":"VEHICLE_STATE"}"#.to_owned();
    let (status, body, ..) = send_signed("/state", misfit).await;
    assert_eq!((status, &*body), (200, ""));
    let (status, body, headers, _) = send("/state", "{}".to_owned(), &"0".repeat(64)).await;
    assert_eq!((status, &*body), (401, r#"{"error":"signature_mismatch"}"#));
    assert_eq!(headers.get("content-type").unwrap(), "application/json");
    let (status, body, ..) = send("/state", " ".repeat(5000), "").await;
    assert_eq!((status, &*body), (413, r#"{"error":"body_too_large"}"#));
    // By `openssl dgst -sha256 -hmac amt`.
    let verify = r#"{"eventType":"VERIFY","data":{"challenge":"challenge"}}"#.to_owned();
    let (status, body, ..) = send("/state", verify, "").await;
    assert_eq!(status, 200);
    assert!(
        body.starts_with(r#"{"challenge":"9baf5a7464bd8674"#),
        "{body}"
    );
    let app = init_service(App::new().configure(configure)).await;
    let get = call_service(&app, TestRequest::get().uri("/state").to_request()).await;
    assert_eq!(get.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(get.headers().get("allow").unwrap(), "POST");
}

#[actix_web::test]
async fn an_app_without_a_verifier_fails_with_500() {
    let app = init_service(App::new().service(web::resource("/any").to(on_any))).await;
    let response = call_service(&app, TestRequest::post().uri("/any").to_request()).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
}
