//! What a signal says.

use std::sync::Arc;

use serde_json::{Value, json};

use super::place::Place;

/// The content of a signal, rounded as it is sent: two that are equal are sent alike.
#[derive(PartialEq)]
pub(in super::super) enum Reading {
    Quantity(f64),
    Celsius(f64),
    Count(u8),
    Flag(bool),
    Word(&'static str),
    Text(Arc<str>),
    /// From when it last charged, and not of this moment.
    NotCharging(f64),
    Location {
        at: Place,
        heading: f64,
        is_parked: bool,
    },
    Doors {
        is_open: bool,
        is_locked: bool,
    },
    Windows {
        is_open: bool,
    },
    Lid {
        is_open: bool,
        is_locked: bool,
    },
    Tires([f64; 4]),
    Limit(f64),
    Capacity(f64),
    Range(f64),
    System {
        alert: Option<&'static str>,
    },
    TroubleCodes(Option<&'static str>),
}

impl Reading {
    /// The code of the error it is sent with.
    pub(in super::super) fn error(&self) -> Option<(&'static str, &'static str)> {
        matches!(self, Self::NotCharging(_)).then_some(("VEHICLE_STATE", "NOT_CHARGING"))
    }

    /// As the body of a signal, but for its unit.
    pub(in super::super) fn body(&self) -> Value {
        match self {
            Self::Quantity(value) | Self::NotCharging(value) => json!({"value": number(*value)}),
            Self::Celsius(value) => json!({"value": number(*value), "unit": "celsius"}),
            Self::Count(value) => json!({"value": value}),
            Self::Flag(value) => json!({"value": value}),
            Self::Word(value) => json!({"value": value}),
            Self::Text(value) => json!({"value": **value}),
            Self::Location {
                at,
                heading,
                is_parked,
            } => json!({
                "latitude": number(at.latitude),
                "longitude": number(at.longitude),
                "heading": number(*heading),
                "direction": direction(*heading),
                "locationType": if *is_parked { "LAST_PARKED" } else { "CURRENT" },
            }),
            Self::Doors { is_open, is_locked } => of_two_rows(
                |corner| json!({"isOpen": *is_open && corner == 0, "isLocked": is_locked}),
            ),
            Self::Windows { is_open } => {
                of_two_rows(|corner| json!({"isOpen": *is_open && corner == 1}))
            }
            Self::Lid { is_open, is_locked } => json!({"isOpen": is_open, "isLocked": is_locked}),
            Self::Tires(pressures) => {
                of_two_rows(|corner| json!({"tirePressure": number(pressures[corner])}))
            }
            Self::Limit(limit) => json!({
                "values": [{"type": "GLOBAL", "limit": number(*limit), "condition": null}],
                "activeLimit": number(*limit),
            }),
            Self::Capacity(capacity) => json!({
                "capacity": number(*capacity),
                "source": "SMARTCAR",
                "availableCapacities": [{"capacity": number(*capacity), "description": null}],
            }),
            Self::Range(range) => {
                json!({"value": number(*range), "type": "DEFAULT", "additionalValues": []})
            }
            Self::System { alert } => json!({
                "status": if alert.is_some() { "ALERT" } else { "OK" },
                "description": alert,
            }),
            Self::TroubleCodes(code) => {
                let codes = code.iter().map(|it| json!({"code": it, "timestamp": null}));
                json!({"values": codes.collect::<Vec<_>>()})
            }
        }
    }
}

/// One item for each corner of the vehicle.
fn of_two_rows(item: impl Fn(usize) -> Value) -> Value {
    let items = (0..4).map(|corner| {
        let mut item = item(corner);
        item["row"] = (corner / 2).into();
        item["column"] = (corner % 2).into();
        item
    });
    json!({"values": items.collect::<Vec<_>>(), "rowCount": 2, "columnCount": 2})
}

/// As it is written in deliveries: 12 rather than 12.0.
pub(in super::super) fn number(value: f64) -> Value {
    serde_json::from_str(&value.to_string()).unwrap_or_default()
}

fn direction(heading: f64) -> &'static str {
    const NAMES: [&str; 8] = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"];
    let within = |at: usize| {
        let middle = [0.0, 45.0, 90.0, 135.0, 180.0, 225.0, 270.0, 315.0][at];
        (heading - middle + 180.0).rem_euclid(360.0) - 180.0 < 22.5
            && (heading - middle + 180.0).rem_euclid(360.0) - 180.0 >= -22.5
    };
    let at = (0..8).find(|at| within(*at)).unwrap_or_default();
    NAMES[at]
}
