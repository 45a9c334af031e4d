//! The spellings of one delivery: each is read as what it is a spelling of.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{RngSeed, TestRunner};
use serde_json::{Value, json};
use smartcar_webhook_core::endpoint::{
    Battery, Diagnostics, Fuel, Odometer, Security, ServiceHistory, VehicleInfo, Vin,
};
use smartcar_webhook_core::payload::v2::{ChargingStarted, Dynamic, Schedule, VehicleData};
use smartcar_webhook_core::payload::v4::{Scope, SignalRef, Trigger, VehicleError, VehicleState};
use smartcar_webhook_core::payload::{Generation, Mode, Timestamp};
use smartcar_webhook_core::signal::{
    ChargeAmperage, ChargeChargeLimits, ChargeChargeRate, ChargeChargeTimers, ChargeEnergyAdded,
    ChargeIsCharging, ChargeTimeToComplete, ChargeWattage, ClosureDoors, LocationPreciseLocation,
    OdometerTraveledDistance, TractionBatteryNominalCapacity, TractionBatteryStateOfCharge,
    WheelTires,
};
use smartcar_webhook_core::testing::{
    Dispatcher, Spelling, charging_started, dynamic, schedule, vehicle_error, vehicle_state,
};
use smartcar_webhook_core::{BoxError, Delivery, EventRouter, ManagementToken, Outcome, Webhook};

use crate::{TOKEN, delivery, mutation};

fn state() -> Value {
    let limits = json!({
        "values": [
            {"type": "GLOBAL", "limit": 80, "condition": null},
            {"type": "CHARGING_TYPE", "limit": 90, "condition": {"chargingType": "DC"}},
        ],
        "activeLimit": 80,
    });
    let timers = json!([{"type": "CONNECTOR", "condition": {"connectorType": "CCS"}}]);
    let doors = json!({"values": [{"row": 0, "column": 0, "isOpen": true}], "rowCount": 1});
    let capacity = json!({"capacity": 78, "availableCapacities": [{"capacity": 69}]});
    vehicle_state()
        .signal::<TractionBatteryStateOfCharge>(78.5)
        .signal::<OdometerTraveledDistance>(78_432)
        .signal::<ChargeIsCharging>(true)
        .signal::<ChargeChargeLimits>(limits)
        .signal::<ChargeChargeTimers>(timers)
        .signal::<ChargeAmperage>(16)
        .signal::<ChargeEnergyAdded>(8.25)
        .signal::<ChargeTimeToComplete>(95)
        .signal::<ChargeWattage>(3_600)
        .signal::<ClosureDoors>(doors)
        .signal::<TractionBatteryNominalCapacity>(capacity)
        .failed::<ChargeChargeRate>("VEHICLE_STATE", "NOT_CHARGING")
        .failed::<WheelTires>("PERMISSION", "")
        .trigger::<OdometerTraveledDistance>()
        .trigger::<ChargeIsCharging>()
        .to_value()
}

fn error() -> Value {
    let place = json!([{"code": "location-preciselocation", "name": "PreciseLocation", "group": "Location"}]);
    vehicle_error("COMPATIBILITY", "VEHICLE_NOT_CAPABLE")
        .of::<LocationPreciseLocation>()
        .with("/data/errors/1", json!({
            "type": "PERMISSION", "state": "ERROR", "signals": place, "resolution": {"type": "REAUTHENTICATE"},
        }))
        .with("/data/errors/2", json!({
            "type": "CONNECTED_SERVICES_ACCOUNT", "code": "AUTHENTICATION_FAILED", "state": "ERROR",
            "signals": place, "resolution": null,
        }))
        .with("/data/errors/3", json!({
            "type": "SERVER", "code": "INTERNAL", "state": "RESOLVED",
            "docURL": "https://example.com", "resolution": {"type": "RETRY_LATER"},
        }))
        .to_value()
}

fn scheduled() -> Value {
    let systems = json!({"systems": [{"systemId": "SYSTEM_MIL", "status": "OK"}]});
    schedule()
        .response::<Battery>(json!({"percentRemaining": 0.58, "range": 283.2}))
        .response::<VehicleInfo>(
            json!({"id": "v1", "make": "POLESTAR", "model": "2", "year": 2023}),
        )
        .response::<Diagnostics>(systems)
        .response::<ServiceHistory>(json!({"serviceId": "s-901"}))
        .failed::<Fuel>(409, "VEHICLE_STATE", "ASLEEP")
        .failed::<Vin>(400, "CONNECTED_SERVICES_ACCOUNT", "AUTHENTICATION_FAILED")
        .failed::<Security>(403, "PERMISSION", "")
        .with("/payload/vehicles/0/data/5/headers", json!({}))
        .with("/payload/vehicles/0/data/6/body/code", Value::Null)
        .with(
            "/payload/vehicles/0/data/6/body/resolution",
            json!({"type": "REAUTHENTICATE"}),
        )
        .to_value()
}

/// Deliveries in which every spelling finds something to respell.
fn samples() -> Vec<Value> {
    let first = vehicle_state()
        .seed(1)
        .signal::<TractionBatteryStateOfCharge>(9)
        .first_delivery()
        .with("/data/vehicle/mode", "test")
        .with("/data/user/externalId", "customer-4")
        .with("/meta/mode", "TEST")
        .with("/meta/sequence", 7)
        .to_value();
    vec![
        state(),
        first,
        error(),
        scheduled(),
        dynamic()
            .seed(2)
            .imperial()
            .response::<Odometer>(json!({"distance": 1_204.5}))
            .to_value(),
        charging_started().with("/mode", "test").to_value(),
    ]
}

fn challenges() -> [Value; 2] {
    let meta = &state()["meta"];
    [
        json!({"eventId": "e1", "eventType": "VERIFY", "data": {"challenge": "qT7vXk2Lw9ZbR4Ne"}, "meta": meta}),
        json!({"version": "2.0", "webhookId": "w1", "eventName": "verify", "payload": {"challenge": "qT7vXk2Lw9ZbR4Ne"}}),
    ]
}

/// What a delivery says, by what it is about.
type Facts = BTreeMap<&'static str, String>;

/// Whole seconds, for one spelling has no others.
fn seconds(time: Option<&Timestamp>) -> Option<i64> {
    Some(time?.millis()?.div_euclid(1000))
}

fn facts(body: &Value) -> Facts {
    let delivery = delivery(body.to_string());
    let envelope = delivery.envelope();
    let event_type = envelope.event_type.as_ref().unwrap().as_str();
    let event_type = event_type
        .to_ascii_uppercase()
        .replace("SCHEDULED", "SCHEDULE");
    let vehicle = envelope.vehicle_id().map(str::to_ascii_uppercase);
    let mut facts = Facts::from([
        ("key", delivery.idempotency_key()),
        ("kind", format!("{:?} {event_type}", envelope.generation)),
        ("live", (envelope.mode == Some(Mode::LIVE)).to_string()),
        ("vehicle", vehicle.unwrap()),
    ]);
    if envelope.generation == Generation::V4 {
        let time = seconds(envelope.meta.delivered_at());
        facts.insert("delivered at", time.unwrap().to_string());
    }
    facts.extend(match &*event_type {
        "VEHICLE_STATE" => of_state(&delivery.read().unwrap()),
        "VEHICLE_ERROR" => of_error(&delivery.read().unwrap()),
        "SCHEDULE" => of_vehicle(&delivery.read::<Schedule>().unwrap().vehicles[0]),
        "DYNAMIC" => of_vehicle(&delivery.read::<Dynamic>().unwrap().vehicles[0]),
        _ => of_charging(&delivery.read().unwrap()),
    });
    facts
}

fn of_state(state: &Delivery<VehicleState>) -> Facts {
    let codes = |it: &Trigger| it.signal().map(|it| it.code().into_owned());
    let mut triggers: Vec<_> = state.triggers.iter().map(codes).collect();
    triggers.sort();
    let limits = state.current::<ChargeChargeLimits>().map(|it| {
        let limits = it.values.iter().map(|it| it.limit).collect::<Vec<_>>();
        (limits, it.active_limit)
    });
    let timers = state
        .current::<ChargeChargeTimers>()
        .map(|it| it.values.len());
    let doors = state
        .current::<ClosureDoors>()
        .map(|it| it.values[0].is_open);
    let capacity = state.current::<TractionBatteryNominalCapacity>();
    let sold = capacity.as_ref().map(|it| it.available_capacities.len());
    let quantities = [
        state
            .signal::<OdometerTraveledDistance>()
            .map(|it| (it.body().unwrap().value, it.unit())),
        state
            .signal::<ChargeAmperage>()
            .map(|it| (it.body().unwrap().value, it.unit())),
        state
            .signal::<ChargeEnergyAdded>()
            .map(|it| (it.body().unwrap().value, it.unit())),
        state
            .signal::<ChargeTimeToComplete>()
            .map(|it| (it.body().unwrap().value, it.unit())),
        state
            .signal::<ChargeWattage>()
            .map(|it| (it.body().unwrap().value, it.unit())),
    ];
    let quantities =
        quantities.map(|it| it.map(|(value, unit)| (value, unit.and_then(|it| it.known()))));
    let failed = state
        .signals
        .iter()
        .filter_map(|it| Some((it.code(), it.error()?, it.body().is_some())));
    let mut failed: Vec<_> = failed
        .map(|(code, error, read)| format!("{code} {:?} {:?} {read}", error.error_type, error.code))
        .collect();
    failed.sort();
    let charge = state.signal::<TractionBatteryStateOfCharge>();
    let dates = charge
        .as_ref()
        .map(|it| [it.oem_updated_at(), it.retrieved_at()].map(seconds));
    let is_charging = state.current::<ChargeIsCharging>().map(|it| it.value);
    Facts::from([
        (
            "triggers",
            format!("{} {triggers:?}", state.is_first_delivery()),
        ),
        (
            "charge",
            format!(
                "{:?}",
                state
                    .current::<TractionBatteryStateOfCharge>()
                    .map(|it| it.value)
            ),
        ),
        ("times", format!("{dates:?}")),
        ("triggering", format!("{:?} {is_charging:?}", quantities[0])),
        ("quantities", format!("{:?}", &quantities[1..])),
        ("limits", format!("{limits:?} {timers:?}")),
        ("doors", format!("{doors:?}")),
        ("capacity", format!("{:?}", capacity.map(|it| it.capacity))),
        ("sold", format!("{sold:?}")),
        ("failed", format!("{failed:?}")),
        ("year", format!("{:?}", state.vehicle.year)),
    ])
}

fn of_error(event: &Delivery<VehicleError>) -> Facts {
    let all = |say: &dyn Fn(usize) -> String| {
        let says = (0..event.errors.len()).map(say);
        says.collect::<Vec<_>>().join(", ")
    };
    let error = |at: usize| &event.errors[at];
    let scope = |at| match error(at).scope() {
        Scope::Signals(signals) => format!(
            "{:?}",
            signals.iter().map(SignalRef::code).collect::<Vec<_>>()
        ),
        scope => format!("{scope:?}"),
    };
    let resolution = |at| {
        let resolution = error(at).resolution.as_ref();
        format!(
            "{:?}",
            resolution.and_then(|it| it.resolution_type.as_ref())
        )
    };
    Facts::from([
        (
            "errors",
            all(&|at| {
                format!(
                    "{:?} {:?} {:?}",
                    error(at).error_type,
                    error(at).code,
                    error(at).state()
                )
            }),
        ),
        (
            "disconnection",
            all(&|at| error(at).is_disconnection().to_string()),
        ),
        (
            "permission",
            all(&|at| error(at).is_missing_permission().to_string()),
        ),
        ("scopes", all(&scope)),
        ("resolutions", all(&resolution)),
    ])
}

fn of_vehicle(vehicle: &VehicleData) -> Facts {
    let errors = vehicle
        .data
        .iter()
        .filter_map(|it| Some((it.code, it.error()?)));
    let errors: Vec<_> = errors
        .map(|(status, error)| (status, error.error_type.known(), error.code))
        .collect();
    let resolutions = vehicle
        .data
        .iter()
        .filter_map(|it| it.error()?.resolution?.resolution_type);
    let battery = vehicle.endpoint::<Battery>();
    let ages: Vec<_> = vehicle
        .data
        .iter()
        .map(|it| seconds(it.headers.data_age().as_ref()))
        .collect();
    let units: Vec<_> = vehicle
        .data
        .iter()
        .map(|it| it.headers.unit_system())
        .collect();
    let info = vehicle
        .endpoint::<VehicleInfo>()
        .map(|it| it.into_body().unwrap().year);
    let systems = vehicle
        .endpoint::<Diagnostics>()
        .map(|it| it.into_body().unwrap());
    let systems = systems.map(|it| it.systems[0].system_id().cloned());
    let history = vehicle
        .endpoint::<ServiceHistory>()
        .map(|it| it.into_body().unwrap());
    let history = history.map(|it| it.records[0].service_id.clone());
    let odometer = vehicle
        .endpoint::<Odometer>()
        .map(|it| it.into_body().unwrap().distance);
    Facts::from([
        ("errors", format!("{errors:?}")),
        (
            "resolutions",
            format!("{:?}", resolutions.collect::<Vec<_>>()),
        ),
        (
            "battery",
            format!("{:?}", battery.map(|it| it.into_body().unwrap().range)),
        ),
        ("headers", format!("{ages:?} {units:?}")),
        ("year", format!("{info:?}")),
        ("system", format!("{systems:?}")),
        ("history", format!("{history:?}")),
        ("odometer", format!("{odometer:?}")),
    ])
}

fn of_charging(event: &Delivery<ChargingStarted>) -> Facts {
    Facts::from([(
        "occurred at",
        seconds(event.occurred_at()).unwrap().to_string(),
    )])
}

/// What some spellings leave out, or say otherwise.
const LOST: &[(Spelling, &[&str])] = &[
    (Spelling::TriggersEmpty, &["triggers"]),
    (Spelling::SignalsAsMap, &["times"]),
    (
        Spelling::SignalsRelevantOnly,
        &[
            "charge",
            "times",
            "quantities",
            "limits",
            "doors",
            "capacity",
            "sold",
            "failed",
        ],
    ),
    (Spelling::OemUpdatedAtZero, &["times"]),
    (Spelling::SignalMetaEmpty, &["times"]),
    (Spelling::SignalMetaAbsent, &["times"]),
    (Spelling::ValuesAsObject, &["limits", "doors"]),
    (Spelling::CapacitiesMisspelled, &["sold"]),
    (Spelling::ChargeAsPercentage, &["charge"]),
    (Spelling::ContactSupport, &["resolutions"]),
    (Spelling::ResolvedBrief, &["resolutions"]),
    (Spelling::ErrorSignalsAbsent, &["scopes"]),
    (Spelling::ErrorBeforeV2, &["errors", "resolutions"]),
];

#[test]
fn each_spelling_says_the_same() {
    for &spelling in Spelling::ALL {
        let lost = LOST
            .iter()
            .find(|it| it.0 == spelling)
            .map_or(&[][..], |it| it.1);
        let mut changed = BTreeSet::new();
        let mut used = challenges().iter_mut().any(|it| spelling.respell(it));
        for sample in samples() {
            let mut body = sample.clone();
            let is_respelled = spelling.respell(&mut body);
            assert_eq!(is_respelled, body != sample, "{spelling}");
            used |= is_respelled;
            let (before, after) = (facts(&sample), facts(&body));
            let other = before.iter().filter(|it| after[it.0] != *it.1);
            changed.extend(other.map(|it| *it.0));
        }
        assert!(used, "{spelling} respells nothing");
        assert_eq!(changed, lost.iter().copied().collect(), "{spelling}");
    }
}

#[test]
fn a_spelling_has_a_name() {
    let names: BTreeSet<_> = Spelling::ALL.iter().map(|it| it.name()).collect();
    assert_eq!(names.len(), Spelling::ALL.len());
    for &spelling in Spelling::ALL {
        assert_eq!(spelling.name().parse::<Spelling>().unwrap(), spelling);
        assert_eq!(spelling.to_string(), spelling.name());
        let is_kebab = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
        assert!(spelling.name().chars().all(is_kebab));
    }
    let err = "Scheduled".parse::<Spelling>().unwrap_err();
    assert_eq!(err.to_string(), "no spelling has this name");
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(0),
        failure_persistence: None,
        ..ProptestConfig::default()
    })
}

fn several() -> impl Strategy<Value = Vec<Spelling>> {
    vec(select(Spelling::ALL), 3..=8)
}

fn respelled(body: &Value, spellings: &[Spelling]) -> Value {
    let mut body = body.clone();
    for spelling in spellings {
        spelling.respell(&mut body);
    }
    body
}

fn receiver() -> Dispatcher {
    async fn done<E>(_: Delivery<E>) -> Result<(), BoxError> {
        Ok(())
    }
    let router = EventRouter::new()
        .on(done::<VehicleState>)
        .on(done::<VehicleError>)
        .on(done::<Schedule>)
        .on(done::<Dynamic>)
        .on(done::<ChargingStarted>);
    let webhook = Webhook::builder(ManagementToken::new(TOKEN).unwrap());
    Dispatcher::new(webhook.without_idempotency().build(router))
}

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

#[test]
fn several_spellings_in_any_order_are_received() {
    let receiver = receiver();
    let runtime = runtime();
    let bodies = (select(samples()), several());
    let tried = runner(2000).run(&bodies, |(body, spellings)| {
        let key = |it: &Value| delivery(it.to_string()).idempotency_key();
        let odd = respelled(&body, &spellings);
        prop_assert_eq!(key(&odd), key(&body));
        let reply = runtime.block_on(receiver.send(&odd));
        prop_assert_eq!(reply.status(), 200);
        prop_assert_eq!(reply.outcome(), Some(Outcome::Handled));
        Ok(())
    });
    tried.unwrap();
}

/// As `openssl` computed it; see the fixtures.
const ANSWER: &str =
    r#"{"challenge":"f152e294d7a02e16669c3d9566bdb617ec8d4f45969aae9920f94b926ca4c208"}"#;

#[test]
fn challenges_are_answered_in_every_spelling() {
    let receiver = receiver();
    let runtime = runtime();
    let bodies = (select(challenges().to_vec()), several());
    let tried = runner(500).run(&bodies, |(body, spellings)| {
        let body = respelled(&body, &spellings);
        let unsigned = receiver.send_with_signature(body.to_string(), "");
        for reply in [
            runtime.block_on(unsigned),
            runtime.block_on(receiver.send(&body)),
        ] {
            prop_assert_eq!(reply.status(), 200);
            prop_assert_eq!(&**reply.body(), ANSWER.as_bytes());
        }
        Ok(())
    });
    tried.unwrap();
}

/// Whatever the body is, it is respelled or left as it is.
#[test]
fn no_spelling_panics() {
    let bodies = prop_oneof![
        mutation::delivery(),
        mutation::json().prop_map(|it| it.to_string())
    ];
    let tried = runner(300).run(&bodies, |body| {
        let Ok(mut body) = serde_json::from_str(&body) else {
            return Ok(());
        };
        let is_object = Value::is_object(&body);
        for spelling in Spelling::ALL {
            let before = body.clone();
            prop_assert_eq!(spelling.respell(&mut body), body != before);
        }
        prop_assert_eq!(body.is_object(), is_object);
        Ok(())
    });
    tried.unwrap();
}
