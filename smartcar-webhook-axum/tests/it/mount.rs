use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{Request, StatusCode};
use axum::routing::{any_service, get, post_service};
use axum::{Router, middleware};
use http::Response;
use smartcar_webhook_axum::WebhookEndpoint;
use smartcar_webhook_axum::core::{Error, ErrorKind, Outcome, SC_SIGNATURE};
use tower::{ServiceBuilder, ServiceExt};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::decompression::RequestDecompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use smartcar_webhook_core::testing::conformance::webhook as receiver;

const BODY: &str = r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v1"}}}"#;
/// By `openssl dgst -sha256 -hmac amt`.
const SIGNATURE: &str = "9f01c7303e8d07fdb45290640d14a5f9637e768eb561ec2e15e8ce54ee4774de";

fn endpoint() -> WebhookEndpoint {
    WebhookEndpoint::new(receiver())
}

async fn post(app: Router, path: &str, body: impl Into<Body>) -> Response<Body> {
    let request = Request::post(path).header(SC_SIGNATURE, SIGNATURE);
    app.oneshot(request.body(body.into()).unwrap())
        .await
        .unwrap()
}

async fn text(response: Response<Body>) -> String {
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn it_mounts_wherever_axum_takes_a_service() {
    let mounts: Vec<(Router, &str)> = vec![
        (
            Router::new().route("/hook", post_service(endpoint())),
            "/hook",
        ),
        (
            Router::new().route("/hook", any_service(endpoint())),
            "/hook",
        ),
        (Router::new().route_service("/hook", endpoint()), "/hook"),
        (
            Router::new().route_service("/{tenant}/hook", endpoint()),
            "/acme/hook",
        ),
        (Router::new().nest_service("/hook", endpoint()), "/hook/4"),
        (
            Router::new().nest(
                "/api",
                Router::new().route("/hook", post_service(endpoint())),
            ),
            "/api/hook",
        ),
        (Router::new().fallback_service(endpoint()), "/whatever"),
        (
            Router::new().merge(Router::new().route("/hook", post_service(endpoint()))),
            "/hook",
        ),
    ];
    for (app, path) in mounts {
        let response = post(app.clone(), path, BODY).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.extensions().get(), Some(&Outcome::Handled));
        let response = post(app.clone(), path, "{}").await;
        assert_eq!(response.status(), 401, "{path}");
        let err = response.extensions().get::<Error>().unwrap();
        assert_eq!(err.kind(), ErrorKind::SignatureMismatch);

        let get = Request::get(path).body(Body::empty()).unwrap();
        let response = app.oneshot(get).await.unwrap();
        assert_eq!(response.status(), 405, "{path}");
        assert_eq!(response.headers()["allow"], "POST");
    }
}

#[tokio::test]
async fn it_stands_beside_the_apps_own_routes_layers_and_state() {
    let app = Router::new()
        .route(
            "/version",
            get(async |State(version): State<&'static str>| version),
        )
        .route("/hook", post_service(endpoint()))
        .layer(middleware::from_fn(
            async |request, next: middleware::Next| {
                let mut response = next.run(request).await;
                let outcome = response.extensions().get::<Outcome>().copied();
                let outcome = format!("{outcome:?}").parse().unwrap();
                response.headers_mut().insert("x-outcome", outcome);
                response
            },
        ))
        .with_state("1.0");
    let version = Request::get("/version").body(Body::empty()).unwrap();
    assert_eq!(
        text(app.clone().oneshot(version).await.unwrap()).await,
        "1.0"
    );
    let response = post(app, "/hook", BODY).await;
    assert_eq!(response.headers()["x-outcome"], "Some(Handled)");
}

#[tokio::test]
async fn it_works_behind_the_layers_of_tower_http() {
    let layers = ServiceBuilder::new()
        .layer(TraceLayer::new_for_http())
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            Duration::from_secs(10),
        ))
        .layer(CompressionLayer::new());
    let around_the_router = Router::new()
        .route("/hook", post_service(endpoint()))
        .layer(layers.clone());
    let around_the_service = Router::new().route("/hook", post_service(layers.service(endpoint())));
    for app in [around_the_router, around_the_service] {
        assert_eq!(post(app.clone(), "/hook", BODY).await.status(), 200);
        assert_eq!(
            text(post(app, "/hook", "{}").await).await,
            r#"{"error":"signature_mismatch"}"#
        );
    }
}

/// The signature is over the bytes as sent, which a layer that rewrites them hides.
#[tokio::test]
async fn what_rewrites_the_body_breaks_the_signature() {
    let app = Router::new()
        .route("/hook", post_service(endpoint()))
        .layer(RequestDecompressionLayer::new());
    let request = Request::post("/hook")
        .header(SC_SIGNATURE, SIGNATURE)
        .header("content-encoding", "gzip")
        .body(Body::from(BODY))
        .unwrap();
    assert_eq!(app.oneshot(request).await.unwrap().status(), 400);
}

#[tokio::test]
async fn the_limit_is_ours_and_so_is_the_answer() {
    let over = || Body::from(vec![b' '; 1024 * 1024 + 1]);
    let streamed = || {
        Body::new(http_body_util::StreamBody::new(futures_util::stream::iter(
            (0..17).map(|_| {
                Ok::<_, std::io::Error>(http_body::Frame::data(vec![b' '; 65_536].into()))
            }),
        )))
    };
    let plain = Router::new().route("/hook", post_service(endpoint()));
    let apps = [
        plain.clone(),
        // Of axum's extractors alone.
        plain.clone().layer(DefaultBodyLimit::max(10)),
        plain.clone().layer(DefaultBodyLimit::disable()),
    ];
    for app in apps {
        assert_eq!(post(app.clone(), "/hook", BODY).await.status(), 200);
        for body in [over(), streamed()] {
            let response = post(app.clone(), "/hook", body).await;
            assert_eq!(response.status(), 413);
            assert_eq!(text(response).await, r#"{"error":"body_too_large"}"#);
        }
    }
    // A smaller limit further out ends a body of unknown length with an error that we know.
    let outer = plain.layer(RequestBodyLimitLayer::new(100));
    assert_eq!(post(outer.clone(), "/hook", BODY).await.status(), 200);
    let response = post(outer, "/hook", streamed()).await;
    assert_eq!(text(response).await, r#"{"error":"body_too_large"}"#);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_bad_request() {
    let frames = [
        Ok(http_body::Frame::data(BODY.into())),
        Err(std::io::Error::other("reset")),
    ];
    let body = http_body_util::StreamBody::new(futures_util::stream::iter(frames));
    let app = Router::new().route("/hook", post_service(endpoint()));
    let response = post(app, "/hook", Body::new(body)).await;
    assert_eq!(response.status(), 400);
    assert_eq!(text(response).await, r#"{"error":"body_incomplete"}"#);
}
