//! The app: one route.

use std::io::Write;

use axum::Router;
use axum::routing::post_service;
use smartcar_webhook_axum::WebhookEndpoint;
use smartcar_webhook_axum::core::payload::v2::{
    ChargingCompleted, ChargingStarted, ChargingStopped, Dynamic, Schedule,
};
use smartcar_webhook_axum::core::payload::v4::{VehicleError, VehicleState};
use smartcar_webhook_axum::core::{EventRouter, ManagementToken, Webhook};

use crate::report::Report;

pub(crate) const PATH: &str = "/webhooks/smartcar";

pub(crate) fn app<W: Write + Send + 'static>(token: ManagementToken, report: Report<W>) -> Router {
    let router = EventRouter::new()
        .on::<VehicleState, _>(report.clone())
        .on::<VehicleError, _>(report.clone())
        .on::<ChargingStarted, _>(report.clone())
        .on::<ChargingStopped, _>(report.clone())
        .on::<ChargingCompleted, _>(report.clone())
        .on::<Schedule, _>(report.clone())
        .on::<Dynamic, _>(report.clone())
        .fallback(report);
    let webhook = Webhook::new(token, router);
    Router::new().route(PATH, post_service(WebhookEndpoint::new(webhook)))
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use axum::body::Body;
    use axum::http::Request;
    use smartcar_webhook_axum::core::{ManagementToken, SC_SIGNATURE};
    use tower::ServiceExt;

    use super::{PATH, app};
    use crate::demo::{deliveries, play};
    use crate::report::Report;

    #[derive(Clone, Default)]
    struct Out(Arc<Mutex<Vec<u8>>>);

    impl Write for Out {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Sends a delivery of every kind; returns what was printed.
    async fn printed(json: bool) -> String {
        let token = ManagementToken::new("test").unwrap();
        let out = Out::default();
        let app = app(token.clone(), Report::new(out.clone(), json));
        for (_, body) in deliveries() {
            let request = Request::post(PATH)
                .header(SC_SIGNATURE, token.sign(body.as_bytes()).to_hex())
                .body(Body::from(body))
                .unwrap();
            assert_eq!(app.clone().oneshot(request).await.unwrap().status(), 200);
        }
        String::from_utf8(out.0.lock().unwrap().clone()).unwrap()
    }

    #[tokio::test]
    async fn a_json_line_for_every_kind() {
        let expected = [
            r#"{"handler":"vehicle_state","event_type":"VEHICLE_STATE","event_id":"6b1f0c52-7d0e-4a52-9f55-1d6f3ad6a001","vehicle_id":"c0ffee00-1234-4321-8888-000000000001","mode":"LIVE"}"#,
            r#"{"handler":"vehicle_error","event_type":"VEHICLE_ERROR","event_id":"6b1f0c52-7d0e-4a52-9f55-1d6f3ad6a002","vehicle_id":"c0ffee00-1234-4321-8888-000000000001","mode":"LIVE"}"#,
            r#"{"handler":"charging_started","event_type":"CHARGING_STARTED","event_id":"6b1f0c52-7d0e-4a52-9f55-1d6f3ad6a003","vehicle_id":"c0ffee00-1234-4321-8888-000000000002","mode":"live"}"#,
            r#"{"handler":"charging_stopped","event_type":"CHARGING_STOPPED","event_id":"6b1f0c52-7d0e-4a52-9f55-1d6f3ad6a004","vehicle_id":"c0ffee00-1234-4321-8888-000000000002","mode":"live"}"#,
            r#"{"handler":"charging_completed","event_type":"CHARGING_COMPLETED","event_id":"6b1f0c52-7d0e-4a52-9f55-1d6f3ad6a005","vehicle_id":"c0ffee00-1234-4321-8888-000000000002","mode":"live"}"#,
            r#"{"handler":"schedule","event_type":"schedule","event_id":null,"vehicle_id":"c0ffee00-1234-4321-8888-000000000003","mode":"live"}"#,
            r#"{"handler":"dynamic","event_type":"dynamic","event_id":null,"vehicle_id":"c0ffee00-1234-4321-8888-000000000003","mode":"simulated"}"#,
            r#"{"handler":"fallback","event_type":"VEHICLE_TELEPORTED","event_id":"6b1f0c52-7d0e-4a52-9f55-1d6f3ad6a006","vehicle_id":"c0ffee00-1234-4321-8888-000000000001","mode":"LIVE"}"#,
        ];
        let printed = printed(true).await;
        assert_eq!(printed.lines().collect::<Vec<_>>(), expected);
    }

    /// Over a real connection, as `--demo` does it.
    #[tokio::test]
    async fn the_demo_is_answered() {
        let token = ManagementToken::new("test").unwrap();
        let app = app(token.clone(), Report::new(Out::default(), true));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}{PATH}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });

        let out = Out::default();
        play(&url, &token, out.clone()).await.unwrap();
        let said = String::from_utf8(out.0.lock().unwrap().clone()).unwrap();
        let said: Vec<_> = said.lines().collect();
        assert_eq!(said.len(), 12);
        // By `printf %s a3Vq90ZtLwXe12Pm | openssl dgst -sha256 -hmac test`.
        assert!(said[0].ends_with(r#"answered 200 {"challenge":"bedf508187b9b1e623219909a5670685cc4407c11b92af2882fd9f660c9f4526"}"#), "{}", said[0]);
        for line in &said[1..9] {
            assert!(line.trim_end().ends_with("answered 200"), "{line}");
        }
        assert!(said[9].ends_with(r#"answered 401 {"error":"signature_mismatch"}"#));
        assert!(said[10].ends_with(r#"answered 413 {"error":"body_too_large"}"#));
    }

    #[tokio::test]
    async fn a_readable_line_for_every_kind() {
        let expected = [
            "VEHICLE_STATE       c0ffee00-1234-4321-8888-000000000001  ACME Rover 2024: StateOfCharge is 78 percent; 2 more signals, 1 of them in error",
            "VEHICLE_ERROR       c0ffee00-1234-4321-8888-000000000001  ACME Rover 2024: VEHICLE_STATE/ASLEEP came up for 1 signal",
            "CHARGING_STARTED    c0ffee00-1234-4321-8888-000000000002  began to charge at 2026-03-01T22:04:05.000Z",
            "CHARGING_STOPPED    c0ffee00-1234-4321-8888-000000000002  stopped charging before its limit at 2026-03-01T23:10:00.000Z",
            "CHARGING_COMPLETED  c0ffee00-1234-4321-8888-000000000002  charged up to its limit at 2026-03-02T03:30:00.000Z",
            "schedule            c0ffee00-1234-4321-8888-000000000003  /odometer 200, /battery 409",
            "dynamic             c0ffee00-1234-4321-8888-000000000003  /charge 200",
            "VEHICLE_TELEPORTED  c0ffee00-1234-4321-8888-000000000001  nobody handles this type",
        ];
        let printed = printed(false).await;
        assert_eq!(printed.lines().collect::<Vec<_>>(), expected);
    }
}
