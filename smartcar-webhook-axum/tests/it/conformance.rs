use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use smartcar_webhook_axum::core::ManagementToken;
use smartcar_webhook_axum::core::testing::conformance::{TOKEN, cases, over_tcp, webhook};
use smartcar_webhook_axum::{WebhookEndpoint, WebhookRoutes};
use tokio::net::TcpListener;
use tower::ServiceExt;

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

async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn axum_keeps_the_contract_over_connections() {
    let routes = WebhookRoutes::at("/hook").errors_at("/errors");
    let address = serve(routes.router(webhook())).await;
    for path in ["/hook", "/errors"] {
        let token = ManagementToken::new(TOKEN).unwrap();
        let run = tokio::task::spawn_blocking(move || over_tcp(address, path, &token));
        if let Err(departures) = run.await.unwrap() {
            let told: Vec<_> = departures.iter().map(ToString::to_string).collect();
            panic!("{}", told.join("\n"));
        }
    }
}

#[tokio::test]
async fn axum_keeps_the_contract_over_http_2() {
    let address = serve(WebhookRoutes::at("/webhooks/smartcar").router(webhook())).await;
    let client = reqwest::Client::builder()
        .http2_prior_knowledge()
        .build()
        .unwrap();
    for case in cases() {
        let (head, body) = case.request().into_parts();
        let request = client
            .request(head.method, format!("http://{address}/webhooks/smartcar"))
            .headers(head.headers)
            .body(body);
        let response = request.send().await.unwrap();
        assert_eq!(response.version(), http::Version::HTTP_2);
        let mut answer = http::Response::builder().status(response.status());
        answer
            .headers_mut()
            .unwrap()
            .extend(response.headers().clone());
        let body = response
            .bytes()
            .await
            .unwrap_or_else(|err| panic!("{}: {err}", case.name()));
        case.check(&answer.body(body).unwrap()).unwrap();
    }
}
