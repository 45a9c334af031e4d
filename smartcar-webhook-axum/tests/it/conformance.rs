use axum::Router;
use axum::body::{Body, to_bytes};
use smartcar_webhook_axum::WebhookEndpoint;
use tower::ServiceExt;

use smartcar_webhook_core::testing::conformance::{cases, webhook};

#[tokio::test]
async fn axum_answers_every_case() {
    let endpoint = WebhookEndpoint::new(webhook());
    let app = Router::new().route_service("/webhooks/smartcar", endpoint);
    for case in cases() {
        let request = case.request().map(Body::from);
        let (head, body) = app.clone().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        case.check(&http::Response::from_parts(head, body)).unwrap();
    }
}
