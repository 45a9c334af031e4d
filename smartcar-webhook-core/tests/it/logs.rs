//! What says something of a person or opens a door is in no log line, no answer and no part of a receiver.

use std::fmt::Debug;
use std::io;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::stream;
use http::header::{AUTHORIZATION, COOKIE};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, StreamBody};
use smartcar_webhook_core::payload::v4::{VehicleError, VehicleState};
use smartcar_webhook_core::payload::{Payload, Raw};
use smartcar_webhook_core::testing::{Dispatcher, conformance, signed};
use smartcar_webhook_core::{
    BoxError, Delivery, Error, ErrorKind, EventRouter, HttpService, KeySource, Keyring,
    ManagementToken, Outcome, Route, SC_SIGNATURE, SharedKeyring, Signature, Unverified, Verifier,
    Webhook, async_trait,
};
use tower::layer::layer_fn;
use tower::{ServiceExt, service_fn};

use crate::hygiene::{PRESENTED, assert_clean, told};
use crate::log::Log;

fn token() -> ManagementToken {
    ManagementToken::new("T0K3N").unwrap()
}

fn keys() -> Keyring {
    Keyring::new("new", ManagementToken::new("another T0K3N").unwrap()).with("old", token())
}

/// A source of keys that has them, knows no tenant, or fails.
enum Vault {
    Open,
    Empty,
    Sealed,
}

#[async_trait]
impl KeySource for Vault {
    async fn keys(&self, request: &Unverified<'_>) -> Result<Option<Arc<Keyring>>, BoxError> {
        assert!(request.path().contains("P4TH"));
        assert_clean(&format!("{request:?} {request:#?}"));
        match self {
            Self::Open => Ok(Some(Arc::new(keys()))),
            Self::Empty => Ok(None),
            Self::Sealed => Err("vault is sealed".into()),
        }
    }
}

/// One handler fails, one panics; what is left falls back.
fn router() -> EventRouter {
    EventRouter::new()
        .on(async |_: Delivery<VehicleState>| Err::<(), BoxError>("out of disk".into()))
        .on(
            async |error: Delivery<VehicleError>| -> Result<(), BoxError> {
                panic!("P4N1C over {}", error.raw().len())
            },
        )
        .fallback(async |_: Delivery| Ok::<_, BoxError>(()))
}

fn webhooks() -> Vec<Webhook> {
    let overloaded = async |_: Delivery| Err::<Outcome, _>(Error::new(ErrorKind::Overloaded));
    let broken = async |_: Delivery| Err::<Outcome, _>(io::Error::other("pool is empty"));
    let misfit = async |_: Delivery| Err::<Outcome, _>(Error::misfit("data.vehicle"));
    vec![
        Webhook::new(keys(), router()),
        Webhook::new(SharedKeyring::new(keys()), EventRouter::new()),
        Webhook::new(Verifier::with_source(Vault::Open), router()),
        Webhook::new(Verifier::with_source(Vault::Empty), router()),
        Webhook::new(Verifier::with_source(Vault::Sealed), router()),
        Webhook::new(keys(), service_fn(overloaded)),
        Webhook::new(keys(), service_fn(broken)),
        Webhook::new(keys(), service_fn(misfit)),
        Webhook::new(keys(), router()).with_body_limit(10),
    ]
}

const STATE: &str = r#"{"eventType":"VEHICLE_STATE","eventId":"e1","owner":"US3R","data":{
    "user":{"id":"US3R","externalId":"US3R","name":"US3R"},
    "vehicle":{"id":"v1","vin":"V1N9","plate":"V1N9","year":"V1N9"},
    "signals":[
        {"code":"vehicleidentification-vin","name":"VIN","group":"VehicleIdentification","body":{"value":"V1N9"}},
        {"code":"location-preciselocation","body":{"latitude":57.7087,"longitude":11.9751},"more":57.7087},
        {"code":"charge-chargerecords","body":{"values":[{"location":{"name":"H0M3","latitude":57.7087}}]}},
        "V1N9"
    ]},"triggers":[{"type":"V1N9"}],"meta":{"version":"4.0","owner":"US3R"}}"#;

const CHALLENGE: &str = r#"{"eventType":"VERIFY","data":{"challenge":"challenge","vin":"V1N9"}}"#;

const BODIES: [&str; 11] = [
    STATE,
    CHALLENGE,
    r#"{"eventType":"VERIFY","data":{"challenge":"{V1N9"}}"#,
    r#"{"eventType":"VEHICLE_ERROR","data":{"user":{"id":"US3R"},"vehicle":{"id":"v1","vin":"V1N9"},"errors":[{"type":"SERVER","owner":"US3R"}]}}"#,
    r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"vin":"V1N9"}}}"#,
    r#"{"eventType":"VEHICLE_MOVED","to":{"latitude":57.7087,"longitude":11.9751}}"#,
    r#"{"eventName":"schedule","payload":{"vehicles":[{"vehicleId":"v1","data":[
        {"path":"/vin","code":200,"body":{"vin":"V1N9"},"headers":{"x-owner":"US3R"}},
        {"path":"/location","code":200,"body":{"latitude":57.7087,"longitude":11.9751}},
        {"path":"/battery/nominal_capacity","code":200,"body":{"url":"https://example.com?token=T0K3N"}}]}]}}"#,
    r#"{"eventName":"eventBased","payload":{"eventType":"CHARGING_STARTED","vehicleId":"v1","owner":"US3R"}}"#,
    r#"["V1N9"]"#,
    "V1N9",
    "{}",
];

/// A request whose path and headers tell as much as its body.
fn request<B>(method: &str, signatures: &[&str], body: B) -> Request<B> {
    let mut request = Request::builder()
        .method(method)
        .uri("/P4TH/V1N9?user=US3R&token=T0K3N")
        .header(AUTHORIZATION, "Bearer T0K3N")
        .header(COOKIE, "user=US3R")
        .header("x-vin", "V1N9");
    for signature in signatures {
        request = request.header(SC_SIGNATURE, *signature);
    }
    request.body(body).unwrap()
}

/// All that a response says, to the client and in its extensions.
fn answered<B: Debug>(response: &Response<B>) -> String {
    let outcome = response.extensions().get::<Outcome>();
    let err = response.extensions().get::<Error>();
    let err = err.map(|it| told(it)).unwrap_or_default();
    format!("{response:?} {outcome:?} {err}\n")
}

async fn received<E: Payload + Debug>(verifier: &Verifier, request: Request<Bytes>) -> String {
    match verifier.receive::<E>(request).await {
        Ok(delivery) => format!("{delivery:?}\n"),
        Err(response) => answered(&response),
    }
}

/// What becomes of a request at every door.
async fn sent(webhook: &Webhook, request: impl Fn() -> Request<Bytes>) -> String {
    let service = HttpService::new(webhook.clone());
    let Ok(by_service) = service.oneshot(request().map(Full::new)).await;
    let (head, body) = by_service.into_parts();
    let by_service = Response::from_parts(head, body.collect().await.unwrap().to_bytes());
    let Ok(by_webhook) = webhook.clone().oneshot(request()).await;
    [
        answered(&by_service),
        answered(&by_webhook),
        received::<VehicleState>(webhook.verifier(), request()).await,
        received::<Raw>(webhook.verifier(), request()).await,
    ]
    .concat()
}

#[test]
fn one_line_says_what_is_set_up() {
    let log = Log::default();
    let _guard = log.listen();
    let stored = service_fn(async |_: Delivery| Ok::<_, Error>(Outcome::Stored));
    let _ = Webhook::new(token(), router());
    let _ = Webhook::new(token(), stored);

    let log = log.text();
    let lines: Vec<_> = (log.lines())
        .filter(|it| it.contains("webhook is set up"))
        .collect();
    let [of_router, of_service] = lines[..] else {
        panic!("{log}")
    };
    let mac = if cfg!(feature = "aws-lc-rs") {
        "mac=\"aws-lc-rs\""
    } else if cfg!(feature = "ring") {
        "mac=\"ring\""
    } else {
        "mac=\"RustCrypto\""
    };
    assert!(of_router.contains(mac) && of_service.contains(mac), "{log}");
    assert!(
        of_router.contains("handles=EventRouter[\"VEHICLE_"),
        "{log}"
    );
    assert!(!of_service.contains("handles="), "{log}");
}

#[tokio::test]
async fn no_log_line_and_no_answer_tells_what_was_sent() {
    let log = Log::default();
    let _guard = log.listen();
    let mut answers = String::new();
    let mut rights = Vec::new();
    for body in BODIES {
        let right = token().sign(body.as_bytes()).to_hex();
        let upper = right.to_ascii_uppercase();
        let signatures: [&[&str]; 7] = [
            &[],
            &[&right],
            &[&upper, &upper],
            &[PRESENTED],
            &[PRESENTED, &right],
            &["T0K3N"],
            &[&right[1..]],
        ];
        for webhook in webhooks() {
            for signatures in signatures {
                let request = || request("POST", signatures, Bytes::from(body));
                answers += &sent(&webhook, request).await;
            }
            answers += &sent(&webhook, || request("GET", &[&right], body.into())).await;
            let pieces = [Ok(Bytes::from(body)), Err(io::Error::other("reset"))];
            let pieces = pieces.map(|it| it.map(http_body::Frame::data));
            let broken = request("POST", &[&right], StreamBody::new(stream::iter(pieces)));
            let service = HttpService::new(webhook);
            let Ok(response) = service.oneshot(broken).await;
            answers += &answered(&response);
        }
        rights.extend([right, upper]);
    }

    // The doctor has a thread of its own.
    while !log.text().contains("signatures refused: ") {
        std::thread::yield_now();
    }
    let log = log.text();
    assert_clean(&log);
    assert_clean(&answers);
    for text in [&*log, &answers] {
        assert!(!text.contains("P4N1C"));
        for right in &rights {
            assert!(!text.contains(&right[..16]), "{right}");
        }
    }
    // The answer to a challenge is for who sent it alone.
    let hash = token().sign(b"challenge").to_hex();
    assert!(answers.contains(&hash) && !log.contains(&hash));
    for line in [
        "challenge answered",
        "challenge_refused",
        "signature_missing",
        "signature_malformed",
        "signature_ambiguous",
        "signature_mismatch",
        "not_an_object",
        "method_not_allowed",
        "body_too_large",
        "body_incomplete",
        "data.vehicle.id",
        "out of disk",
        "handler_panicked",
        "overloaded",
        "pool is empty",
        "vault is sealed",
        "acknowledged, but not of the type asked for",
        "acknowledged, but: payload does not have the expected shape at `data.vehicle`",
        "outcome=\"fell_back\"",
    ] {
        assert!(log.contains(line), "{line} is missing in {log}");
    }
}

fn debug(it: &impl Debug) -> String {
    format!("{it:?} {it:#?}\n")
}

#[tokio::test]
async fn no_part_of_a_receiver_shows_a_key_or_a_signature() {
    let of_routes = Arc::<Mutex<String>>::default();
    let seen = Arc::clone(&of_routes);
    let router = router().layer(layer_fn(move |route: Route| {
        *seen.lock().unwrap() += &debug(&route);
        route
    }));
    let of_routes = of_routes.lock().unwrap().clone();
    let event = serde_json::json!({});
    let right = token().sign(b"{}");
    let presented = Signature::from_hex(PRESENTED).unwrap();
    let dispatcher = Dispatcher::new(Webhook::new(keys(), router.clone()));
    let dispatcher = dispatcher.signing_with(token());
    let unsigned = dispatcher.send_with_signature("{}", PRESENTED);
    let mut parts = vec![
        debug(&token()),
        debug(&right),
        debug(&presented),
        debug(&keys()),
        debug(&SharedKeyring::new(keys())),
        debug(&router),
        of_routes,
        debug(&signed(&token(), &event)),
        debug(&dispatcher),
        debug(&dispatcher.send(&event).await),
        debug(&dispatcher.send_raw(STATE).await),
        debug(&unsigned.await),
    ];
    for webhook in webhooks() {
        parts.extend([debug(&webhook), debug(webhook.verifier())]);
        parts.push(debug(&HttpService::new(webhook)));
    }
    let text = parts.concat();
    assert_clean(&text);
    let right = right.to_hex();
    assert!(!text.contains(&right[..16]), "{text}");
    assert!(text.contains(r#"Keyring["new", "old"]"#) && text.contains("Route"));
}

/// Whoever runs the contract against a receiver of their own signs with a token of their own.
#[test]
fn no_case_of_the_contract_shows_how_it_is_signed() {
    for case in conformance::cases_signed_by(&token()) {
        let right = token().sign(case.request().body()).to_hex();
        let mut other = Response::new("");
        *other.status_mut() = StatusCode::IM_A_TEAPOT;
        let departure = case.check(&other).unwrap_err();
        let text = debug(&case) + &debug(&case.request()) + &told(&departure);
        let text = text.to_ascii_lowercase();
        assert!(
            !text.contains("t0k3n") && !text.contains(&right[..16]),
            "{text}"
        );
    }
}
