use std::sync::{Arc, Mutex};

use actix_web::dev::{Service, ServiceRequest};
use actix_web::http::header::HeaderMap;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::web::{self, Data};
use actix_web::{App, HttpMessage};
use smartcar_webhook_actix::core::payload::v4::VehicleState;
use smartcar_webhook_actix::core::testing::{signed, vehicle_state};
use smartcar_webhook_actix::core::{
    BoxError, Delivery, EventRouter, ManagementToken, Verifier, Webhook,
};
use smartcar_webhook_actix::{Verified, WebhookEndpoint};

#[derive(Clone, Debug, PartialEq)]
struct Tenant(String);

/// What the app tells the handler: a tenant by name.
fn remember(request: &ServiceRequest) {
    let tenant = |headers: &HeaderMap| headers.get("x-tenant")?.to_str().map(str::to_owned).ok();
    let Some(tenant) = tenant(request.headers()) else {
        return;
    };
    let mut extensions = request.extensions_mut();
    let extensions = extensions.get_or_insert_with(http::Extensions::new);
    extensions.insert(Tenant(tenant));
}

#[actix_web::test]
async fn what_a_middleware_knows_reaches_the_handler() {
    let token = ManagementToken::new("amt").unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let seen_by = |seen: &Arc<Mutex<Vec<_>>>| {
        let seen = Arc::clone(seen);
        move |delivery: &Delivery<VehicleState>| {
            let tenant = delivery.extensions().get::<Tenant>().cloned();
            seen.lock().unwrap().push(tenant.map(|it| it.0));
        }
    };
    let (by_handler, by_extractor) = (seen_by(&seen), seen_by(&seen));
    let router = EventRouter::new().on(move |state: Delivery<VehicleState>| {
        by_handler(&state);
        std::future::ready(Ok::<_, BoxError>(()))
    });
    // The same event comes twice.
    let webhook = Webhook::builder(token.clone()).without_idempotency();
    let endpoint = WebhookEndpoint::new(webhook.build(router));
    let app = App::new()
        .app_data(Data::new(Verifier::new(token.clone())))
        .service(web::resource("/endpoint").to(endpoint))
        .service(
            web::resource("/extractor").to(move |state: Verified<VehicleState>| {
                by_extractor(&state);
                std::future::ready("")
            }),
        )
        .wrap_fn(|request, service| {
            remember(&request);
            service.call(request)
        });
    let app = init_service(app).await;

    let (head, body) = signed(&token, &vehicle_state()).into_parts();
    let signature = head.headers["sc-signature"].to_str().unwrap();
    for path in ["/endpoint", "/extractor"] {
        for tenant in [Some("acme"), None] {
            let mut request = TestRequest::post()
                .uri(path)
                .append_header(("sc-signature", signature));
            if let Some(tenant) = tenant {
                request = request.append_header(("x-tenant", tenant));
            }
            let request = request.set_payload(body.clone()).to_request();
            assert_eq!(call_service(&app, request).await.status(), 200);
            assert_eq!(seen.lock().unwrap().pop().unwrap().as_deref(), tenant);
        }
    }
}
