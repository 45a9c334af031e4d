//! The time a delivery says it was sent, against a clock.

use std::time::{Duration, SystemTime};

use smartcar_webhook_core::payload::RawJson;
use smartcar_webhook_core::testing::Dispatcher;
use smartcar_webhook_core::{Error, ErrorKind, EventRouter, ManagementToken, Verifier, Webhook};

/// 2026-03-01T22:00:00Z.
const NOW: u64 = 1_772_402_400_000;

fn smartcar(window: Option<Duration>) -> Dispatcher {
    let mut verifier = Verifier::new(ManagementToken::new("amt").unwrap());
    if let Some(window) = window {
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(NOW);
        verifier = verifier.with_replay_window(window, move || now);
    }
    Dispatcher::new(Webhook::new(verifier, EventRouter::new()))
}

#[tokio::test]
async fn what_is_outside_the_window_is_refused_in_both_directions() {
    let smartcar = smartcar(Some(Duration::from_secs(300)));
    let delivered = |at: &str| format!(r#"{{"eventType":"E","meta":{{"deliveredAt":{at}}}}}"#);
    for (body, accepted) in [
        (delivered("1772402400000"), true),
        (delivered("1772402100000"), true),
        (delivered("1772402099999"), false),
        (delivered("1772402700000"), true),
        (delivered("1772402700001"), false),
        (delivered("1772402400"), true),
        (delivered("1772402099"), false),
        (delivered(r#""2026-03-01T22:04:59.999Z""#), true),
        (delivered(r#""2026-03-01T22:05:00.001Z""#), false),
        (delivered("-9e99"), true),
        (delivered("0"), false),
        (delivered(r#""soon""#), true),
        (delivered("null"), true),
        (r#"{"eventType":"E"}"#.to_owned(), true),
        // 2.0 has no time to go by.
        (
            r#"{"eventName":"schedule","meta":{"deliveredAt":1}}"#.to_owned(),
            true,
        ),
    ] {
        let reply = smartcar.send(&RawJson::parse(&*body).unwrap()).await;
        let refused = (!accepted).then_some(ErrorKind::OutsideReplayWindow);
        assert_eq!(reply.error().map(Error::kind), refused, "{body}");
        assert_eq!(reply.status(), if accepted { 200 } else { 403 }, "{body}");
    }
}

#[tokio::test]
async fn it_is_off_unless_set_and_never_comes_before_the_signature() {
    let old = r#"{"eventType":"E","meta":{"deliveredAt":1}}"#;
    assert_eq!(smartcar(None).send_raw(old).await.status(), 200);
    let strict = smartcar(Some(Duration::ZERO));
    let forged = strict.send_with_signature(old, &"0".repeat(64)).await;
    assert_eq!(forged.status(), 401);
    assert_eq!(strict.challenge("challenge").await.status(), 200);
}
