//! Bodies are what the library reads.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::payload::v2::{Dynamic, Schedule};
use crate::payload::v4::{VehicleError, VehicleState};
use crate::payload::{Delivery, Mode, Timestamp};
use crate::testing::simulator::vehicle::{Change, Vehicle};

static CALENDAR: Calendar = Calendar::natural(1_772_402_400_000);

const STAMP: Stamp<'static> = Stamp {
    event_id: "e1",
    delivery_id: "d1",
    webhook_id: "w1",
    webhook_name: "Fleet",
    calendar: &CALENDAR,
    at_ms: 1_772_402_400_000,
};

const PATHS: [&str; 12] = [
    "/",
    "/battery",
    "/battery/capacity",
    "/charge",
    "/charge/limit",
    "/engine/oil",
    "/fuel",
    "/location",
    "/odometer",
    "/security",
    "/tires/pressure",
    "/vin",
];

fn delivery(body: &Value) -> Delivery {
    let delivery = Delivery::assume_verified(body.to_string().into()).unwrap();
    assert_eq!(delivery.drift(), [], "{body}");
    delivery
}

/// Every so many changes of many vehicles, and all their errors.
fn sampled(mut each: impl FnMut(&Stamp<'_>, &Vehicle, &Change)) {
    for number in 0..40 {
        let mut vehicle = Vehicle::new(3, number);
        let mut turn = 0;
        while vehicle.next_change() < Duration::from_secs(21 * 86_400) {
            let at = vehicle.next_change();
            let at_ms = STAMP.millis(at);
            for change in vehicle.change() {
                turn += 1;
                let is_sampled = match change {
                    Change::Error(_) => true,
                    Change::Charging(_) => turn % 13 == 0,
                    Change::Signals(_) => turn % 151 == 0,
                };
                if is_sampled {
                    each(&Stamp { at_ms, ..STAMP }, &vehicle, &change);
                }
            }
        }
    }
}

#[test]
fn what_happens_is_read_as_it_was_told() {
    let codes: Vec<_> = Vehicle::codes().collect();
    let mut read = BTreeSet::new();
    sampled(|stamp, vehicle, change| {
        let cause = match change {
            Change::Error(trouble) => {
                let body = vehicle_error(stamp, vehicle, trouble);
                let error = delivery(&body).read::<VehicleError>().unwrap();
                assert_eq!(error.errors[0].error_type.as_str(), trouble.kind.error_type);
                assert_eq!(error.errors[0].is_resolved(), trouble.is_resolved);
                return;
            }
            Change::Charging(event) => {
                let body = charging(stamp, vehicle, event);
                let delivery = delivery(&body);
                assert_eq!(delivery.envelope().event_type, Some((*event).into()));
                return;
            }
            Change::Signals(codes) => Cause::Signals(codes),
        };
        let body = vehicle_state(stamp, vehicle, &codes, cause);
        assert!(body.to_string().len() < 50_000);
        let state = delivery(&body).read::<VehicleState>().unwrap();
        assert_eq!(state.signals.len(), codes.len());
        let Cause::Signals(changed) = cause else {
            unreachable!()
        };
        assert_eq!(state.triggers.len(), changed.len());
        for code in changed {
            let signal = state.signal_by_code(code).unwrap();
            let recorded = signal.meta.oem_updated_at().and_then(Timestamp::millis);
            assert_eq!(recorded, Some(stamp.at_ms), "{code}");
        }
        read.extend(
            state
                .signals
                .iter()
                .filter(|it| it.body().is_some())
                .map(|it| it.code().to_string()),
        );
    });
    assert_eq!(read.len(), codes.len());
}

#[test]
fn endpoints_answer_or_say_why_not() {
    let mut answers = BTreeSet::new();
    let other = Vehicle::new(3, 99);
    sampled(|stamp, vehicle, _| {
        let body = vehicles("schedule", stamp, &[vehicle, &other], &PATHS);
        let read = delivery(&body).read::<Schedule>().unwrap();
        let ids: Vec<_> = read
            .vehicles
            .iter()
            .map(|it| it.vehicle_id.as_str())
            .collect();
        assert_eq!(ids, [vehicle.id(), other.id()]);
        for response in read.vehicles.iter().flat_map(|it| it.data.iter()) {
            answers.insert((response.path.to_string(), response.code));
        }
        let body = vehicles("dynamic", stamp, &[vehicle], &["/battery"]);
        assert_eq!(delivery(&body).read::<Dynamic>().unwrap().vehicles.len(), 1);
    });
    for path in PATHS {
        assert!(
            answers.iter().any(|it| it.0 == path && it.1 == Some(200)),
            "{path}"
        );
    }
    for status in [400, 403, 409, 500, 501, 502] {
        assert!(answers.iter().any(|it| it.1 == Some(status)), "{status}");
    }
}

#[test]
fn a_vehicle_begins_with_all_its_signals_and_the_error_of_the_others() {
    let codes: Vec<_> = Vehicle::codes().collect();
    for number in 0..40 {
        let vehicle = Vehicle::new(3, number);
        let body = vehicle_state(&STAMP, &vehicle, &codes, Cause::FirstDelivery);
        let state = delivery(&body).read::<VehicleState>().unwrap();
        assert!(state.is_first_delivery());
        let lacking = codes.iter().filter(|it| !vehicle.supports(it)).count();
        let trouble = vehicle.incompatibility(&codes).unwrap();
        assert_eq!(trouble.signals.len(), lacking);
        for code in &trouble.signals {
            assert!(state.signal_by_code(code).unwrap().body().is_none());
        }
        let body = vehicle_error(&STAMP, &vehicle, &trouble);
        delivery(&body).read::<VehicleError>().unwrap();
    }
}

#[test]
fn the_test_button_names_a_vehicle_that_exists_nowhere() {
    let body = sample(&STAMP, &["odometer-traveleddistance"]);
    let delivery = delivery(&body);
    let state = delivery.read::<VehicleState>().unwrap();
    assert_eq!(state.vehicle.mode, Some(Mode::TEST));
    assert!(state.triggers.is_empty());
    assert_eq!(body["meta"]["mode"], "TEST");
}

#[test]
fn challenges_are_as_captured() {
    let body = verify(&STAMP, "nsQsLU7wY9WKt2IU");
    let meta = json!({"version": "4.0", "webhookId": "w1", "webhookName": "Fleet", "deliveryId": "d1", "deliveredAt": STAMP.at_ms});
    let challenge = json!({"challenge": "nsQsLU7wY9WKt2IU"});
    assert_eq!(
        body,
        json!({"eventId": "e1", "eventType": "VERIFY", "data": challenge, "meta": meta})
    );
    assert_eq!(
        v2_verify(&STAMP, "nsQsLU7wY9WKt2IU"),
        json!({"version": "2.0", "webhookId": "w1", "eventName": "verify", "payload": challenge})
    );
}
