//! What was read is written again, whatever it was.

use std::fmt::Debug;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Map, Value, json};
use smartcar_webhook_core::endpoint::{self, Endpoint};
use smartcar_webhook_core::payload::v2::{
    ChargingCompleted, ChargingStarted, ChargingStopped, Dynamic, Schedule,
};
use smartcar_webhook_core::payload::v4::{Signal, VehicleError, VehicleState};
use smartcar_webhook_core::payload::{Event, RawJson, Reveal};
use smartcar_webhook_core::signal::{self, SignalType};

use crate::{delivery, fixture, fixtures, state};

/// The body as `E` writes it, if it can be read as one.
fn rewritten<E: Event + serde::Serialize>(body: &str) -> Option<Value> {
    let read = delivery(body).read::<E>().ok()?;
    assert_eq!(serde_json::to_string(&read).unwrap(), body);
    let written = serde_json::to_string(&*read).unwrap();
    Some(serde_json::from_str(&written).unwrap())
}

/// Reads and writes a body as every type of event; says as how many it could be read.
fn is_lossless(body: &str) -> Result<usize, TestCaseError> {
    let written = [
        rewritten::<VehicleState>(body),
        rewritten::<VehicleError>(body),
        rewritten::<Schedule>(body),
        rewritten::<Dynamic>(body),
        rewritten::<ChargingStarted>(body),
        rewritten::<ChargingStopped>(body),
        rewritten::<ChargingCompleted>(body),
    ];
    let written: Vec<_> = written.into_iter().flatten().collect();
    // Not the value the text was made of: serde_json reads some floats one bit off.
    let sent: Value = serde_json::from_str(body).unwrap();
    for written in &written {
        prop_assert!(*written == sent, "{body}\n{written}");
    }
    Ok(written.len())
}

#[test]
fn every_fixture_is_written_as_it_was_read() {
    for (name, body, _) in fixtures() {
        let body = String::from_utf8(body).unwrap();
        let types = is_lossless(&body).unwrap();
        assert!(
            types > 0 || name == "unknown-type" || name.contains("verify"),
            "{name}"
        );
    }
}

/// Any JSON value, of the kinds and in the spellings that a reader may stumble over.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e12..1e12).prop_map(Value::from),
        any::<f64>().prop_filter_map("finite", |it| it.is_finite().then(|| it.into())),
        prop_oneof![
            "",
            "0",
            "2020",
            "1.0",
            "ERROR",
            "A.B",
            "a-b",
            "null",
            "FIRST_DELIVERY"
        ]
        .prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(a_key(), inner, 0..4)
                .prop_map(|it| Value::Object(it.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A key, often one that means something somewhere.
fn a_key() -> impl Strategy<Value = String> {
    let known = "code|name|group|body|status|meta|value|error|type|signals|signal|triggers|id|user|\
        vehicle|year|url|resolution|state|vehicleId|data|path|headers|deliveredAt|sc-data-age";
    prop_oneof![
        prop::sample::select(known.split('|').map(str::to_owned).collect::<Vec<_>>()),
        "\\PC{0,8}",
    ]
}

/// What is done to a body somewhere.
#[derive(Clone, Debug)]
enum Damage {
    Replace(Value),
    Insert(String, Value),
    Remove,
}

fn damage() -> impl Strategy<Value = (prop::sample::Index, Damage)> {
    let damage = prop_oneof![
        any_json().prop_map(Damage::Replace),
        (a_key(), any_json()).prop_map(|(key, value)| Damage::Insert(key, value)),
        Just(Damage::Remove),
    ];
    (any::<prop::sample::Index>(), damage)
}

fn places(value: &Value, here: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let key = key.replace('~', "~0").replace('/', "~1");
                places(value, format!("{here}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                places(value, format!("{here}/{at}"), found);
            }
        }
        _ => {}
    }
    found.push(here);
}

fn apply(body: &mut Value, at: prop::sample::Index, damage: Damage) {
    let mut found = Vec::new();
    places(body, String::new(), &mut found);
    let place = at.get(&found).clone();
    if place.is_empty() {
        return;
    }
    match damage {
        Damage::Replace(value) => *body.pointer_mut(&place).unwrap() = value,
        Damage::Insert(key, value) => match body.pointer_mut(&place).unwrap() {
            Value::Object(members) => drop(members.insert(key, value)),
            Value::Array(items) => items.push(value),
            other => *other = json!({ key: value }),
        },
        Damage::Remove => {
            let (parent, key) = place.rsplit_once('/').unwrap();
            match body.pointer_mut(parent).unwrap() {
                Value::Object(members) => {
                    members.remove(&key.replace("~1", "/").replace("~0", "~"));
                }
                Value::Array(items) => drop(items.remove(key.parse().unwrap())),
                _ => {}
            }
        }
    }
}

/// A fixture that was damaged in several places.
fn damaged() -> impl Strategy<Value = Value> {
    let bodies: Vec<Value> = fixtures()
        .iter()
        .map(|it| serde_json::from_slice(&it.1).unwrap())
        .collect();
    let damage = prop::collection::vec(damage(), 0..6);
    (prop::sample::select(bodies), damage).prop_map(|(mut body, damage)| {
        for (at, damage) in damage {
            apply(&mut body, at, damage);
        }
        body
    })
}

/// A body as its type writes it and as its `Debug` shows it, if it can be read as one.
pub(crate) type Reread = fn(&RawJson) -> Option<(Value, String)>;

fn reread_body<S: SignalType>(body: &RawJson) -> Option<(Value, String)>
where
    S::Body: Debug + serde::Serialize,
{
    Some(written_and_shown(&S::read(body).ok()?))
}

fn reread_endpoint<E: Endpoint + Debug + serde::Serialize>(
    body: &RawJson,
) -> Option<(Value, String)> {
    Some(written_and_shown(&E::read(body).ok()?))
}

fn written_and_shown<B: Debug + serde::Serialize>(body: &B) -> (Value, String) {
    let written = serde_json::to_string(body).unwrap();
    let written = serde_json::from_str(&written).unwrap();
    (written, format!("{body:?}"))
}

/// A signal for each form of body, and the endpoints.
pub(crate) const BODIES: [(&str, Reread); 40] = [
    ("charge-amperage", reread_body::<signal::ChargeAmperage>),
    (
        "charge-chargelimits",
        reread_body::<signal::ChargeChargeLimits>,
    ),
    (
        "charge-chargerecords",
        reread_body::<signal::ChargeChargeRecords>,
    ),
    (
        "charge-chargetimers",
        reread_body::<signal::ChargeChargeTimers>,
    ),
    (
        "charge-chargerphases",
        reread_body::<signal::ChargeChargerPhases>,
    ),
    (
        "charge-detailedchargingstatus",
        reread_body::<signal::ChargeDetailedChargingStatus>,
    ),
    ("charge-ischarging", reread_body::<signal::ChargeIsCharging>),
    ("closure-doors", reread_body::<signal::ClosureDoors>),
    (
        "closure-fronttrunk",
        reread_body::<signal::ClosureFrontTrunk>,
    ),
    ("closure-sunroof", reread_body::<signal::ClosureSunroof>),
    ("closure-windows", reread_body::<signal::ClosureWindows>),
    ("diagnostics-abs", reread_body::<signal::DiagnosticsAbs>),
    (
        "diagnostics-dtclist",
        reread_body::<signal::DiagnosticsDtcList>,
    ),
    (
        "location-preciselocation",
        reread_body::<signal::LocationPreciseLocation>,
    ),
    ("location-isathome", reread_body::<signal::LocationIsAtHome>),
    ("service-records", reread_body::<signal::ServiceRecords>),
    (
        "tractionbattery-nominalcapacity",
        reread_body::<signal::TractionBatteryNominalCapacity>,
    ),
    (
        "tractionbattery-range",
        reread_body::<signal::TractionBatteryRange>,
    ),
    (
        "transmission-drivemode",
        reread_body::<signal::TransmissionDriveMode>,
    ),
    (
        "vehicleidentification-packages",
        reread_body::<signal::VehicleIdentificationPackages>,
    ),
    (
        "vehicleidentification-vin",
        reread_body::<signal::VehicleIdentificationVin>,
    ),
    ("wheel-tires", reread_body::<signal::WheelTires>),
    (
        "vehicleidentification-nickname",
        reread_body::<signal::VehicleIdentificationNickname>,
    ),
    ("/", reread_endpoint::<endpoint::VehicleInfo>),
    (
        "/battery/capacity",
        reread_endpoint::<endpoint::BatteryCapacity>,
    ),
    ("/charge/limit", reread_endpoint::<endpoint::ChargeLimit>),
    ("/engine/oil", reread_endpoint::<endpoint::EngineOil>),
    ("/odometer", reread_endpoint::<endpoint::Odometer>),
    ("/battery", reread_endpoint::<endpoint::Battery>),
    (
        "/battery/nominal_capacity",
        reread_endpoint::<endpoint::NominalCapacity>,
    ),
    ("/charge", reread_endpoint::<endpoint::Charge>),
    (
        "/diagnostics/dtcs",
        reread_endpoint::<endpoint::TroubleCodes>,
    ),
    (
        "/diagnostics/system_status",
        reread_endpoint::<endpoint::Diagnostics>,
    ),
    ("/fuel", reread_endpoint::<endpoint::Fuel>),
    ("/location", reread_endpoint::<endpoint::Location>),
    ("/permissions", reread_endpoint::<endpoint::Permissions>),
    ("/security", reread_endpoint::<endpoint::Security>),
    (
        "/service/history",
        reread_endpoint::<endpoint::ServiceHistory>,
    ),
    ("/tires/pressure", reread_endpoint::<endpoint::TirePressure>),
    ("/vin", reread_endpoint::<endpoint::Vin>),
];

/// The body of this signal or endpoint, as a fixture has it.
pub(crate) fn body_of(name: &str) -> Value {
    let state = fixture("v4-vehicle-state-every-signal")
        .read::<VehicleState>()
        .unwrap();
    let schedule = fixture("v2-schedule-every-endpoint")
        .read::<Schedule>()
        .unwrap();
    let signal = state.signal_by_code(name).and_then(Signal::body);
    let endpoint = schedule.vehicles[0].endpoint_by_path(name);
    let body = signal.or_else(|| endpoint?.body()).unwrap();
    serde_json::from_str(body.as_str()).unwrap()
}

fn damaged_body() -> impl Strategy<Value = (Reread, Value)> {
    let bodies: Vec<_> = BODIES.iter().map(|it| (it.1, body_of(it.0))).collect();
    let damage = prop::collection::vec(damage(), 0..4);
    (prop::sample::select(bodies), damage).prop_map(|((reread, mut body), damage)| {
        for (at, damage) in damage {
            apply(&mut body, at, damage);
        }
        (reread, body)
    })
}

#[test]
fn bodies_of_every_form_are_written_as_they_were_read() {
    for (name, reread) in BODIES {
        let body = body_of(name);
        let sent = RawJson::parse(body.to_string()).unwrap();
        let (written, _) = reread(&sent).unwrap();
        assert_eq!(written, body, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000,
        rng_seed: RngSeed::Fixed(0),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_damaged_body_is_written_as_it_was_read(body in damaged()) {
        if body.is_object() {
            is_lossless(&body.to_string())?;
        }
    }

    #[test]
    fn every_damaged_part_is_written_as_it_was_read((reread, body) in damaged_body()) {
        let sent = RawJson::parse(body.to_string()).unwrap();
        let body: Value = serde_json::from_str(sent.as_str()).unwrap();
        if let Some((written, shown)) = reread(&sent) {
            crate::hygiene::assert_clean(&shown);
            prop_assert!(written == body, "{body}\n{written}");
        }
    }
}

#[test]
fn what_is_changed_is_written_as_changed() {
    let read = state(r#""signals":[{"code":"a-b","body":{"value":1}}],"user":null,"triggers":[]"#);
    let (_, mut state) = read.into_parts();
    state.signals.clear();
    state.user.id = Some("u1".into());
    state.vehicle.year = Some(2024);
    let written = serde_json::to_value(&state).unwrap();
    assert_eq!(
        written,
        json!({"eventType": "VEHICLE_STATE", "data": {
            "user": {"id": "u1"}, "vehicle": {"id": "v1", "year": 2024}, "triggers": []}})
    );

    let body =
        r#"{"eventType":"VEHICLE_STATE","vehicleId":"v1","data":{"vehicle":{"year":"2020"}}}"#;
    let (_, mut state) = delivery(body).read::<VehicleState>().unwrap().into_parts();
    assert_eq!(serde_json::to_string(&state).unwrap(), body);
    state.vehicle.id = "v2".into();
    assert!(
        serde_json::to_string(&state)
            .unwrap()
            .contains(r#""id":"v2""#)
    );
    state.vehicle.year = Some(2021);
    assert!(
        serde_json::to_string(&state)
            .unwrap()
            .contains(r#""year":2021"#)
    );
}

/// Numbers of every form, and what is cleared though it has to be there.
#[test]
fn numbers_and_cleared_members_are_written() {
    for number in [
        "1000000000000000",
        "9007199254740991",
        "1e15",
        "1e22",
        "-0",
        "0.0",
        "0.10",
        "1e-7",
        "12.5",
        "-3",
    ] {
        let body = RawJson::parse(format!(r#"{{"value":{number},"unit":"km"}}"#)).unwrap();
        let read = signal::OdometerTraveledDistance::read(&body).unwrap();
        let written = serde_json::to_string(&read).unwrap();
        let (written, sent): (Value, Value) = (
            serde_json::from_str(&written).unwrap(),
            serde_json::from_str(body.as_str()).unwrap(),
        );
        assert_eq!(written, sent, "{number}");
    }
    let packages = RawJson::parse(r#"{"values":["Winter"]}"#).unwrap();
    let mut packages = signal::VehicleIdentificationPackages::read(&packages).unwrap();
    packages.values.clear();
    assert_eq!(
        serde_json::to_string(&packages).unwrap(),
        r#"{"values":[]}"#
    );
    for history in ["[1,{}]", "[null]", "[[],{}]", "{}", "[]"] {
        let sent = RawJson::parse(history).unwrap();
        let mut read = endpoint::ServiceHistory::read(&sent).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), history);
        read.records.clear();
        if history != "[null]" {
            assert_eq!(serde_json::to_string(&read).unwrap(), "[]");
        }
    }
}

#[test]
fn reveal_shows_everything() {
    let state = state(r#""user":{"id":"u1"},"signals":[{"code":"a-b","body":{"x":[1]}}]"#);
    let shown = format!("{:?}", Reveal(&*state));
    let body: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(body, serde_json::from_slice::<Value>(state.raw()).unwrap());
    assert!(format!("{:#?}", Reveal(&state)).lines().count() > 1);
}
