use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Request};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::routing::{post, post_service};
use smartcar_webhook_axum::core::payload::v4::VehicleState;
use smartcar_webhook_axum::core::testing::{signed, vehicle_state};
use smartcar_webhook_axum::core::{
    BoxError, Delivery, EventRouter, ManagementToken, Verifier, Webhook,
};
use smartcar_webhook_axum::{Verified, WebhookEndpoint};
use tower::ServiceExt;

#[derive(Clone, Debug, PartialEq)]
struct Tenant(String);

/// What the app tells the handler: a tenant by name.
async fn remember(mut request: Request, next: Next) -> axum::response::Response {
    if let Some(tenant) = request.headers().get("x-tenant") {
        let tenant = Tenant(tenant.to_str().unwrap().to_owned());
        request.extensions_mut().insert(tenant);
    }
    next.run(request).await
}

/// The tenant, and an extension all requests of the app have.
fn seen(delivery: &Delivery<VehicleState>) -> (Option<Tenant>, Option<u8>) {
    let extensions = delivery.extensions();
    (extensions.get().cloned(), extensions.get().copied())
}

#[tokio::test]
async fn what_a_middleware_knows_reaches_the_handler() {
    let token = ManagementToken::new("amt").unwrap();
    let noted = Arc::new(Mutex::new(Vec::new()));
    let (by_handler, by_extractor) = (Arc::clone(&noted), Arc::clone(&noted));
    let router = EventRouter::new().on(move |state: Delivery<VehicleState>| {
        by_handler.lock().unwrap().push(seen(&state));
        std::future::ready(Ok::<_, BoxError>(()))
    });
    // The same event comes twice.
    let webhook = Webhook::builder(token.clone()).without_idempotency();
    let endpoint = WebhookEndpoint::new(webhook.build(router));
    let app = Router::new()
        .route("/endpoint", post_service(endpoint))
        .route(
            "/extractor",
            post(async move |state: Verified<VehicleState>| {
                by_extractor.lock().unwrap().push(seen(&state));
                StatusCode::OK
            }),
        )
        .layer(from_fn(remember))
        .layer(Extension(7_u8))
        .with_state(Verifier::new(token.clone()));
    for path in ["/endpoint", "/extractor"] {
        for tenant in [Some("acme"), None] {
            let mut request = signed(&token, &vehicle_state()).map(Body::from);
            *request.uri_mut() = path.parse().unwrap();
            if let Some(tenant) = tenant {
                let headers = request.headers_mut();
                headers.insert("x-tenant", tenant.parse().unwrap());
            }
            let response = app.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), 200);
            let tenant = tenant.map(|it| Tenant(it.to_owned()));
            let noted = noted.lock().unwrap().pop().unwrap();
            assert_eq!(noted, (tenant, Some(7)));
        }
    }
}
