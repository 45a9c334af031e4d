//! Signals as rows.

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{ContentArrangement, Table};
use serde_json::Value;
use smartcar_webhook_axum::core::Delivery;
use smartcar_webhook_axum::core::payload::Timestamp;
use smartcar_webhook_axum::core::payload::v4::{Signal, VehicleState};

/// A row for each signal, in the order sent.
pub(crate) fn of(state: &Delivery<VehicleState>) -> Table {
    let delivered_at = state.envelope().meta.delivered_at();
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(120);
    table.set_header(["signal", "value", "unit", "age"]);
    for signal in &state.signals {
        table.add_row([
            format!("{} {}", signal.group, signal.name),
            value(signal),
            signal.unit().map(|it| it.to_string()).unwrap_or_default(),
            age(signal, delivered_at).unwrap_or_default(),
        ]);
    }
    table
}

/// What the body says besides its unit, or why there is none.
fn value(signal: &Signal) -> String {
    if let Some(error) = signal.error() {
        let code = error.code.as_ref().map(|it| format!("/{it}"));
        return format!("{}{}", error.error_type, code.unwrap_or_default());
    }
    let body = signal.body().and_then(|it| it.read::<Value>().ok());
    let Some(Value::Object(mut members)) = body else {
        return String::new();
    };
    for told_elsewhere in ["unit", "rowCount", "columnCount"] {
        members.remove(told_elsewhere);
    }
    say(&match members.len() {
        1 => members
            .into_iter()
            .next()
            .map(|it| it.1)
            .unwrap_or_default(),
        _ => Value::Object(members),
    })
}

/// A value without the signs of JSON.
fn say(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members = members.iter().filter(|it| !it.1.is_null());
            let members = members.map(|(key, value)| format!("{key} {}", say(value)));
            members.collect::<Vec<_>>().join(", ")
        }
        Value::Array(items) => items.iter().map(say).collect::<Vec<_>>().join("\n"),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// How old the reading was when it was delivered.
fn age(signal: &Signal, delivered_at: Option<&Timestamp>) -> Option<String> {
    let recorded = signal.meta.oem_updated_at()?.millis()?;
    let seconds = (delivered_at?.millis()? - recorded) / 1000;
    Some(match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        172_800.. => format!("{} d", seconds / 86_400),
        _ => "in the future".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use smartcar_webhook_axum::core::signal::KnownSignal;

    use super::*;

    fn rows(signals: &str) -> Vec<Vec<String>> {
        let data = format!(r#"{{"vehicle":{{"id":"v1"}},"signals":[{signals}]}}"#);
        let meta = r#"{"deliveredAt":1772402400000}"#;
        let body = format!(r#"{{"eventType":"VEHICLE_STATE","data":{data},"meta":{meta}}}"#);
        let state = Delivery::assume_verified(body.into()).unwrap().read();
        let table = of(&state.unwrap());
        let rows = table.row_iter();
        rows.map(|row| row.cell_iter().map(comfy_table::Cell::content).collect())
            .collect()
    }

    #[test]
    fn a_row_says_what_the_signal_says() {
        let cases = [
            (
                r#""code":"tractionbattery-stateofcharge","name":"StateOfCharge","group":"TractionBattery","body":{"value":78,"unit":"percent"},"meta":{"oemUpdatedAt":1772402390000}"#,
                ["TractionBattery StateOfCharge", "78", "percent", "10 s"],
            ),
            (
                r#""code":"charge-timetocomplete","name":"TimeToComplete","group":"Charge","body":{"value":90},"meta":{"oemUpdatedAt":0}"#,
                ["Charge TimeToComplete", "90", "minutes", ""],
            ),
            (
                r#""code":"closure-fronttrunk","name":"FrontTrunk","group":"Closure","body":{"isOpen":false,"isLocked":null},"meta":{"oemUpdatedAt":1772395200000}"#,
                ["Closure FrontTrunk", "isOpen false", "", "2 h"],
            ),
            (
                r#""code":"a-b","name":"B","group":"A","status":{"value":"ERROR","error":{"type":"SERVER","code":"INTERNAL"}}"#,
                ["A B", "SERVER/INTERNAL", "", ""],
            ),
            (
                r#""code":"a-b","name":"B","group":"A","body":[1],"meta":{"oemUpdatedAt":1772402500000}"#,
                ["A B", "", "", "in the future"],
            ),
        ];
        for (signal, expected) in cases {
            assert_eq!(rows(&format!("{{{signal}}}")), [expected]);
        }
    }

    #[test]
    fn the_sample_has_a_row_for_every_known_signal() {
        let state = Delivery::assume_verified(crate::SAMPLE.into()).unwrap();
        let table = of(&state.read().unwrap()).to_string();
        for known in KnownSignal::all() {
            let row = format!("{} {}", known.group(), known.name());
            assert!(table.contains(&row), "{row}");
        }
    }
}
