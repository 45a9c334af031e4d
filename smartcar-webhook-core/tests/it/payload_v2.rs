use smartcar_webhook_core::payload::v2::{ChargingStarted, Dynamic, Schedule};
use smartcar_webhook_core::payload::{EventType, Generation, Mode, Timestamp};
use smartcar_webhook_core::{ErrorKind, EventRouter, Outcome};
use tower::ServiceExt;

use crate::{delivery, fixture};

#[test]
fn an_event_as_documented() {
    let started = fixture("v2-event-based").read::<ChargingStarted>().unwrap();
    let envelope = started.envelope();
    assert_eq!(envelope.generation, Generation::V2);
    assert_eq!(envelope.event_type, Some(EventType::CHARGING_STARTED));
    assert_eq!(envelope.event_name.as_deref(), Some("eventBased"));
    assert_eq!(
        envelope.event_id.as_deref(),
        Some("e0000000-0000-4000-8000-000000000005")
    );
    assert_eq!(envelope.version.as_deref(), Some("2.0"));
    assert_eq!(
        envelope.webhook_id.as_deref(),
        Some("7e8d2a57-1f0e-4f0b-8f7d-3b9a5c0e2d10")
    );
    assert_eq!(envelope.mode, Some(Mode::LIVE));
    assert_eq!(
        envelope.vehicle_id(),
        Some("0B6F6A0E-6F0D-4F0E-8A53-5A5B1D0C7E11")
    );
    assert!(envelope.extra.is_empty() && started.extra.is_empty());
    assert_eq!(started.vehicle_id, "0B6F6A0E-6F0D-4F0E-8A53-5A5B1D0C7E11");
    assert_eq!(
        started.event_time.as_ref().unwrap().millis(),
        Some(1_772_402_388_120)
    );
}

#[test]
fn a_dynamic_delivery_as_documented() {
    let dynamic = fixture("v2-dynamic").read::<Dynamic>().unwrap();
    let [vehicle] = &dynamic.vehicles[..] else {
        panic!("{:?}", dynamic.vehicles);
    };
    assert_eq!(vehicle.vehicle_id, "0b6f6a0e-6f0d-4f0e-8a53-5a5b1d0c7e11");
    assert_eq!(
        vehicle.request_id.as_deref(),
        Some("91a6a1de-0f0e-4a39-9cb1-3c5e5d0f7001")
    );
    let battery = vehicle.endpoint_by_path("/battery").unwrap();
    assert!(battery.is_success());
    assert_eq!(
        battery.body().unwrap().as_str(),
        r#"{"range":283.244544,"percentRemaining":0.58}"#
    );
    assert_eq!(battery.error_body(), None);
    assert_eq!(
        battery.headers.get("SC-Data-Age"),
        Some("2026-03-01T21:58:06.000Z")
    );
    assert!(battery.extra.is_empty() && vehicle.extra.is_empty() && dynamic.extra.is_empty());
    assert!(vehicle.endpoint_by_path("/fuel").is_none());
    assert_eq!(dynamic.envelope().vehicle_id(), Some(&*vehicle.vehicle_id));
}

#[test]
fn a_scheduled_delivery_has_several_vehicles_and_errors() {
    let schedule = fixture("v2-schedule").read::<Schedule>().unwrap();
    assert_eq!(schedule.vehicles.len(), 2);
    assert_eq!(schedule.envelope().vehicles.len(), 2);
    assert_eq!(schedule.envelope().vehicle_id(), None);
    let battery = schedule.vehicles[0].endpoint_by_path("/battery").unwrap();
    assert_eq!(battery.code, Some(400));
    assert_eq!(battery.body(), None);
    assert!(
        battery
            .error_body()
            .unwrap()
            .as_str()
            .contains("AUTHENTICATION_FAILED")
    );
    assert_eq!(battery.headers.iter().count(), 0);
    let odometer = schedule.vehicles[0].endpoint_by_path("/odometer").unwrap();
    assert_eq!(odometer.headers.get("sc-unit-system"), Some("metric"));
    assert_eq!(odometer.headers.iter().count(), 3);
}

#[tokio::test]
async fn row_01_schedule_and_scheduled_are_one_kind() {
    let router = EventRouter::new().on(
        async |schedule: smartcar_webhook_core::Delivery<Schedule>| {
            assert!(!schedule.vehicles.is_empty());
            Ok::<_, smartcar_webhook_core::BoxError>(())
        },
    );
    for (name, sent) in [("v2-schedule", "schedule"), ("v2-scheduled", "scheduled")] {
        let delivery = fixture(name);
        assert_eq!(
            delivery
                .envelope()
                .event_type
                .as_ref()
                .map(EventType::as_str),
            Some(sent)
        );
        assert_eq!(
            router.clone().oneshot(delivery).await.unwrap(),
            Outcome::Handled
        );
    }
}

#[test]
fn row_27_the_time_of_an_event_has_two_names() {
    for (times, millis) in [
        (
            r#""eventTime":"2026-03-01T22:00:00Z""#,
            Some(1_772_402_400_000),
        ),
        (
            r#""timestamp":"2026-03-01T22:00:00Z""#,
            Some(1_772_402_400_000),
        ),
        (
            r#""timestamp":1,"eventTime":"2026-03-01T22:00:00Z""#,
            Some(1_772_402_400_000),
        ),
        (
            r#""eventTime":"2026-03-01T22:00:00Z","timestamp":1"#,
            Some(1_772_402_400_000),
        ),
        (r#""other":1"#, None),
    ] {
        let body = format!(
            r#"{{"eventName":"eventBased","payload":{{"vehicleId":"v1","eventType":"CHARGING_STARTED",{times}}}}}"#
        );
        let started = delivery(body).read::<ChargingStarted>().unwrap();
        assert_eq!(
            started.occurred_at().and_then(Timestamp::millis),
            millis,
            "{times}"
        );
    }
}

#[test]
fn names_that_are_not_known_are_types_of_their_own() {
    for (body, event_type) in [
        (
            r#"{"eventName":"diagnostics","payload":{"eventType":"DTC"}}"#,
            "diagnostics",
        ),
        (
            r#"{"eventName":"eventBased","payload":{"eventType":"TIRE_LOST"}}"#,
            "TIRE_LOST",
        ),
        (r#"{"eventName":"eventBased","payload":{}}"#, "eventBased"),
        (r#"{"eventName":"eventBased"}"#, "eventBased"),
    ] {
        let delivery = delivery(body);
        assert_eq!(
            delivery
                .envelope()
                .event_type
                .as_ref()
                .map(EventType::as_str),
            Some(event_type),
            "{body}"
        );
        assert_eq!(delivery.envelope().generation, Generation::V2);
    }
}

#[test]
fn what_makes_a_payload_must_be_there() {
    let cases = [
        (r#"{"eventName":"schedule"}"#, "payload"),
        (r#"{"eventName":"schedule","payload":[]}"#, "payload"),
        (
            r#"{"eventName":"schedule","payload":{"vehicles":{}}}"#,
            "payload.vehicles",
        ),
        (
            r#"{"eventName":"schedule","payload":{"vehicles":[{"vehicleId":"v1"},{}]}}"#,
            "payload.vehicles[1].vehicleId",
        ),
    ];
    for (body, path) in cases {
        let err = delivery(body).read::<Schedule>().unwrap_err();
        assert_eq!((err.kind(), err.path()), (ErrorKind::Misfit, Some(path)));
        assert_eq!(
            err.to_string(),
            format!("payload does not have the expected shape at `{path}`")
        );
    }
    let err = delivery(r#"{"eventName":"eventBased","payload":{}}"#).read::<ChargingStarted>();
    assert_eq!(err.unwrap_err().path(), Some("payload.vehicleId"));
}

#[test]
fn what_no_field_is_known_for_survives() {
    let body = r#"{"eventName":"schedule","new":0,"payload":{"new":1,"vehicles":[{"vehicleId":"v1","new":2,"data":[
        {"new":3,"path":"/vin","headers":{"sc-new":"4","sc-odd":[5]}}]}]}}"#;
    let schedule = delivery(body).read::<Schedule>().unwrap();
    let vehicle = &schedule.vehicles[0];
    let endpoint = &vehicle.data[0];
    let kept = [
        &schedule.envelope().extra,
        &schedule.extra,
        &vehicle.extra,
        &endpoint.extra,
    ];
    for (number, extra) in kept.into_iter().enumerate() {
        assert_eq!(extra.get("new").unwrap().as_str(), number.to_string());
    }
    assert_eq!(endpoint.headers.get("sc-new"), Some("4"));
    assert_eq!(endpoint.extra.get("headers").unwrap().as_str(), "[5]");
}

#[test]
fn a_response_without_a_status_is_taken_for_a_success() {
    let data = r#"{"path":"/vin","body":1},{"path":"fuel","code":204,"body":2},{"path":"/odometer","code":409,"body":3}"#;
    let body = format!(
        r#"{{"eventName":"dynamic","payload":{{"vehicles":[{{"vehicleId":"v1","data":[{data}]}}]}}}}"#
    );
    let dynamic = delivery(body).read::<Dynamic>().unwrap();
    let vehicle = &dynamic.vehicles[0];
    assert!(vehicle.endpoint_by_path("/vin").unwrap().body().is_some());
    assert!(vehicle.endpoint_by_path("/fuel").unwrap().body().is_some());
    assert!(
        vehicle
            .endpoint_by_path("odometer")
            .unwrap()
            .error_body()
            .is_some()
    );
}
