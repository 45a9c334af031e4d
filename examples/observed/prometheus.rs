//! What is counted, as Prometheus reads it.

use std::time::Duration;

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use metrics::{Recorder, Unit};
use metrics_exporter_prometheus::{
    Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};
use smartcar_webhook_axum::core::BoxError;
use smartcar_webhook_axum::core::metrics::{
    CHALLENGES_ANSWERED, DELIVERIES, DIAGNOSED, DURATION, REFUSED, VERIFIED,
};

const DESCRIPTIONS: [(&str, &str); 5] = [
    (VERIFIED, "Deliveries that were verified."),
    (CHALLENGES_ANSWERED, "Challenges that were answered."),
    (REFUSED, "Requests that no handler saw."),
    (DIAGNOSED, "Causes found for refused signatures."),
    (DELIVERIES, "Verified deliveries that were answered."),
];

/// Upper bounds of what is measured in seconds. Smartcar gives up waiting after 15.
const SECONDS: [f64; 11] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 5.0, 15.0,
];

pub(crate) fn recorder() -> Result<PrometheusRecorder, BoxError> {
    let seconds = Matcher::Suffix("_seconds".to_owned());
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(seconds, &SECONDS)?
        .build_recorder();
    for (name, description) in DESCRIPTIONS {
        recorder.describe_counter(name.into(), None, description.into());
    }
    let description = "The time from verification to answer.";
    recorder.describe_histogram(DURATION.into(), Some(Unit::Seconds), description.into());
    Ok(recorder)
}

/// Sorts what was measured into its buckets: until then, or until somebody reads, it takes memory.
pub(crate) async fn keep_up(counts: PrometheusHandle) {
    loop {
        counts.run_upkeep();
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
}

pub(crate) fn page(counts: &PrometheusHandle) -> impl IntoResponse + use<> {
    let format = "text/plain; version=0.0.4; charset=utf-8";
    ([(CONTENT_TYPE, format)], counts.render())
}
