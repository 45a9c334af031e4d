use smartcar_webhook_core::endpoint::{
    Battery, Charge, Diagnostics, Endpoint, Fuel, KnownEndpoint, Location, NominalCapacity,
    Odometer, OpeningStatus, Security, ServiceHistory, TirePressure, TroubleCodes, VehicleInfo,
    Vin,
};
use smartcar_webhook_core::payload::v2::{Dynamic, UnitSystem};
use smartcar_webhook_core::payload::{ErrorCode, ErrorType, ResolutionType, Unread};
use smartcar_webhook_core::signal::body::ChargingStatus;
use smartcar_webhook_core::{Delivery, Unit};

use crate::delivery;

/// A delivery with one response.
fn response(item: &str) -> Delivery<Dynamic> {
    let vehicle = format!(r#"{{"vehicleId":"v1","requestId":"r1","data":[{item}]}}"#);
    delivery(format!(
        r#"{{"eventName":"dynamic","payload":{{"vehicles":[{vehicle}]}}}}"#
    ))
    .read()
    .unwrap()
}

fn body<E: Endpoint>(body: &str) -> E {
    let path = E::PATH;
    let dynamic = response(&format!(r#"{{"path":"{path}","code":200,"body":{body}}}"#));
    let response = dynamic.vehicles[0].endpoint::<E>().unwrap();
    response.into_body().unwrap_or_else(|err| panic!("{err}"))
}

#[test]
fn bodies_of_every_path_are_typed() {
    let battery: Battery = body(r#"{"percentRemaining":0.3,"range":40.5}"#);
    assert_eq!(
        (battery.percent_remaining, battery.range),
        (Some(0.3), Some(40.5))
    );
    let charge: Charge = body(r#"{"isPluggedIn":true,"state":"FULLY_CHARGED"}"#);
    assert_eq!(charge.state, Some(ChargingStatus::FULLY_CHARGED));
    let place: Location = body(r#"{"latitude":57.7087,"longitude":11.9751}"#);
    assert_eq!(*place.longitude, 11.9751);
    assert!(!format!("{place:?}").contains("11."));
    let fuel: Fuel = body(r#"{"percentRemaining":0.3,"amountRemaining":null,"range":210}"#);
    assert_eq!((fuel.amount_remaining, fuel.range), (None, Some(210.0)));
    let vin: Vin = body(r#"{"vin":"YSMVIN00000000001"}"#);
    assert!(!format!("{vin:?}").contains("YSM"));
    let capacity: NominalCapacity = body(
        r#"{"availableCapacities":[{"capacity":70.9,"description":null}],"capacity":{"nominal":80.9,"source":"SMARTCAR"},"url":null}"#,
    );
    assert_eq!(capacity.capacity.unwrap().nominal, Some(80.9));
    let none: NominalCapacity =
        body(r#"{"availableCapacities":[],"capacity":null,"url":"https://example.com"}"#);
    assert!(none.capacity.is_none() && none.url.is_some());
    let security: Security = body(
        r#"{"isLocked":false,"doors":[{"type":"frontLeft","status":"CLOSED"},{"type":"backLeft","status":"LOCKED"}],"windows":[],"sunroof":[],"storage":[],"chargingPort":[]}"#,
    );
    assert_eq!(security.doors[1].status, Some(OpeningStatus::LOCKED));
    let systems: Diagnostics = body(
        r#"{"systems":[{"systemId":"SYSTEM_MIL","status":"OK","description":null},{"systemID":"SYSTEM_ABS","status":"ALERT"}]}"#,
    );
    let ids: Vec<_> = systems
        .systems
        .iter()
        .map(|it| it.system_id().unwrap().as_str())
        .collect();
    assert_eq!(ids, ["SYSTEM_MIL", "SYSTEM_ABS"]);
    let codes: TroubleCodes = body(
        r#"{"activeCodes":[{"code":"P0300","timestamp":"2024-09-05T14:48:00.000Z"},{"code":"P0420","timestamp":null}]}"#,
    );
    assert_eq!(
        codes.active_codes[0].timestamp.as_ref().unwrap().millis(),
        Some(1_725_547_680_000)
    );
    assert!(codes.active_codes[1].timestamp.is_none());
}

#[test]
fn the_service_history_is_one_record_or_a_list() {
    let one: ServiceHistory = body(
        r#"{"serviceId":null,"odometerDistance":46047.22,"serviceDate":"2023-06-28T22:21:41.583Z","serviceTasks":[{"taskId":"3262","taskDescription":"Task"}],"serviceDetails":[{"type":"A","value":null}],"serviceCost":{"totalCost":null,"currency":null}}"#,
    );
    assert_eq!(one.records.len(), 1);
    assert_eq!(one.records[0].odometer_distance, Some(46047.22));
    let list: ServiceHistory = body(
        r#"[{"serviceId":12345,"serviceTasks":[{"taskId":1}],"serviceDetails":{"type":"dealership"},"serviceCost":{"totalCost":100,"currency":"USD"}},{}]"#,
    );
    assert_eq!(list.records.len(), 2);
    assert_eq!(list.records[0].service_id.as_deref(), Some("12345"));
    assert_eq!(
        list.records[0].service_cost.as_ref().unwrap().total_cost,
        Some(100.0)
    );
}

#[test]
fn headers_are_typed_and_metric_is_the_default() {
    let item = |headers: &str| {
        response(&format!(
            r#"{{"path":"/odometer","code":200,"body":{{"distance":5}}{headers}}}"#
        ))
    };
    let imperial = item(
        r#","headers":{"SC-Data-Age":"2026-03-01T22:00:00.000Z","sc-fetched-at":"2026-03-01T22:00:05.000Z","sc-unit-system":"imperial"}"#,
    );
    let odometer = imperial.vehicles[0].endpoint::<Odometer>().unwrap();
    assert_eq!(
        odometer.data_age().unwrap().millis(),
        Some(1_772_402_400_000)
    );
    assert_eq!(
        odometer.fetched_at().unwrap().millis(),
        Some(1_772_402_405_000)
    );
    let units = odometer.unit_system();
    assert_eq!(units, UnitSystem::IMPERIAL);
    assert_eq!(
        (units.distance(), units.volume(), units.pressure()),
        (Some(Unit::MILES), Some(Unit::GALLONS), Some(Unit::PSI))
    );
    for headers in [
        "",
        r#","headers":{}"#,
        r#","headers":{"sc-unit-system":"furlongs"}"#,
    ] {
        let other = item(headers);
        let odometer = other.vehicles[0].endpoint::<Odometer>().unwrap();
        assert_eq!(
            odometer.unit_system().distance(),
            (!headers.contains("furlongs")).then_some(Unit::KILOMETERS),
            "{headers}"
        );
        assert!(odometer.data_age().is_none());
    }
}

#[test]
fn errors_of_endpoints_are_typed_in_every_form() {
    let error = |body: &str| {
        let dynamic = response(&format!(r#"{{"path":"/fuel","code":403,"body":{body}}}"#));
        let fuel = dynamic.vehicles[0].endpoint::<Fuel>().unwrap();
        assert!(matches!(fuel.body(), Err(Unread::Failed { .. })));
        fuel.error().unwrap()
    };
    for (resolution, known) in [
        (r#""REAUTHENTICATE""#, Some(ResolutionType::REAUTHENTICATE)),
        (
            r#"{"type":"REAUTHENTICATE","url":"https://example.com"}"#,
            Some(ResolutionType::REAUTHENTICATE),
        ),
        (
            r#"{"type":"REAUTHENTICATE"}"#,
            Some(ResolutionType::REAUTHENTICATE),
        ),
        (r#"{"type":null}"#, None),
        ("null", None),
    ] {
        let error = error(&format!(
            r#"{{"type":"PERMISSION","code":null,"statusCode":403,"resolution":{resolution}}}"#
        ));
        assert_eq!(error.error_type, ErrorType::PERMISSION);
        assert_eq!(error.status_code, Some(403));
        assert_eq!(error.resolution.and_then(|it| it.resolution_type), known);
    }
    let asleep =
        error(r#"{"type":"VEHICLE_STATE","code":"ASLEEP","detail":[{"capacities":[83.9]}]}"#);
    assert_eq!(asleep.code, Some(ErrorCode::ASLEEP));
    assert!(asleep.detail.is_some());
    let old = error(r#"{"error":"vehicle_state_error","message":"Door is open.","code":"VS_000"}"#);
    assert_eq!(old.error.as_deref(), Some("vehicle_state_error"));
    assert_eq!(old.code.unwrap().as_str(), "VS_000");
    assert!(error("null").error_type.as_str().is_empty());
    assert!(error("[7]").error_type.as_str().is_empty());
}

#[test]
fn what_does_not_fit_costs_one_response() {
    let dynamic = response(
        r#"{"path":"/odometer","code":200,"body":{"distance":"far"}},{"path":"/vin","code":200},{"path":"/tires/pressure","code":200,"body":{"frontLeft":219}}"#,
    );
    let vehicle = &dynamic.vehicles[0];
    let odometer = vehicle.endpoint::<Odometer>().unwrap();
    let Err(Unread::Misfit(err)) = odometer.body() else {
        panic!("{:?}", odometer.body());
    };
    assert_eq!(err.path(), Some("distance"));
    assert_eq!(
        odometer.sent_body().unwrap().as_str(),
        r#"{"distance":"far"}"#
    );
    assert!(matches!(
        vehicle.endpoint::<Vin>().unwrap().body(),
        Err(Unread::Empty)
    ));
    let tires = vehicle
        .endpoint::<TirePressure>()
        .unwrap()
        .into_body()
        .unwrap();
    assert_eq!((tires.front_left, tires.back_left), (Some(219.0), None));
    assert!(vehicle.endpoint::<Battery>().is_none());
}

#[test]
fn known_endpoints_are_found_by_path() {
    assert_eq!(KnownEndpoint::all().len(), 17);
    for known in KnownEndpoint::all() {
        assert!(known.path().starts_with('/'));
        assert_eq!(
            KnownEndpoint::by_path(known.path()).unwrap().path(),
            known.path()
        );
    }
    assert_eq!(
        KnownEndpoint::by_path("battery").unwrap().path(),
        "/battery"
    );
    assert!(KnownEndpoint::by_path("/tesla/compass").is_none());
}

/// The path of the vehicle itself is a slash, and none is none.
#[test]
fn a_response_without_a_path_is_of_no_endpoint() {
    let nameless = response(r#"{"code":200,"body":{"id":"v1"}}"#);
    assert!(nameless.vehicles[0].endpoint::<VehicleInfo>().is_none());
    assert!(KnownEndpoint::by_path("").is_none());
    let named = response(r#"{"path":"/","code":200,"body":{"id":"v1"}}"#);
    let info = named.vehicles[0].endpoint::<VehicleInfo>().unwrap();
    assert_eq!(info.into_body().unwrap().id.as_deref(), Some("v1"));
}

#[test]
fn of_headers_that_repeat_the_last_one_counts() {
    let headers = r#"{"sc-unit-system":"imperial","sc-unit-system":"metric"}"#;
    let repeated = response(&format!(
        r#"{{"path":"/vin","code":200,"headers":{headers}}}"#
    ));
    let headers = &repeated.vehicles[0].data[0].headers;
    assert_eq!(headers.unit_system(), UnitSystem::METRIC);
    assert_eq!(headers.iter().count(), 1);
}
