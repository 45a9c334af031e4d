//! The receiver as a service of Lambda's requests.

use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::{
    BoxError, Delivery, EventRouter, HttpService, ManagementToken, Webhook,
};

/// What `lambda_http` makes of an event is a request as any other, base64 undone, so the receiver takes it as it is.
pub(crate) fn app(token: ManagementToken) -> HttpService {
    let router = EventRouter::new().on(on_state).fallback(on_other);
    HttpService::new(Webhook::new(token, router))
}

async fn on_state(state: Delivery<VehicleState>) -> Result<(), BoxError> {
    tracing::info!(vehicle = %state.vehicle.id, signals = state.signals.len(), "vehicle state");
    Ok(())
}

async fn on_other(other: Delivery) -> Result<(), BoxError> {
    let envelope = other.envelope();
    tracing::info!(event_type = ?envelope.event_type, problem = ?other.problem(), "not handled");
    Ok(())
}

#[cfg(test)]
mod tests {
    use http::{Request, Response};
    use lambda_http::{Adapter, Body, Context, LambdaEvent};
    use serde_json::{Map, Value, json};
    use smartcar_webhook_core::testing::conformance;
    use tower::ServiceExt;

    use super::*;

    const REST: &str = include_str!("events/rest.json");
    const HTTP_API: &str = include_str!("events/http-api.json");
    const ALB: &str = include_str!("events/alb.json");
    const ALB_MULTI_VALUE: &str = include_str!("events/alb-multi-value.json");
    const FUNCTION_URL: &str = include_str!("events/function-url.json");

    /// What Lambda would return for an event.
    async fn invoke(app: HttpService, event: &str) -> Value {
        let payload = serde_json::from_str(event).unwrap();
        let event = LambdaEvent::new(payload, Context::default());
        let response = Adapter::from(app).oneshot(event).await.unwrap();
        serde_json::to_value(response).unwrap()
    }

    /// Signatures and the hash of the challenge are by `openssl dgst -sha256 -hmac secret`.
    #[tokio::test]
    async fn every_event_is_answered() {
        let hash = "780e3867726a4c180c33192937e62da112b16af0eea81d420cabca01ed79ae3f";
        let challenged = format!(r#"{{"challenge":"{hash}"}}"#);
        let cases = [
            (REST, 200, ""),
            (include_str!("events/rest-base64.json"), 200, ""),
            (HTTP_API, 200, ""),
            (include_str!("events/http-api-base64.json"), 200, ""),
            (ALB, 200, ""),
            (include_str!("events/alb-base64.json"), 200, ""),
            (ALB_MULTI_VALUE, 200, ""),
            (include_str!("events/alb-multi-value-base64.json"), 200, ""),
            (FUNCTION_URL, 200, ""),
            (include_str!("events/function-url-base64.json"), 200, ""),
            (
                include_str!("events/tampered.json"),
                401,
                r#"{"error":"signature_mismatch"}"#,
            ),
            (include_str!("events/challenge.json"), 200, &challenged),
            (
                include_str!("events/get.json"),
                405,
                r#"{"error":"method_not_allowed"}"#,
            ),
        ];
        let app = app(ManagementToken::new("secret").unwrap());
        for (event, status, body) in cases {
            let answer = invoke(app.clone(), event).await;
            assert_eq!(answer["statusCode"], status, "{event}");
            assert_eq!(answer["body"], body, "{event}");
            assert_eq!(answer["isBase64Encoded"], false, "{event}");
        }
    }

    /// The event that is made of a request, after a sample; `None` where it cannot tell that a header repeats.
    fn event(sample: &str, request: &Request<impl AsRef<[u8]>>) -> Option<String> {
        let mut event: Value = serde_json::from_str(sample).unwrap();
        let headers = request.headers();
        for list in ["headers", "multiValueHeaders"] {
            if event[list].is_null() {
                continue;
            }
            let mut sent = Map::new();
            for name in headers.keys() {
                let values = headers.get_all(name).iter();
                let values: Vec<_> = values
                    .map(|it| str::from_utf8(it.as_bytes()).unwrap())
                    .collect();
                let value = match (list, &values[..]) {
                    ("multiValueHeaders", _) => json!(values),
                    (_, [value]) => json!(value),
                    _ => return None,
                };
                sent.insert(name.to_string(), value);
            }
            event[list] = sent.into();
        }
        let method = if event["httpMethod"].is_string() {
            &mut event["httpMethod"]
        } else {
            &mut event["requestContext"]["http"]["method"]
        };
        *method = json!(request.method().as_str());
        event["body"] = serde_json::to_value(Body::from(request.body().as_ref())).unwrap();
        event["isBase64Encoded"] = json!(true);
        Some(event.to_string())
    }

    /// The response a client gets to see.
    fn response(answer: &Value) -> Response<String> {
        let status = answer["statusCode"].to_string();
        let mut response = Response::builder().status(&*status);
        for list in ["headers", "multiValueHeaders"] {
            for (name, value) in answer[list].as_object().into_iter().flatten() {
                let value = value[0].as_str().or(value.as_str()).unwrap();
                response = response.header(name, value);
            }
        }
        let body = answer["body"].as_str().unwrap_or_default();
        response.body(body.to_owned()).unwrap()
    }

    #[tokio::test]
    async fn it_keeps_the_contract() {
        let app = HttpService::new(conformance::webhook());
        for sample in [REST, HTTP_API, ALB, ALB_MULTI_VALUE, FUNCTION_URL] {
            let mut left_out = 0;
            for case in conformance::cases() {
                let Some(event) = event(sample, &case.request()) else {
                    left_out += 1;
                    continue;
                };
                let answer = invoke(app.clone(), &event).await;
                case.check(&response(&answer)).unwrap();
            }
            let expected = if sample == ALB_MULTI_VALUE { 0 } else { 2 };
            assert_eq!(left_out, expected);
        }
    }
}
