//! What says something of a person or opens a door is in no log line, error or `Debug`.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use http::Request;
use smartcar_webhook_core::payload::v4::{VehicleError, VehicleState};
use smartcar_webhook_core::payload::{RawJson, v2};
use smartcar_webhook_core::signal::{
    LocationPreciseLocation, SignalReading, VehicleIdentificationVin,
};
use smartcar_webhook_core::{
    BoxError, Delivery, Error, EventRouter, Handler, ManagementToken, SC_SIGNATURE, SignalRouter,
    Webhook,
};
use tower::ServiceExt;
use tracing::field::{Field, Visit};
use tracing::span;

use crate::{delivery, fixture, fixtures};

/// Token, VIN, position, user id, external user id of the deliveries below.
const SECRETS: [&str; 6] = ["T0K3N", "V1N9", "57.7087", "11.9751", "US3R", "EXT3RNAL"];

fn telling() -> String {
    r#"{"eventType":"VEHICLE_STATE","eventId":"e1","owner":"US3R","data":{
        "user":{"id":"US3R","externalId":"EXT3RNAL","name":"US3R"},
        "vehicle":{"id":"v1","vin":"V1N9","plate":"V1N9","year":"V1N9"},
        "signals":[
            {"code":"vehicleidentification-vin","name":"VIN","group":"VehicleIdentification","body":{"value":"V1N9"}},
            {"code":"location-preciselocation","body":{"latitude":57.7087,"longitude":11.9751},"more":57.7087},
            "V1N9"
        ]},"triggers":[{"type":"V1N9"}],"meta":{"version":"4.0","owner":"US3R"}}"#
    .to_owned()
}

fn assert_clean(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn debug_of_every_payload_is_clean() {
    let state = delivery(telling());
    assert_clean(&format!("{state:?} {:?}", state.envelope()));
    let state = state.read::<VehicleState>().unwrap();
    assert_clean(&format!("{state:?} {state:#?}"));
    let error = delivery(telling().replace("signals", "errors"));
    assert_clean(&format!("{:?}", error.read::<VehicleError>().unwrap()));

    let schedule = fixture("v2-scheduled").read::<v2::Schedule>().unwrap();
    assert!(!format!("{schedule:?}").contains("YSMVIN"));
    let dynamic = fixture("v2-dynamic").read::<v2::Dynamic>().unwrap();
    assert_clean(&format!("{dynamic:?}"));
    let keys = [fixture("v4-vehicle-state"), fixture("v2-dynamic")];
    assert_clean(&format!("{:?}", keys.map(|it| it.idempotency_key())));
}

#[tokio::test]
async fn debug_of_what_handlers_of_signals_get_is_clean() {
    let router = SignalRouter::new()
        .on(
            async |place: Delivery<SignalReading<LocationPreciseLocation>>| {
                assert_eq!(*place.latitude, 57.7087);
                assert_clean(&format!("{place:?} {:?}", place.reading()));
                Ok::<_, BoxError>(())
            },
        )
        .on(
            async |vin: Delivery<SignalReading<VehicleIdentificationVin>>| {
                assert_eq!(*vin.value, *"V1N9");
                assert_clean(&format!("{vin:?} {:?}", vin.reading()));
                Ok::<_, BoxError>(())
            },
        );
    let state = delivery(telling()).read().unwrap();
    router.handle(state).await.unwrap();
}

#[test]
fn errors_quote_no_value() {
    let err = delivery(telling()).json().read::<Vec<u8>>().unwrap_err();
    assert_clean(&format!("{err} {err:?}"));
    let err = RawJson::parse(r#"{"V1N9"#).unwrap_err();
    assert_clean(&format!("{err} {err:?}"));
    let err = ManagementToken::new(" T0K3N").unwrap_err();
    assert_clean(&format!("{err} {err:?}"));
}

/// Writes down every event and span with all of their fields.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        write!(self.0.lock().unwrap(), "{field}={value:?} ").unwrap();
    }
}

impl tracing::Subscriber for Log {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        attributes.record(&mut self.clone());
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        writeln!(self.0.lock().unwrap(), "{}", event.metadata().level()).unwrap();
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[tokio::test]
async fn no_log_line_tells_what_was_sent() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let token = ManagementToken::new("T0K3N").unwrap();
    let router = EventRouter::new()
        .on(async |_: Delivery<VehicleState>| Err::<(), BoxError>("out of disk".into()))
        .fallback(async |_: Delivery| Ok::<_, BoxError>(()));
    let webhook = Webhook::new(token.clone(), router);

    let misfit = r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"vin":"V1N9"}}}"#;
    let challenge = r#"{"eventType":"VERIFY","data":{"challenge":"{V1N9"}}"#;
    let mut answers = String::new();
    for body in [&*telling(), misfit, challenge, "V1N9", "{}"] {
        let right = token.sign(body.as_bytes()).to_hex();
        for signature in [&*right, &"0".repeat(64), "T0K3N", ""] {
            let request = Request::post("/US3R").header(SC_SIGNATURE, signature);
            let request = request.body(body.to_owned().into()).unwrap();
            let response = webhook.clone().oneshot(request).await.unwrap();
            write!(answers, "{response:?}").unwrap();
            let err = response.extensions().get::<Error>();
            write!(
                answers,
                "{err:?} {}",
                err.map(Error::to_string).unwrap_or_default()
            )
            .unwrap();
        }
        assert!(!log.0.lock().unwrap().contains(&right));
    }
    let log = log.0.lock().unwrap();
    assert_clean(&log);
    assert_clean(&answers);
    for line in [
        "out of disk",
        "signature_mismatch",
        "challenge_refused",
        "not_an_object",
        "data.vehicle.id",
    ] {
        assert!(log.contains(line), "{line} is missing in {log}");
    }
}

/// The fixtures hold VINs, positions and addresses, so `Debug` of all of them is worth a look.
#[test]
fn debug_of_every_fixture_is_clean() {
    for (name, ..) in fixtures() {
        let delivery = fixture(&name);
        let text = format!(
            "{delivery:?} {:?} {:?} {:?}",
            delivery.read::<VehicleState>(),
            delivery.read::<VehicleError>(),
            delivery.read::<v2::Schedule>()
        );
        let secrets = [
            "YSMVIN",
            "57.7087",
            "5d6cbb1e",
            "customer-17",
            "Avenyn",
            "Rosalind",
        ];
        for secret in secrets {
            assert!(!text.contains(secret), "{name}");
        }
    }
}
