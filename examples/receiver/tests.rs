//! What is printed. `tests/receivers.rs` runs the programs.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use smartcar_webhook_core::testing::Dispatcher;
use smartcar_webhook_core::{ManagementToken, Webhook};

use super::demo::deliveries;
use super::report::Report;
use super::token;

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
    let out = Out::default();
    let router = Report::new(out.clone(), json).router();
    let webhook = Webhook::new(ManagementToken::new("test").unwrap(), router);
    let dispatcher = Dispatcher::new(webhook);
    for (_, body) in deliveries() {
        assert_eq!(dispatcher.send_raw(body).await.status(), 200);
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

#[test]
fn errors_of_a_token_name_the_flag() {
    let err = token(Some(String::new())).unwrap_err();
    assert_eq!(err.to_string(), "--token: management token: empty");
}
