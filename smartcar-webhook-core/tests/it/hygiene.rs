//! What says something of a person or opens a door is in no error.

use std::collections::BTreeMap;
use std::error::Error as StdError;

use serde::de::DeserializeOwned;
use smartcar_webhook_core::payload::v4::{User, Vehicle, VehicleError, VehicleState};
use smartcar_webhook_core::payload::{Personal, RawJson, v2};
use smartcar_webhook_core::signal::LocationPreciseLocation;
use smartcar_webhook_core::signal::body::PreciseLocation;
use smartcar_webhook_core::{
    Delivery, Error, ErrorKind, Keyring, ManagementToken, Signature, endpoint,
};

use crate::delivery;

/// A signature that is none, to tell where it is shown.
pub(crate) const PRESENTED: &str =
    "5ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4";

/// The token, the signature, the path, VIN, position, user and place of the deliveries made here; VINs, users, names and places of the fixtures.
const SECRETS: [&str; 14] = [
    "T0K3N",
    "5ec4e7",
    "P4TH",
    "V1N9",
    "57.7087",
    "11.9751",
    "US3R",
    "H0M3",
    "YSMVIN",
    "5d6cbb1e",
    "customer-17",
    "Avenyn",
    "Harbour",
    "Rosalind",
];

#[track_caller]
pub(crate) fn assert_clean(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

/// All that an error and its causes say.
pub(crate) fn told(err: &(dyn StdError + 'static)) -> String {
    let causes = std::iter::successors(Some(err), |it| (*it).source());
    let told: Vec<_> = causes.map(|it| format!("{it} {it:?} {it:#?}\n")).collect();
    told.concat()
}

const KINDS: [ErrorKind; 18] = [
    ErrorKind::MethodNotAllowed,
    ErrorKind::BodyTooLarge,
    ErrorKind::BodyIncomplete,
    ErrorKind::ChallengeRefused,
    ErrorKind::SignatureMissing,
    ErrorKind::SignatureMalformed,
    ErrorKind::SignatureAmbiguous,
    ErrorKind::SignatureMismatch,
    ErrorKind::KeysUnavailable,
    ErrorKind::NotAnObject,
    ErrorKind::Misfit,
    ErrorKind::HandlerFailed,
    ErrorKind::HandlerPanicked,
    ErrorKind::DeadlineExceeded,
    ErrorKind::Overloaded,
    ErrorKind::ShuttingDown,
    ErrorKind::InFlight,
    ErrorKind::StoreUnavailable,
];

/// A cause is told by whoever asks for it.
#[test]
fn the_message_of_an_error_is_not_that_of_its_cause() {
    for kind in KINDS {
        assert_clean(&told(&Error::new(kind)));
        let caused = Error::with_source(kind, "V1N9");
        assert_clean(&caused.to_string());
        assert_eq!(caused.source().unwrap().to_string(), "V1N9");
    }
}

fn refusal<T>(result: Result<T, impl StdError + 'static>) -> String {
    told(&result.err().unwrap())
}

/// What is told of a JSON text that is no `T`.
fn misread<T: DeserializeOwned>(json: &str) -> String {
    let by_us = RawJson::parse(json).unwrap().read::<T>();
    refusal(serde_json::from_str::<T>(json)) + &refusal(by_us)
}

#[test]
fn errors_quote_no_value() {
    let state = |data: &str| delivery(format!(r#"{{"eventType":"VEHICLE_STATE","data":{data}}}"#));
    let vehicle = |data: &str| {
        let vehicle = format!(r#"{{"vehicleId":"v1","data":[{data}]}}"#);
        let payload = format!(r#"{{"vehicles":[{vehicle}]}}"#);
        let schedule = delivery(format!(r#"{{"eventName":"schedule","payload":{payload}}}"#));
        schedule.read::<v2::Schedule>().unwrap().vehicles[0].clone()
    };
    let place = r#"{"code":"location-preciselocation","body":{"latitude":57.7087,"longitude":["11.9751"]}}"#;
    let place = state(&format!(
        r#"{{"vehicle":{{"id":"v1"}},"signals":[{place}]}}"#
    ));
    let place = place.read::<VehicleState>().unwrap();
    let place = place.signal::<LocationPreciseLocation>().unwrap();
    let vin = vehicle(r#"{"path":"/vin","code":200,"body":{"vin":["V1N9"]}}"#);
    let no_vin = vehicle(r#"{"path":"/vin","code":403,"body":["V1N9"]}"#);
    let no_vehicle = state(r#"{"user":{"id":"US3R"},"vehicle":{"vin":"V1N9"}}"#);
    let key = Keyring::from(ManagementToken::new("T0K3N").unwrap());
    let presented = Signature::from_hex(PRESENTED).unwrap();
    let errors = [
        misread::<Personal>("57.7087"),
        misread::<Personal<f64>>(r#""V1N9""#),
        misread::<Personal<bool>>(r#""H0M3""#),
        misread::<User>(r#"["US3R"]"#),
        misread::<Vehicle>(r#""V1N9""#),
        misread::<PreciseLocation>(r#"{"latitude":57.7087,"longitude":["11.9751"]}"#),
        misread::<endpoint::Location>(r#"{"latitude":"57.7087","longitude":"H0M3"}"#),
        misread::<endpoint::Vin>(r#"{"vin":["V1N9"]}"#),
        refusal(place.body()),
        refusal(vin.endpoint::<endpoint::Vin>().unwrap().body()),
        refusal(no_vin.endpoint::<endpoint::Vin>().unwrap().body()),
        refusal(no_vehicle.snapshots()),
        refusal(no_vehicle.read::<VehicleState>()),
        refusal(no_vehicle.read::<VehicleError>()),
        refusal(no_vehicle.read::<v2::Dynamic>()),
        refusal(no_vehicle.read::<v2::ChargingStarted>()),
        refusal(no_vehicle.json().read::<BTreeMap<String, bool>>()),
        refusal(Delivery::assume_verified(r#"["V1N9"]"#.into())),
        refusal(RawJson::parse(r#"{"V1N9"#)),
        refusal(Signature::from_hex("T0K3N")),
        refusal(Signature::from_hex(&PRESENTED[1..])),
        refusal(key.verify(b"V1N9", &presented)),
        refusal(ManagementToken::new("T0K3N\0")),
        refusal(ManagementToken::new("T0K3N\n")),
        refusal(ManagementToken::new(" T0K3N")),
        refusal(ManagementToken::new("T0K3N\u{2003}")),
    ];
    for text in errors {
        assert_clean(&text);
    }
}

/// The variable is set for a child alone, for one's own cannot be set in safe Rust.
#[cfg(unix)]
#[test]
fn a_variable_that_holds_no_token_is_not_quoted() {
    use std::os::unix::ffi::OsStrExt;

    const VARIABLE: &str = "SMARTCAR_TOKEN_OF_A_TEST";
    let is_parent = std::env::var_os(VARIABLE).is_none();
    assert!(
        is_parent,
        "{}",
        refusal(ManagementToken::from_env(VARIABLE))
    );
    let cases: [(&[u8], &str); 5] = [
        (b"", "empty"),
        (b" ", "blank"),
        (b" T0K3N", "surrounded by white space"),
        (b"T0K3N\n", "holds a control character"),
        (b"T0K3N\xff", "not UTF-8"),
    ];
    for (value, fault) in cases {
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "hygiene::a_variable_that_holds_no_token_is_not_quoted",
            ])
            .env(VARIABLE, std::ffi::OsStr::from_bytes(value))
            .output()
            .unwrap();
        let text = String::from_utf8([child.stdout, child.stderr].concat()).unwrap();
        assert_clean(&text);
        let message = format!("environment variable {VARIABLE}: {fault}");
        assert!(text.contains(&message), "{text}");
    }
}
