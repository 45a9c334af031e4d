//! What `Debug` shows of a payload.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use serde_json::{Value, json};
use smartcar_webhook_core::payload::v4::{VehicleError, VehicleState};
use smartcar_webhook_core::payload::{Event, RawJson, v2};
use smartcar_webhook_core::signal::{LocationPreciseLocation, VehicleIdentificationVin};
use smartcar_webhook_core::{Delivery, endpoint};

use crate::deliveries::paths;
use crate::hygiene::assert_clean;
use crate::lossless::{BODIES, body_of};
use crate::{fixture, fixtures};

/// `Debug` of a delivery in every form, and what is derived from it.
fn debug(delivery: &Delivery) -> String {
    fn read<E: Event + Debug>(delivery: &Delivery) -> String {
        format!("{:?}", delivery.read::<E>())
    }
    [
        format!("{delivery:?} {:?}", delivery.drift()),
        read::<VehicleState>(delivery),
        read::<VehicleError>(delivery),
        read::<v2::Schedule>(delivery),
        read::<v2::ChargingStarted>(delivery),
    ]
    .concat()
}

/// A mark in place of a value, as a text, as a number, where neither fits, and beside what there is.
fn marked(value: &Value) -> Vec<Value> {
    let mut marked = vec![json!("M4RK"), json!(31337), json!({"at": "M4RK"})];
    let mut with = value.clone();
    match &mut with {
        Value::Object(members) => drop(members.insert("unknown".to_owned(), "M4RK".into())),
        Value::Array(items) => items.push("M4RK".into()),
        _ => return marked,
    }
    marked.push(with);
    marked
}

/// The places of a value that `Debug` shows, by the place of what they are in.
fn shown(
    name: &str,
    whole: &Value,
    debug: impl Fn(String) -> Option<String>,
    shown: &mut BTreeMap<String, BTreeSet<String>>,
) {
    let mut places = Vec::new();
    paths(whole, "", &mut places);
    let mut tried = BTreeSet::new();
    for path in places {
        // One item of a list stands for all.
        let words = path.split('/').filter(|it| it.parse::<usize>().is_err());
        let place = format!("{name}{}", words.collect::<Vec<_>>().join("/"));
        if !tried.insert(place.clone()) {
            continue;
        }
        for mark in marked(whole.pointer(&path).unwrap()) {
            let mut body = whole.clone();
            *body.pointer_mut(&path).unwrap() = mark;
            let text = debug(body.to_string()).unwrap_or_default();
            if text.contains("M4RK") || text.contains("31337") {
                let (parent, member) = place.rsplit_once('/').unwrap();
                let members = shown.entry(parent.to_owned()).or_default();
                members.insert(member.to_owned());
            }
        }
    }
}

/// The places that are shown, each behind the place it is in; below bodies, behind their code or path.
const SHOWN: &str = "
/: id make model year
/battery: percentRemaining range
/battery/capacity: capacity
/battery/nominal_capacity/availableCapacities: capacity description
/battery/nominal_capacity/capacity: nominal source
/charge: state
/charge/limit: limit
/diagnostics/dtcs/activeCodes: code timestamp
/diagnostics/system_status/systems: description status systemId
/engine/oil: lifeRemaining
/fuel: amountRemaining percentRemaining range
/odometer: distance
/permissions: permissions
/security/chargingPort: status type
/security/doors: status type
/security/storage: status type
/security/sunroof: status type
/security/windows: status type
/service/history: odometerDistance serviceDate serviceId
/service/history/serviceCost: currency totalCost
/service/history/serviceTasks: taskDescription taskId
/tires/pressure: backLeft backRight frontLeft frontRight
charge-amperage: unit value
charge-chargelimits: activeLimit unit
charge-chargelimits/values: limit type
charge-chargelimits/values/condition: chargingType connectorType
charge-chargerecords/values: chargingType connectorType endStateOfCharge endTime energyAdded id startStateOfCharge startTime
charge-chargerecords/values/cost: currency energyAmount otherAmount
charge-chargerphases: unit value
charge-chargetimers/values: scheduleId scheduleType type
charge-chargetimers/values/condition: chargingType connectorType
charge-chargetimers/values/departureTimers: days time
charge-chargetimers/values/schedules: days end start
charge-detailedchargingstatus: value
closure-doors: columnCount rowCount
closure-doors/values: column row
closure-windows: columnCount rowCount
closure-windows/values: column row
diagnostics-abs: description status
diagnostics-dtclist/values: code timestamp
location-preciselocation: direction heading locationType
service-records/values: id odometer time
service-records/values/cost: amount currency
service-records/values/details: description id
service-records/values/tasks: description id
tractionbattery-nominalcapacity: capacity source unit
tractionbattery-nominalcapacity/availableCapacities: capacity description
tractionbattery-range: type unit value
tractionbattery-range/additionalValues: type value
transmission-drivemode: canonical oemDisplayName
unknown: eventId eventType
unknown/data/vehicle: id make model year
unknown/meta: deliveredAt deliveryId mode version webhookId webhookName
v2: eventName mode version webhookId
v2/payload: eventId eventTime eventType timestamp vehicleId
v2/payload/vehicles: requestId vehicleId
v2/payload/vehicles/data: code path
v2/payload/vehicles/data/headers: sc-data-age sc-fetched-at sc-unit-system
v4: eventId eventType vehicleId
v4/data/errors: code description docURL resolution signals state suggestedUserMessage type
v4/data/errors/resolution: type url
v4/data/errors/signals: code group name
v4/data/meta: deliveryId deliveryTimestamp mode signalCount webhookId webhookName
v4/data/signals: code group name
v4/data/signals/meta: fetchedAt oemUpdatedAt retrievedAt
v4/data/signals/status: value
v4/data/signals/status/error: code type
v4/data/triggers: group name
v4/data/triggers/signal: group name
v4/data/vehicle: id make mode model powertrainType year
v4/meta: applicationId deliveredAt deliveryId deliveryTime deliveryTimestamp mode sequence signalCount version webhookId webhookName
v4/triggers/signal: group name
vehicleidentification-packages: values
wheel-tires: columnCount rowCount unit
wheel-tires/values: column row tirePressure
";

/// Whatever else is sent is hidden; a line here is a decision.
#[test]
fn debug_shows_what_is_listed_and_nothing_else() {
    let mut found = BTreeMap::new();
    // Of the largest, which are those of bodies, every form of a body is below.
    let small = fixtures().into_iter().filter(|it| it.1.len() < 9000);
    for (name, body, _) in small {
        let generation = name.split('-').next().unwrap();
        let whole = serde_json::from_slice(&body).unwrap();
        let debug = |body: String| Some(debug(&Delivery::assume_verified(body.into()).ok()?));
        shown(generation, &whole, debug, &mut found);
    }
    for (name, reread) in BODIES {
        let debug = |body: String| Some(reread(&RawJson::parse(body).unwrap())?.1);
        shown(name, &body_of(name), debug, &mut found);
    }
    let lines = found.into_iter().map(|(parent, members)| {
        let members: Vec<_> = members.into_iter().collect();
        format!("{parent}: {}", members.join(" "))
    });
    let expected: Vec<_> = SHOWN.trim().lines().collect();
    assert_eq!(lines.collect::<Vec<_>>(), expected);
}

/// VINs, positions and addresses as they come over the wire, in whatever is made of them.
#[test]
fn debug_of_every_fixture_is_clean() {
    for (name, ..) in fixtures() {
        let delivery = fixture(&name);
        let snapshots = delivery.snapshots();
        let key = delivery.idempotency_key();
        assert_clean(&format!("{} {snapshots:?} {key}", debug(&delivery)));
        if let Ok(state) = delivery.read::<VehicleState>() {
            let place = state.signal::<LocationPreciseLocation>();
            let vin = state.signal::<VehicleIdentificationVin>();
            assert_clean(&format!("{place:?} {vin:?} {place:#?} {vin:#?}"));
        }
        let schedule = delivery.read::<v2::Schedule>();
        for vehicle in schedule.iter().flat_map(|it| &it.vehicles) {
            let place = vehicle.endpoint::<endpoint::Location>();
            let vin = vehicle.endpoint::<endpoint::Vin>();
            assert_clean(&format!("{place:?} {vin:?} {place:#?} {vin:#?}"));
        }
    }
}
