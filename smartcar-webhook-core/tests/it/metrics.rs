//! What the facade is told.

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use smartcar_webhook_core::testing::{Dispatcher, vehicle_state};
use smartcar_webhook_core::{EventRouter, Keyring, ManagementToken, Webhook};

/// Everything recorded while `work` runs, as `name{label=value} count`, sorted.
fn recorded(work: impl Future<Output = ()>) -> Vec<String> {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    ::metrics::with_local_recorder(&recorder, || runtime.block_on(work));
    let mut lines = Vec::new();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let key = key.key();
        let labels = key
            .labels()
            .map(|it| format!("{}={}", it.key(), it.value()));
        let labels = labels.collect::<Vec<_>>().join(",");
        let count = match value {
            DebugValue::Counter(count) => count,
            DebugValue::Histogram(values) => values.len() as u64,
            DebugValue::Gauge(_) => continue,
        };
        lines.push(format!("{}{{{labels}}} {count}", key.name()));
    }
    lines.sort_unstable();
    lines
}

#[test]
fn what_a_verifier_sees_is_counted() {
    let token = |text| ManagementToken::new(text).unwrap();
    let keys = Keyring::new("november", token("new")).with("october", token("old"));
    let smartcar = Dispatcher::new(Webhook::new(keys, EventRouter::new()));
    let lines = recorded(async {
        smartcar.challenge("challenge").await;
        for (key, mode) in [
            ("new", "LIVE"),
            ("old", "live"),
            ("old", "TEST"),
            ("new", "odd"),
        ] {
            let smartcar = smartcar.clone().signing_with(token(key));
            let event = vehicle_state().with("/meta/mode", mode);
            assert_eq!(smartcar.send(&event).await.status(), 200);
        }
        smartcar.send_with_signature("{}", "").await;
        assert_eq!(
            smartcar.send_raw(r#"{"eventType":"NEW"}"#).await.status(),
            200
        );
        smartcar.challenge("{").await;
    });
    assert_eq!(
        lines,
        [
            "smartcar_webhook_challenges_answered_total{} 1",
            "smartcar_webhook_deliveries_total{event_type=VEHICLE_STATE,outcome=unhandled} 4",
            "smartcar_webhook_deliveries_total{event_type=other,outcome=unhandled} 1",
            "smartcar_webhook_delivery_duration_seconds{event_type=VEHICLE_STATE} 4",
            "smartcar_webhook_delivery_duration_seconds{event_type=other} 1",
            "smartcar_webhook_refused_total{code=challenge_refused} 1",
            "smartcar_webhook_refused_total{code=signature_missing} 1",
            "smartcar_webhook_verified_total{key=november,mode=live} 1",
            "smartcar_webhook_verified_total{key=november,mode=other} 2",
            "smartcar_webhook_verified_total{key=october,mode=live} 1",
            "smartcar_webhook_verified_total{key=october,mode=test} 1",
        ]
    );
}
