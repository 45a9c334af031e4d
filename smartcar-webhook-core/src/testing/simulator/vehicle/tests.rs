//! Lives of many vehicles, and what holds in all of them.

use std::collections::BTreeSet;

use super::*;

const VEHICLES: u64 = 50;
const DAYS: u64 = 60;

fn life(seed: u64, number: u64, days: u64, mut each: impl FnMut(&Vehicle, &[Change])) {
    let mut vehicle = Vehicle::new(seed, number);
    let end = Duration::from_secs(days * 86_400);
    while vehicle.next_change() < end {
        let due = vehicle.next_change();
        let changes = vehicle.change();
        assert_eq!(vehicle.now, due);
        each(&vehicle, &changes);
    }
}

/// A change in a word, with its codes.
fn said(change: &Change) -> String {
    match change {
        Change::Signals(codes) => codes.join(" "),
        Change::Error(trouble) => {
            let kind = trouble.kind;
            format!(
                "{} {:?} {}",
                kind.error_type, kind.code, trouble.is_resolved
            )
        }
        Change::Charging(event) => (*event).to_owned(),
    }
}

fn assert_possible(it: &Vehicle) {
    assert!((0.0..=100.0).contains(&it.state_of_charge));
    assert!((0.0..=it.model.tank).contains(&it.fuel));
    assert!((0.0..=200.0).contains(&it.speed));
    assert!((15.0..=100.0).contains(&it.upkeep.low_voltage));
    assert!((0.0..=100.0).contains(&it.upkeep.oil_life));
    assert!((0.0..360.1).contains(&it.heading));
    assert!((-40.0..=50.0).contains(&it.outside()));
    assert!(it.upkeep.tires.iter().all(|it| (1.0..3.0).contains(it)));
    assert!(it.charging.added <= it.model.battery);
    assert!(it.charging.power <= it.model.ac.max(it.model.dc));
    assert!(it.at.km_to(it.home) < 130.0);
    let is_driven = it.trip.is_some();
    assert_eq!(is_driven, it.cabin.is_driven);
    assert!(is_driven || it.speed == 0.0);
    assert!(!is_driven || !it.charging.is_plugged_in && !it.cabin.is_asleep);
    assert!(it.charging.is_plugged_in || !it.charging.is_charging());
    assert!(it.model.battery > 0.0 || !it.charging.is_plugged_in);
}

#[test]
fn lives_are_possible() {
    let mut said_of_all = BTreeSet::new();
    let mut changes_of_all = 0;
    for number in 0..VEHICLES {
        let mut odometer = 0.0;
        let mut now = Duration::ZERO;
        let mut is_charging = false;
        let mut open = None;
        let mut told = 0;
        let mut driven = 0.0;
        life(1, number, DAYS, |vehicle, changes| {
            assert_possible(vehicle);
            assert!(vehicle.now >= now && vehicle.odometer >= odometer);
            if odometer > 0.0 {
                driven += vehicle.odometer - odometer;
            }
            (now, odometer) = (vehicle.now, vehicle.odometer);
            for change in changes {
                match change {
                    Change::Charging(event) => {
                        assert_eq!(*event == "CHARGING_STARTED", !is_charging);
                        is_charging = !is_charging;
                    }
                    Change::Error(trouble) => {
                        let kind = trouble.is_resolved.then_some(trouble.kind.code);
                        assert_eq!(open, kind, "an error is resolved if and only if it is open");
                        open = (!trouble.is_resolved).then_some(trouble.kind.code);
                    }
                    Change::Signals(codes) => {
                        told += 1;
                        for code in codes {
                            assert!(vehicle.supports(code) && vehicle.signal(code).is_ok());
                        }
                        said_of_all.extend(codes.iter().map(|it| (*it).to_owned()));
                        continue;
                    }
                }
                said_of_all.insert(said(change));
            }
        });
        changes_of_all += told;
        let a_day = told / DAYS;
        assert!((9..=200).contains(&a_day), "vehicle {number}: {a_day}");
        assert!(
            (300.0..9000.0).contains(&driven),
            "vehicle {number}: {driven} km"
        );
    }
    let a_day = changes_of_all / DAYS / VEHICLES;
    assert!((20..=120).contains(&a_day), "{a_day}");

    let never_changes = [
        "charge-chargelimits",
        "tractionbattery-nominalcapacity",
        "hvac-cabintargettemperature",
    ];
    for code in Vehicle::codes() {
        let is_fixed = never_changes.contains(&code) || code.starts_with("vehicleidentification-");
        assert_eq!(said_of_all.contains(code), !is_fixed, "{code}");
    }
    for kind in kind::KINDS {
        for is_resolved in [true, false] {
            let trouble = Trouble {
                kind,
                is_resolved,
                signals: Vec::new(),
            };
            let said = said(&Change::Error(trouble));
            assert!(said_of_all.contains(&said), "{said}");
        }
    }
    for event in ["CHARGING_STARTED", "CHARGING_STOPPED", "CHARGING_COMPLETED"] {
        assert!(said_of_all.contains(event), "{event}");
    }
}

#[test]
fn a_life_is_the_same_for_the_same_seed_and_number_alone() {
    let told = |seed, number| {
        let mut told = Vec::new();
        life(seed, number, 5, |vehicle, changes| {
            let changes: Vec<_> = changes.iter().map(said).collect();
            told.push((vehicle.now, vehicle.id.clone(), changes));
        });
        told
    };
    assert!(told(7, 3).len() > 20);
    assert!(told(7, 3) == told(7, 3));
    assert!(told(7, 3) != told(8, 3));
    assert!(told(7, 3) != told(7, 4));
}

#[test]
fn the_fleet_is_of_every_kind() {
    let fleet: Vec<_> = (0..200).map(|it| Vehicle::new(1, it)).collect();
    let ids: BTreeSet<_> = fleet.iter().map(Vehicle::id).collect();
    assert_eq!(ids.len(), fleet.len());
    let makes: BTreeSet<_> = fleet.iter().map(|it| (it.make(), it.model())).collect();
    assert_eq!(makes.len(), MODELS.len());
    let powertrains: BTreeSet<_> = fleet.iter().map(Vehicle::powertrain).collect();
    assert_eq!(powertrains, ["BEV", "ICE", "PHEV"].into());
}

#[test]
fn signals_are_known_and_in_order() {
    let codes: Vec<_> = Vehicle::codes().collect();
    assert!(codes.len() >= 40 && codes.is_sorted());
    for code in codes {
        assert!(
            crate::signal::KnownSignal::by_code(code).is_some(),
            "{code}"
        );
    }
}

/// An engine burns fuel, a battery is emptied by driving and filled by charging.
#[test]
fn energy_goes_where_it_should() {
    for number in 0..30 {
        let mut before = (0.0, 0.0, 0.0, false);
        life(2, number, 14, |vehicle, _| {
            let (charge, fuel, odometer, was_charging) = before;
            let is_moved = odometer > 0.0 && vehicle.odometer - odometer > 1.0;
            if is_moved {
                let is_emptier =
                    vehicle.state_of_charge < charge || (vehicle.fuel - fuel).abs() > 0.0;
                assert!(is_emptier, "vehicle {number} moves for nothing");
            } else if !was_charging {
                assert!(vehicle.state_of_charge <= charge || odometer == 0.0);
            }
            before = (
                vehicle.state_of_charge,
                vehicle.fuel,
                vehicle.odometer,
                vehicle.charging.is_charging(),
            );
        });
    }
}
