//! What is signed and delivered.

use serde_json::{Value, json};
use smartcar_webhook_core::endpoint::{Battery, Charge, Location, Odometer};
use smartcar_webhook_core::signal::{
    ChargeIsCharging, LocationPreciseLocation, OdometerTraveledDistance,
    TractionBatteryStateOfCharge, WheelTires,
};
use smartcar_webhook_core::testing::{
    charging_completed, charging_started, charging_stopped, dynamic, schedule, vehicle_error,
    vehicle_state,
};

/// Spellings that a program which parses a body and writes it again may change.
const SPELLINGS: &[&str] = &[
    "{}",
    r#"{"pizza":"pasta"}"#,
    "\t{ \"b\" : 1 ,\r\n \"a\" : [ true , null ] }\n",
    r#"{"10":"ten","9":"nine","b":2,"a":1}"#,
    r#"{"a":1,"b":2,"a":3}"#,
    r#"{"__proto__":{"a":1},"constructor":null,"":""}"#,
    r#"{"numbers":[1.0,1e2,1E+2,-0,-0.0,0.1,0.30000000000000004,5e-7,1e21,1e400,123456789012345678901234567890]}"#,
    r#"{"escapes":"\u00eb\/\b\f\n\r\t\\\"\u0000\u001f\u007f\u2028\ud83d\ude97\ud800"}"#,
    "{\"plain\":\"Citroën ë-C4 漢 🚗 \u{7f}\u{2028}\u{feff}\"}",
    r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v1","model":"\u00eb-C4"},"signals":[{"code":"odometer-traveleddistance","body":{"value":1.20e4,"unit":"km"}}]}}"#,
];

/// Deliveries in every shape known, and in odd spellings.
pub(crate) fn bodies() -> Vec<String> {
    let fixtures = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../smartcar-webhook-core/tests/fixtures"
    );
    let files = std::fs::read_dir(fixtures).unwrap();
    let files = files.map(|it| it.unwrap().path());
    let files = files.filter(|it| it.extension().is_some_and(|it| it == "json"));
    let fixtures: Vec<_> = files
        .map(|it| std::fs::read_to_string(it).unwrap())
        .collect();
    assert!(!fixtures.is_empty());
    let spellings = SPELLINGS.iter().map(|&it| it.to_owned());
    fixtures.into_iter().chain(spellings).collect()
}

/// One event of each builder at least, with all that a builder may put into it.
pub(crate) fn built() -> Vec<Value> {
    let state = vehicle_state()
        .signal::<TractionBatteryStateOfCharge>(78.0)
        .signal::<OdometerTraveledDistance>(12_345.678)
        .signal::<ChargeIsCharging>(true)
        .signal::<LocationPreciseLocation>(json!({
            "latitude": 0.000_000_5, "longitude": -180.0, "heading": -0.0,
        }))
        .failed::<WheelTires>("COMPATIBILITY", "VEHICLE_NOT_CAPABLE")
        .with("/data/vehicle/model", "ë-C4 漢 🚗 \u{1}\u{2028}\"/")
        .with(
            "/numbers",
            vec![1e15, 1e16, 1e20, 1e21, 1e-6, 1e-7, 1.5e300, 0.1 + 0.2],
        );
    let error = vehicle_error("CONNECTED_SERVICES_ACCOUNT", "")
        .of::<LocationPreciseLocation>()
        .resolution("REAUTHENTICATE");
    let battery = json!({"percentRemaining": 1.0, "range": 283.2});
    let scheduled =
        schedule()
            .response::<Battery>(battery)
            .failed::<Odometer>(409, "VEHICLE_STATE", "ASLEEP");
    let charge = json!({"isPluggedIn": true, "state": "CHARGING"});
    let place = json!({"latitude": 57.7087, "longitude": 11.0});
    let dynamic = dynamic()
        .response::<Charge>(charge)
        .response::<Location>(place)
        .imperial();
    vec![
        vehicle_state().first_delivery().to_value(),
        state.to_value(),
        error.to_value(),
        error.seed(1).resolved().to_value(),
        charging_started().to_value(),
        charging_stopped().seed(2).to_value(),
        charging_completed().seed(3).to_value(),
        scheduled.to_value(),
        dynamic.to_value(),
    ]
}

/// Challenges of both generations, each with its text.
pub(crate) fn challenges() -> Vec<(String, Value)> {
    let longest = "é".repeat(256);
    let texts = [
        "challenge",
        "nsQsLU7wY9WKt2IU",
        "3a5c8f72-e6d9-4b1a-9f2e-8c7d6a5b4e3f",
        "<random-string>",
        " of several words ",
        r"\u0063 and /",
        "Zürich-é-漢-😀\u{2028}",
        &longest,
        "",
    ];
    let both = texts.map(|text| {
        [
            json!({"eventId": "e1", "eventType": "VERIFY", "data": {"challenge": text}}),
            json!({"version": "2.0", "eventName": "verify", "payload": {"challenge": text}}),
        ]
        .map(|body| (text.to_owned(), body))
    });
    both.into_iter().flatten().collect()
}
