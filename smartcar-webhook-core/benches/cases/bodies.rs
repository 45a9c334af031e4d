//! Deliveries of five sizes, compact and in the order of the wire, and no two alike.

/// One of the sizes.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) name: &'static str,
    make: fn(usize) -> String,
}

/// 2.0 event-based; 2.0 dynamic, of a vehicle; 4.0 with 21 signals, and with 232; 2.0 scheduled, of 740 vehicles.
pub(crate) const SIZES: [Size; 5] = [
    Size {
        name: "0.3KB",
        make: charging_completed,
    },
    Size {
        name: "1.4KB",
        make: |number| vehicles("dynamic", number, 1),
    },
    Size {
        name: "6KB",
        make: |number| state(number, 21),
    },
    Size {
        name: "60KB",
        make: |number| state(number, 232),
    },
    Size {
        name: "1MB",
        make: |number| vehicles("schedule", number, 740),
    },
];

impl Size {
    /// The body of the delivery with this number, which stands in its ids.
    pub(crate) fn body(self, number: usize) -> String {
        (self.make)(number)
    }
}

fn id(number: usize) -> String {
    format!("8d3e3aee-6f0d-4f0e-8a53-{number:012}")
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(",")
}

fn charging_completed(number: usize) -> String {
    format!(
        r#"{{"version":"2.0","webhookId":"{}","eventName":"eventBased","mode":"live","payload":{{"eventId":"{}","vehicleId":"{}","eventType":"CHARGING_COMPLETED","eventTime":"2026-03-01T22:00:00.000Z"}}}}"#,
        id(1),
        id(number),
        id(2),
    )
}

const ENDPOINTS: [(&str, &str); 6] = [
    (
        "/battery",
        r#"{"range":283.244544,"percentRemaining":0.58}"#,
    ),
    ("/charge", r#"{"isPluggedIn":false,"state":"NOT_CHARGING"}"#),
    ("/location", r#"{"latitude":57.7087,"longitude":-11.9751}"#),
    ("/odometer", r#"{"distance":32768.562}"#),
    (
        "/tires/pressure",
        r#"{"frontLeft":219.5,"frontRight":220.1,"backLeft":218.9,"backRight":219.3}"#,
    ),
    ("/charge/limit", r#"{"limit":0.85}"#),
];

fn vehicles(event_name: &str, number: usize, vehicles: usize) -> String {
    let data = list(ENDPOINTS.iter().map(|(path, body)| {
        format!(
            r#"{{"path":"{path}","code":200,"body":{body},"headers":{{"sc-data-age":"2026-03-01T21:58:06.000Z","sc-fetched-at":"2026-03-01T21:59:12.000Z","sc-unit-system":"metric"}}}}"#
        )
    }));
    let vehicles = list((0..vehicles).map(|it| {
        format!(
            r#"{{"vehicleId":"{}","requestId":"{}","data":[{data}]}}"#,
            id(it),
            id(number * 10_000 + it),
        )
    }));
    format!(
        r#"{{"version":"2.0","webhookId":"{}","eventName":"{event_name}","mode":"live","payload":{{"vehicles":[{vehicles}]}}}}"#,
        id(1),
    )
}

/// A reading of every form; the last could not be read.
const SIGNALS: [(&str, &str, &str); 14] = [
    (
        "TractionBattery",
        "StateOfCharge",
        r#"{"unit":"percent","value":78}"#,
    ),
    ("Charge", "IsCharging", r#"{"value":true}"#),
    (
        "Location",
        "PreciseLocation",
        r#"{"latitude":57.708712,"longitude":-11.975134,"heading":90,"direction":"NE","locationType":"LAST_PARKED"}"#,
    ),
    (
        "Odometer",
        "TraveledDistance",
        r#"{"unit":"km","value":78432.125}"#,
    ),
    (
        "Charge",
        "ChargeLimits",
        r#"{"values":[{"type":"GLOBAL","limit":80},{"type":"LOCATION","limit":90,"condition":{"name":"Café \"Linné\"","latitude":57.7012,"longitude":-11.9723}}],"activeLimit":80,"unit":"percent"}"#,
    ),
    (
        "Closure",
        "Doors",
        r#"{"values":[{"row":0,"column":0,"isOpen":false,"isLocked":true},{"row":0,"column":1,"isOpen":false,"isLocked":true},{"row":1,"column":0,"isOpen":true,"isLocked":false},{"row":1,"column":1,"isOpen":false,"isLocked":true}],"rowCount":2,"columnCount":2}"#,
    ),
    (
        "VehicleIdentification",
        "Nickname",
        r#"{"value":"Åsa's \"daily\" — 通勤"}"#,
    ),
    (
        "Wheel",
        "Tires",
        r#"{"values":[{"row":0,"column":0,"tirePressure":219.5},{"row":0,"column":1,"tirePressure":220.1},{"row":1,"column":0,"tirePressure":218.9},{"row":1,"column":1,"tirePressure":219.3}],"rowCount":2,"columnCount":2,"unit":"kpa"}"#,
    ),
    ("Charge", "Voltage", r#"{"unit":"volts","value":398.2}"#),
    (
        "Charge",
        "TimeToComplete",
        r#"{"unit":"minutes","value":95}"#,
    ),
    (
        "TractionBattery",
        "Range",
        r#"{"unit":"km","value":283.2445}"#,
    ),
    (
        "Diagnostics",
        "DTCList",
        r#"{"values":[{"code":"P0171","timestamp":"2026-03-01T21:58:06.000Z"},{"code":"P0300","timestamp":null}]}"#,
    ),
    ("Transmission", "GearState", r#"{"value":"PARK"}"#),
    ("InternalCombustionEngine", "FuelLevel", ""),
];

fn signal(number: usize) -> String {
    let (group, name, body) = SIGNALS[number % SIGNALS.len()];
    let code = format!("{group}-{name}").to_lowercase();
    let head = format!(r#""code":"{code}","name":"{name}","group":"{group}""#);
    if body.is_empty() {
        return format!(
            r#"{{{head},"status":{{"value":"ERROR","error":{{"type":"COMPATIBILITY","code":"VEHICLE_NOT_CAPABLE","resolution":{{"type":null}}}}}}}}"#
        );
    }
    let recorded = 1_772_402_390_000 + number;
    let retrieved = recorded + 5000;
    format!(
        r#"{{{head},"body":{body},"status":{{"value":"SUCCESS"}},"meta":{{"oemUpdatedAt":{recorded},"retrievedAt":{retrieved}}}}}"#
    )
}

fn state(number: usize, signals: usize) -> String {
    format!(
        concat!(
            r#"{{"eventId":"{}","eventType":"VEHICLE_STATE","#,
            r#""data":{{"user":{{"id":"{}"}},"#,
            r#""vehicle":{{"id":"{}","make":"POLESTAR","model":"2","year":2023,"mode":"LIVE","powertrainType":"BEV"}},"#,
            r#""signals":[{}]}},"#,
            r#""triggers":[{{"type":"SIGNAL_UPDATED","signal":{{"name":"StateOfCharge","group":"TractionBattery","code":"tractionbattery-stateofcharge"}}}}],"#,
            r#""meta":{{"version":"4.0","deliveryId":"{}","deliveredAt":1772402400000,"webhookId":"{}","webhookName":"Fleet","signalCount":{},"mode":"LIVE"}}}}"#,
        ),
        id(number),
        id(2),
        id(3),
        list((0..signals).map(signal)),
        id(4),
        id(1),
        signals,
    )
}
