//! The extractor.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRef, State};
use axum::http::{Request, StatusCode};
use axum::routing::{any, post};
use axum::{Extension, Router};
use smartcar_webhook_axum::Verified;
use smartcar_webhook_axum::core::payload::v4::VehicleState;
use smartcar_webhook_axum::core::testing::conformance;
use smartcar_webhook_axum::core::testing::{vehicle_error, vehicle_state};
use smartcar_webhook_axum::core::{Error, ErrorKind, ManagementToken, Outcome, Verifier};
use tower::ServiceExt;

#[derive(Clone, FromRef)]
struct App {
    verifier: Verifier,
    greeting: &'static str,
}

async fn on_state(
    State(greeting): State<&'static str>,
    Extension(tenant): Extension<u8>,
    state: Verified<VehicleState>,
) -> (StatusCode, String) {
    let make = state.vehicle.make.as_deref().unwrap_or_default();
    (
        StatusCode::CREATED,
        format!("{greeting} {make} of {tenant}"),
    )
}

async fn on_any(Verified(delivery): Verified) -> String {
    delivery
        .envelope()
        .event_type
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn app() -> Router {
    let token = ManagementToken::new("amt").unwrap();
    let verifier = Verifier::new(token).with_body_limit(4096);
    Router::new()
        .route("/state", post(on_state))
        .route("/any", any(on_any))
        .layer(Extension(7_u8))
        .with_state(App {
            verifier,
            greeting: "hello",
        })
}

async fn send(path: &str, body: String, signature: &str) -> (u16, String, http::Extensions) {
    let request = Request::post(path)
        .header("sc-signature", signature)
        .body(Body::from(body));
    let (head, body) = app().oneshot(request.unwrap()).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (
        head.status.as_u16(),
        String::from_utf8(body.to_vec()).unwrap(),
        head.extensions,
    )
}

async fn send_signed(path: &str, body: String) -> (u16, String, http::Extensions) {
    let signature = ManagementToken::new("amt")
        .unwrap()
        .sign(body.as_bytes())
        .to_hex();
    send(path, body, &signature).await
}

#[tokio::test]
async fn a_delivery_of_its_type_reaches_the_function() {
    let state = vehicle_state().to_value().to_string();
    let (status, body, _) = send_signed("/state", state.clone()).await;
    assert_eq!((status, &*body), (201, "hello POLESTAR of 7"));
    let (status, body, _) = send_signed("/any", state).await;
    assert_eq!((status, &*body), (200, "VEHICLE_STATE"));
    let (_, body, _) = send_signed("/any", r#"{"eventType":"MOON_PHASE"}"#.to_owned()).await;
    assert_eq!(body, "MOON_PHASE");
}

#[tokio::test]
async fn everything_else_is_answered_for_it() {
    let error = vehicle_error("SERVER", "INTERNAL").to_value().to_string();
    let (status, body, extensions) = send_signed("/state", error).await;
    assert_eq!((status, &*body), (200, ""));
    assert_eq!(extensions.get(), Some(&Outcome::Unhandled));

    let misfit = r#"{"eventType":"VEHICLE_STATE"}"#.to_owned();
    let (status, body, extensions) = send_signed("/state", misfit).await;
    assert_eq!((status, &*body), (200, ""));
    assert_eq!(extensions.get::<Error>().unwrap().kind(), ErrorKind::Misfit);

    let (status, body, _) = send("/state", "{}".to_owned(), &"0".repeat(64)).await;
    assert_eq!((status, &*body), (401, r#"{"error":"signature_mismatch"}"#));
    let (status, body, _) = send("/state", " ".repeat(5000), "").await;
    assert_eq!((status, &*body), (413, r#"{"error":"body_too_large"}"#));
    // By `openssl dgst -sha256 -hmac amt`.
    let verify = r#"{"eventType":"VERIFY","data":{"challenge":"challenge"}}"#.to_owned();
    let (status, body, _) = send("/state", verify, "").await;
    assert_eq!(status, 200);
    assert!(
        body.starts_with(r#"{"challenge":"9baf5a7464bd8674"#),
        "{body}"
    );
}

/// Where the extractor is all there is, the contract is the same.
#[tokio::test]
async fn the_extractor_answers_the_cases() {
    let token = ManagementToken::new("another").unwrap();
    let app = Router::new()
        .route("/webhooks/smartcar", any(async |_: Verified| ()))
        .with_state(Verifier::new(token.clone()));
    for case in conformance::cases_signed_by(&token) {
        let request = case.request().map(Body::from);
        let (head, body) = app.clone().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        case.check(&http::Response::from_parts(head, body)).unwrap();
    }
}
