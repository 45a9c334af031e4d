//! The signals of the fleet, and how each is read from a vehicle.

use std::sync::Arc;

use super::Vehicle;
use super::place::Place;
use super::reading::Reading::{
    self, Capacity, Celsius, Count, Doors, Flag, Lid, Limit, Location, NotCharging, Quantity,
    Range, System, Text, Tires, TroubleCodes, Windows, Word,
};

type Read = fn(&Vehicle) -> Reading;

/// In the order of their codes.
pub(super) static SIGNALS: &[(&str, Read)] = &[
    ("charge-amperage", |it| Quantity(round(it.amperage(), 1))),
    ("charge-chargelimits", |it| Limit(it.charging.limit)),
    ("charge-chargerate", |it| {
        let rate = round(it.charging.rate, 1);
        if it.charging.is_charging() {
            Quantity(rate)
        } else {
            NotCharging(rate)
        }
    }),
    ("charge-detailedchargingstatus", |it| Word(it.status())),
    ("charge-energyadded", |it| {
        Quantity(round(it.charging.added, 2))
    }),
    ("charge-ischarging", |it| Flag(it.charging.is_charging())),
    ("charge-ischargingcableconnected", |it| {
        Flag(it.charging.is_plugged_in)
    }),
    ("charge-ischargingcablelatched", |it| {
        Flag(it.charging.is_plugged_in)
    }),
    ("charge-isfastchargerpresent", |it| {
        Flag(it.charging.is_plugged_in && it.charging.is_fast)
    }),
    ("charge-timetocomplete", |it| {
        Quantity(it.minutes_to_limit().ceil())
    }),
    ("charge-voltage", |it| Quantity(it.charging.voltage())),
    ("charge-wattage", |it| {
        Quantity(round(it.charging.power * 1000.0, -1))
    }),
    ("climate-externaltemperature", |it| {
        Celsius(round(it.outside(), 0))
    }),
    ("climate-internaltemperature", |it| {
        Celsius(round(it.inside(), 0))
    }),
    ("closure-doors", |it| Doors {
        is_open: it.cabin.door_is_open,
        is_locked: it.cabin.is_locked,
    }),
    ("closure-islocked", |it| Flag(it.cabin.is_locked)),
    ("closure-reartrunk", |it| Lid {
        is_open: it.cabin.trunk_is_open,
        is_locked: it.cabin.is_locked,
    }),
    ("closure-windows", |it| Windows {
        is_open: it.cabin.window_is_open,
    }),
    ("connectivitysoftware-currentfirmwareversion", |it| {
        Text(Arc::clone(&it.upkeep.firmware))
    }),
    ("connectivitystatus-isasleep", |it| Flag(it.cabin.is_asleep)),
    ("diagnostics-dtccount", |it| {
        Count(u8::from(it.trouble_code().is_some()))
    }),
    ("diagnostics-dtclist", |it| TroubleCodes(it.trouble_code())),
    ("diagnostics-oillife", |it| System {
        alert: (it.upkeep.oil_life < 10.0).then_some("Change the oil soon"),
    }),
    ("diagnostics-tirepressure", |it| System {
        alert: it.upkeep.has_low_tire().then_some("Tire pressure is low"),
    }),
    ("hvac-cabintargettemperature", |it| Quantity(it.target())),
    ("hvac-iscabinhvacactive", |it| Flag(it.cabin.is_heated)),
    ("internalcombustionengine-amountremaining", |it| {
        Quantity(round(it.fuel, 1))
    }),
    ("internalcombustionengine-fuellevel", |it| {
        Quantity(round(it.fuel / it.model.tank * 100.0, 0))
    }),
    ("internalcombustionengine-oillife", |it| {
        Quantity(round(it.upkeep.oil_life, 0))
    }),
    ("internalcombustionengine-range", |it| {
        Quantity(round(it.fuel_range(), 0))
    }),
    ("location-isathome", |it| {
        Flag(it.trip.is_none() && it.is_at_home())
    }),
    ("location-preciselocation", |it| Location {
        at: Place {
            latitude: round(it.at.latitude, 6),
            longitude: round(it.at.longitude, 6),
        },
        heading: round(it.heading, 0).rem_euclid(360.0),
        is_parked: it.trip.is_none(),
    }),
    ("lowvoltagebattery-stateofcharge", |it| {
        Quantity(round(it.upkeep.low_voltage, 0))
    }),
    ("lowvoltagebattery-status", |it| {
        Word(match it.upkeep.low_voltage {
            ..25.0 => "BAD",
            ..50.0 => "WARN",
            _ => "GOOD",
        })
    }),
    ("motion-currentspeed", |it| Quantity(it.speed)),
    ("odometer-traveleddistance", |it| {
        Quantity(round(it.odometer, 1))
    }),
    ("surveillance-isenabled", |it| {
        Flag(it.cabin.is_locked && !it.is_at_home())
    }),
    ("tractionbattery-isheateractive", |it| {
        Flag((it.trip.is_some() || it.charging.is_charging()) && it.outside() < 6.0)
    }),
    ("tractionbattery-nominalcapacity", |it| {
        Capacity(it.model.battery)
    }),
    ("tractionbattery-range", |it| {
        Range(round(it.electric_range(), 0))
    }),
    ("tractionbattery-stateofcharge", |it| {
        Quantity(round(it.state_of_charge, 1))
    }),
    ("transmission-gearstate", |it| {
        Word(if it.cabin.is_driven { "DRIVE" } else { "PARK" })
    }),
    ("vehicleidentification-exteriorcolor", |it| Word(it.colour)),
    ("vehicleidentification-trim", |it| Word(it.model.trim)),
    ("vehicleidentification-vin", |it| Text(Arc::clone(&it.vin))),
    ("wheel-tires", |it| {
        Tires(it.upkeep.tires.map(|it| round(it, 2)))
    }),
];

impl Vehicle {
    fn status(&self) -> &'static str {
        match (self.charging.is_charging(), self.charging.is_plugged_in) {
            (true, _) => "CHARGING",
            (false, true) if self.is_full() => "FULLY_CHARGED",
            (false, _) => "NOT_CHARGING",
        }
    }

    fn amperage(&self) -> f64 {
        match self.charging.voltage() {
            0.0 => 0.0,
            voltage => self.charging.power * 1000.0 / voltage,
        }
    }

    fn trouble_code(&self) -> Option<&'static str> {
        self.upkeep.has_low_tire().then_some("C0750")
    }
}

/// To so many places after the point.
fn round(value: f64, places: i32) -> f64 {
    let scale = 10_f64.powi(places);
    (value * scale).round() / scale
}
