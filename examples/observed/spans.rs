//! Spans of requests, with the events in them, as OpenTelemetry exports them.

use std::env;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use smartcar_webhook_axum::core::BoxError;
use tracing::level_filters::LevelFilter;
use tracing::{Instrument, Subscriber, field, info_span};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::registry::LookupSpan;

/// Exports to the collector at `OTEL_EXPORTER_OTLP_ENDPOINT`, if that is set, over HTTP without TLS.
///
/// Other variables of OpenTelemetry are heeded as well, such as `OTEL_TRACES_SAMPLER`.
pub(crate) fn exported() -> Result<Option<SdkTracerProvider>, BoxError> {
    if env::var_os("OTEL_EXPORTER_OTLP_ENDPOINT").is_none_or(|it| it.is_empty()) {
        return Ok(None);
    }
    let name = env::var("OTEL_SERVICE_NAME").unwrap_or_else(|_| "smartcar-webhook".to_owned());
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(SpanExporter::builder().with_http().build()?)
        .with_resource(Resource::builder().with_service_name(name).build())
        .build();
    Ok(Some(provider))
}

/// What is exported of the program: also why the core refuses requests.
pub(crate) fn layer<S>(exported: &SdkTracerProvider) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let seen = Targets::new()
        .with_default(LevelFilter::INFO)
        .with_target("smartcar_webhook_core", LevelFilter::DEBUG);
    tracing_opentelemetry::layer()
        .with_tracer(exported.tracer("observed"))
        .with_filter(seen)
}

/// Puts a span around a request. An event that is an error marks it as failed.
pub(crate) async fn of_request(request: Request, next: Next) -> Response {
    let span = info_span!(
        "webhook",
        otel.kind = "server",
        http.request.method = %request.method(),
        http.response.status_code = field::Empty,
    );
    let response = next.run(request).instrument(span.clone()).await;
    span.record("http.response.status_code", response.status().as_u16());
    response
}
