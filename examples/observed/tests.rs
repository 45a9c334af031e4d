//! What is counted. `tests/observed.rs` runs the program.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use metrics_exporter_prometheus::PrometheusRecorder;
use smartcar_webhook_core::testing::vehicle_state;
use smartcar_webhook_core::{ManagementToken, SC_SIGNATURE};
use smartcar_webhook_examples::receiver::PATH;
use tower::ServiceExt;

fn token() -> ManagementToken {
    ManagementToken::new("test").unwrap()
}

fn app() -> (PrometheusRecorder, Router) {
    let recorder = crate::prometheus::recorder().unwrap();
    let app = crate::app(crate::webhook(token()), recorder.handle());
    (recorder, app)
}

async fn post(app: &Router, token: &ManagementToken, body: String) -> u16 {
    let request = Request::post(PATH)
        .header(SC_SIGNATURE, token.sign(body.as_bytes()).to_hex())
        .body(Body::from(body));
    let response = app.clone().oneshot(request.unwrap()).await.unwrap();
    response.status().as_u16()
}

async fn metrics(app: &Router) -> String {
    let request = Request::get("/metrics").body(Body::empty()).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let format = response.headers()["content-type"].to_str().unwrap();
    assert_eq!(format, "text/plain; version=0.0.4; charset=utf-8");
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

#[tokio::test]
async fn what_came_is_counted() {
    let (recorder, app) = app();
    let _installed = metrics::set_default_local_recorder(&recorder);

    let state = vehicle_state().to_value().to_string();
    assert_eq!(post(&app, &token(), state.clone()).await, 200);
    let forger = ManagementToken::new("guessed").unwrap();
    assert_eq!(post(&app, &forger, state).await, 401);
    let challenge = r#"{"eventType":"VERIFY","data":{"challenge":"a3Vq90ZtLwXe12Pm"}}"#;
    assert_eq!(post(&app, &token(), challenge.to_owned()).await, 200);

    let metrics = metrics(&app).await;
    for line in [
        "# HELP smartcar_webhook_verified_total Deliveries that were verified.",
        "# TYPE smartcar_webhook_verified_total counter",
        r#"smartcar_webhook_verified_total{key="primary",mode="live"} 1"#,
        r#"smartcar_webhook_refused_total{code="signature_mismatch"} 1"#,
        "smartcar_webhook_challenges_answered_total 1",
    ] {
        assert!(metrics.lines().any(|it| it == line), "{line}: {metrics}");
    }
}

#[tokio::test]
async fn seconds_have_buckets() {
    let (recorder, app) = app();
    metrics::with_local_recorder(&recorder, || {
        metrics::histogram!("waited_seconds").record(0.2);
        metrics::histogram!("waited_seconds").record(20);
    });
    let metrics = metrics(&app).await;
    for line in [
        "# TYPE waited_seconds histogram",
        r#"waited_seconds_bucket{le="0.1"} 0"#,
        r#"waited_seconds_bucket{le="0.25"} 1"#,
        r#"waited_seconds_bucket{le="15"} 1"#,
        r#"waited_seconds_bucket{le="+Inf"} 2"#,
    ] {
        assert!(metrics.lines().any(|it| it == line), "{line}: {metrics}");
    }
}
