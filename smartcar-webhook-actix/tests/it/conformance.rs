use actix_web::http::Method;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, web};
use smartcar_webhook_actix::WebhookEndpoint;

use smartcar_webhook_core::testing::conformance::{cases, webhook};

#[actix_web::test]
async fn actix_answers_every_case() {
    let endpoint = WebhookEndpoint::new(webhook());
    let resource = web::resource("/webhooks/smartcar").to(endpoint);
    let app = init_service(App::new().service(resource)).await;
    for case in cases() {
        let request = case.request();
        let method = Method::from_bytes(request.method().as_str().as_bytes());
        let mut test = TestRequest::default().uri("/webhooks/smartcar");
        test = test.method(method.unwrap());
        for (name, value) in request.headers() {
            test = test.append_header((name.as_str(), value.as_bytes()));
        }
        let response = call_service(&app, test.set_payload(request.into_body()).to_request()).await;

        let mut answered = http::Response::builder().status(response.status().as_u16());
        for (name, value) in response.headers() {
            answered = answered.header(name.as_str(), value.as_bytes());
        }
        let body = read_body(response).await;
        case.check(&answered.body(body).unwrap()).unwrap();
    }
}
