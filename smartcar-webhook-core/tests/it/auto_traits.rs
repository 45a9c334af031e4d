use std::fmt::Debug;

use smartcar_webhook_core::freshness::{
    Freshness, FreshnessTracker, MemoryWatermarks, Watermark, Watermarks,
};
use smartcar_webhook_core::layer::{Filter, Filtered, InLane, Lanes};
use smartcar_webhook_core::payload::{
    ApiError, Drift, DriftKind, Envelope, ErrorCode, ErrorType, EventType, Extra, Generation, Mode,
    Personal, Raw, RawJson, Resolution, ResolutionType, Reveal, Text, Timestamp, Unread,
    VehicleRef, v2, v4,
};
use smartcar_webhook_core::signal::body;
use smartcar_webhook_core::testing::conformance;
use smartcar_webhook_core::{
    Delivery, Error, ErrorKind, ErrorRouter, EventRouter, Failures, HttpService, Keyring,
    ManagementToken, Outcome, Route, SharedKeyring, SignalRouter, Signature, TokenError, Unit,
    Unverified, Verifier, Webhook, endpoint, signal, snapshot, testing,
};

macro_rules! all {
    ($($type:ty),* $(,)?) => {$(
        const _: fn() = || {
            fn is<T: Clone + Debug + Send + Sync + 'static>() {}
            is::<$type>();
        };
    )*};
}

all![
    ApiError,
    Delivery,
    Delivery<v4::VehicleState>,
    Drift,
    DriftKind,
    Envelope,
    Error,
    ErrorCode,
    ErrorKind,
    ErrorRouter,
    ErrorType,
    EventRouter,
    EventType,
    Extra,
    Failures,
    Filter,
    Filtered<EventRouter>,
    Freshness,
    FreshnessTracker<SignalRouter>,
    Generation,
    HttpService,
    InLane<EventRouter>,
    Keyring,
    Lanes,
    ManagementToken,
    MemoryWatermarks,
    Mode,
    Outcome,
    Personal,
    Raw,
    RawJson,
    Resolution,
    ResolutionType,
    Reveal<Delivery>,
    Route,
    SharedKeyring,
    Signature,
    Text,
    Timestamp,
    TokenError,
    VehicleRef,
    Unverified<'static>,
    Verifier,
    Watermark,
    Watermarks,
    Webhook,
    Unit,
    body::AvailableCapacity,
    body::BatteryHealth,
    body::BatteryRange,
    body::CapacitySource,
    body::ChargeCondition,
    body::ChargeCost,
    body::ChargeLimit,
    body::ChargeLimits,
    body::ChargePlace,
    body::ChargeRecord,
    body::ChargeSchedule,
    body::ChargeTimer,
    body::ChargingStatus,
    body::ChargingType,
    body::Count,
    body::Cover,
    body::Day,
    body::DepartureTimer,
    body::Door,
    body::Doors,
    body::DriveMode,
    body::Gear,
    body::Lid,
    body::LocationType,
    body::NominalCapacity,
    body::PreciseLocation,
    body::Quantity,
    body::RangeEstimate,
    body::RangeType,
    body::RuleType,
    body::ScheduleType,
    body::ServiceCost,
    body::ServiceDetail,
    body::ServiceRecord,
    body::ServiceTask,
    body::SystemHealth,
    body::SystemStatus,
    body::Tire,
    body::Tires,
    body::TroubleCode,
    body::Value<bool>,
    body::Values<bool>,
    body::Window,
    body::Windows,
    endpoint::Battery,
    endpoint::BatteryCapacity,
    endpoint::Charge,
    endpoint::ChargeLimit,
    endpoint::ChosenCapacity,
    endpoint::DiagnosedSystem,
    endpoint::Diagnostics,
    endpoint::EngineOil,
    endpoint::Fuel,
    conformance::Case,
    conformance::Departure,
    endpoint::KnownEndpoint,
    endpoint::Location,
    endpoint::NominalCapacity,
    endpoint::Odometer,
    endpoint::Opening,
    endpoint::OpeningStatus,
    endpoint::Permissions,
    endpoint::Response<'static, endpoint::Battery>,
    endpoint::Security,
    endpoint::ServiceCost,
    endpoint::ServiceHistory,
    endpoint::ServiceRecord,
    endpoint::ServiceTask,
    endpoint::TirePressure,
    endpoint::TroubleCodes,
    endpoint::VehicleInfo,
    endpoint::Vin,
    signal::ChargeIsCharging,
    signal::KnownSignal,
    signal::Reading<'static, signal::ChargeIsCharging>,
    signal::SignalReading<signal::ChargeIsCharging>,
    SignalRouter,
    Unread,
    testing::ChargingBuilder,
    testing::Dispatcher,
    testing::Reply,
    testing::VehicleErrorBuilder,
    testing::VehicleStateBuilder,
    testing::VehiclesBuilder,
    snapshot::Coordinates,
    snapshot::Observed<f64>,
    snapshot::Snapshot,
    snapshot::TirePressure,
    v2::ChargingCompleted,
    v2::ChargingStarted,
    v2::ChargingStopped,
    v2::Dynamic,
    v2::EndpointResponse,
    v2::Headers,
    v2::Schedule,
    v2::UnitSystem,
    v2::VehicleData,
    v4::ErrorState,
    v4::Meta,
    v4::Powertrain,
    v4::ReportedError,
    v4::Scope<'static>,
    v4::Signal,
    v4::SignalError,
    v4::SignalMeta,
    v4::SignalRef,
    v4::SignalStatus,
    v4::StatusValue,
    v4::Trigger,
    v4::TriggerKind,
    v4::User,
    v4::Vehicle,
    v4::VehicleError,
    v4::VehicleState,
];

/// The list above leaves no public type out.
#[test]
fn every_public_type_is_listed() {
    let listed = include_str!("auto_traits.rs");
    for file in crate::house::sources() {
        let text = std::fs::read_to_string(&file).unwrap();
        for line in text.lines() {
            let mut words = line.split_whitespace();
            if words.next() != Some("pub") || !matches!(words.next(), Some("struct" | "enum")) {
                continue;
            }
            let name = words.next().unwrap();
            let name = name.split(|it: char| !it.is_alphanumeric()).next().unwrap();
            let is_listed = listed.lines().any(|it| {
                let it = it.trim().trim_end_matches(',').split('<').next().unwrap();
                it.rsplit("::").next() == Some(name)
            });
            assert!(is_listed || name.is_empty(), "{name} of {}", file.display());
        }
    }
}
