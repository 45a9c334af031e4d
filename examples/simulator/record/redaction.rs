//! A body without what says something about persons and places.

use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use smartcar_webhook_core::signal::KnownSignal;

use super::disguise::Disguise;

/// Deeper than any body.
const DEEPEST: usize = 64;

/// Members that are kept as they are: those that `Debug` of the payloads shows, but for ids, and texts that others write.
const KEPT: &[&str] = &[
    "activeLimit",
    "additionalValues",
    "amount",
    "amountRemaining",
    "availableCapacities",
    "backLeft",
    "backRight",
    "canonical",
    "capacity",
    "chargingType",
    "code",
    "column",
    "columnCount",
    "condition",
    "connectorType",
    "currency",
    "days",
    "deliveredAt",
    "deliveryTime",
    "deliveryTimestamp",
    "description",
    "direction",
    "distance",
    "docURL",
    "end",
    "endStateOfCharge",
    "endTime",
    "energyAdded",
    "energyAmount",
    "eventName",
    "eventTime",
    "eventType",
    "fetchedAt",
    "frontLeft",
    "frontRight",
    "heading",
    "isOpen",
    "isLocked",
    "isPluggedIn",
    "lifeRemaining",
    "limit",
    "locationType",
    "make",
    "mode",
    "model",
    "nominal",
    "odometer",
    "odometerDistance",
    "oemDisplayName",
    "oemUpdatedAt",
    "otherAmount",
    "path",
    "percentRemaining",
    "permissions",
    "powertrainType",
    "range",
    "retrievedAt",
    "row",
    "rowCount",
    "sc-data-age",
    "sc-fetched-at",
    "sc-unit-system",
    "scheduleType",
    "sequence",
    "serviceDate",
    "signalCount",
    "source",
    "start",
    "startStateOfCharge",
    "startTime",
    "state",
    "status",
    "statusCode",
    "suggestedUserMessage",
    "taskDescription",
    "time",
    "timestamp",
    "tirePressure",
    "totalCost",
    "type",
    "unit",
    "value",
    "values",
    "version",
    "year",
];

/// Signals that say something about a person or a place.
const PERSONAL: [&str; 4] = [
    "location-preciselocation",
    "location-isathome",
    "vehicleidentification-nickname",
    "vehicleidentification-vin",
];

/// Endpoints that do.
const PERSONAL_PATHS: [&str; 3] = ["/location", "/vin", "/user"];

/// The body with everything else disguised, its members in the order sent; nothing, if it is no JSON or too deep.
pub(super) fn redacted(body: &[u8], disguise: &Disguise) -> Option<String> {
    let body: &RawValue = serde_json::from_slice(body).ok()?;
    let mut out = String::new();
    write(&mut out, body.get(), "", Care::default(), disguise, 0)?;
    Some(out)
}

/// What is known of the place something is at.
#[derive(Clone, Copy, Debug, Default)]
struct Care {
    /// Nothing is kept here.
    is_personal: bool,
    /// `name` and `group` are those of a signal.
    is_signal: bool,
}

fn write(
    out: &mut String,
    raw: &str,
    key: &str,
    care: Care,
    disguise: &Disguise,
    depth: usize,
) -> Option<()> {
    if depth > DEEPEST {
        return None;
    }
    match raw.as_bytes().first()? {
        b'{' => {
            let members: Members<'_> = members(raw)?;
            let inner = care.inside(&members);
            out.push('{');
            for (index, (name, value)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                let here = inner.at(name, &members);
                // A member may be named after a vehicle.
                let is_id = name.chars().filter(char::is_ascii_digit).count() > 3;
                let shown = if is_id {
                    disguise.of(name)
                } else {
                    name.clone()
                };
                out.push_str(&serde_json::to_string(&shown).ok()?);
                out.push(':');
                write(out, value.get(), name, here, disguise, depth + 1)?;
            }
            out.push('}');
        }
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(raw).ok()?;
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(out, item.get(), key, care, disguise, depth + 1)?;
            }
            out.push(']');
        }
        b'"' => {
            let is_name = care.is_signal && matches!(key, "name" | "group");
            if !care.is_personal && (is_name || KEPT.contains(&key) || is_signal_name(raw)) {
                out.push_str(raw);
            } else {
                let text: String = serde_json::from_str(raw).ok()?;
                let disguised = if text.contains("://") {
                    "https://example.com/".to_owned()
                } else {
                    disguise.of(&text)
                };
                out.push_str(&serde_json::to_string(&disguised).ok()?);
            }
        }
        b'n' => out.push_str(raw),
        _ if !care.is_personal && KEPT.contains(&key) => out.push_str(raw),
        b't' | b'f' => out.push_str("false"),
        _ => out.push_str(&disguise.of_number(raw)),
    }
    Some(())
}

impl Care {
    fn inside(self, members: &Members<'_>) -> Self {
        let is_signal = text(members, "code").is_some() || text(members, "group").is_some();
        Self { is_signal, ..self }
    }

    /// What is known of a member, given those beside it.
    fn at(self, name: &str, members: &Members<'_>) -> Self {
        let is_personal = match name {
            "user" | "latitude" | "longitude" | "vin" | "nickname" | "address" | "location" => true,
            "body" => match (text(members, "code"), text(members, "path")) {
                (Some(code), _) => is_personal(&code),
                // Of which endpoint it is comes before what its answer says.
                (None, Some(path)) => PERSONAL_PATHS.contains(&&*path),
                (None, None) => match (text(members, "group"), text(members, "name")) {
                    (Some(group), Some(name)) => is_personal(&format!("{group}-{name}")),
                    _ => true,
                },
            },
            // Signals as a map by `Group.Name`.
            name if name.contains('.') => is_personal(&name.replace('.', "-")),
            _ => false,
        };
        Self {
            is_personal: self.is_personal || is_personal,
            ..self
        }
    }
}

/// Whether a signal says something about a person or a place, as one that nobody knows may.
fn is_personal(code: &str) -> bool {
    let code = code.to_ascii_lowercase();
    PERSONAL.contains(&&*code) || KnownSignal::by_code(&code).is_none()
}

/// Whether a text of JSON is the name of a known signal, as `Group.Name`.
fn is_signal_name(raw: &str) -> bool {
    let code = raw.trim_matches('"').replace('.', "-").to_ascii_lowercase();
    KnownSignal::by_code(&code).is_some()
}

/// The members of an object in the order sent, those that repeat too.
type Members<'a> = Vec<(String, &'a RawValue)>;

fn members(raw: &str) -> Option<Members<'_>> {
    struct InOrder;

    impl<'de> Visitor<'de> for InOrder {
        type Value = Members<'de>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some(member) = map.next_entry()? {
                members.push(member);
            }
            Ok(members)
        }
    }

    serde_json::Deserializer::from_str(raw)
        .deserialize_map(InOrder)
        .ok()
}

/// A member that is a text; the last one, if it repeats.
fn text(members: &Members<'_>, name: &str) -> Option<String> {
    let member = members.iter().rev().find(|it| it.0 == name)?;
    serde_json::from_str(member.1.get()).ok()
}

#[cfg(test)]
mod tests;
