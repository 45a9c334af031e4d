//! Prints the signals of a VEHICLE_STATE as a table: values, units, ages.
//!
//! ```sh
//! cargo run -p smartcar-webhook-examples --bin signals              # a sample with every known signal
//! cargo run -p smartcar-webhook-examples --bin signals body.json    # a delivery in a file, or - for standard input
//! ```

mod table;

use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use smartcar_webhook_axum::core::payload::EventType;
use smartcar_webhook_axum::core::payload::v4::VehicleState;
use smartcar_webhook_axum::core::{BoxError, Delivery};

const SAMPLE: &str =
    include_str!("../../smartcar-webhook-core/tests/fixtures/v4-vehicle-state-every-signal.json");

/// Prints the signals of a `VEHICLE_STATE`: values, units, and how old each was when it was delivered.
///
/// Nothing is hidden: the table shows positions and the VIN.
#[derive(Parser)]
struct Args {
    /// The body of a delivery; `-` for standard input. Without it, a sample with every known signal.
    file: Option<PathBuf>,
}

fn main() -> ExitCode {
    let file = Args::parse().file;
    let result = read(file.as_deref()).and_then(|body| print(&body));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            let file = file.map(|it| format!("{}: ", it.display()));
            let _ = writeln!(std::io::stderr(), "{}{err}", file.unwrap_or_default());
            ExitCode::FAILURE
        }
    }
}

fn read(file: Option<&Path>) -> Result<String, BoxError> {
    let mut body = String::new();
    match file {
        None => body.push_str(SAMPLE),
        Some(file) if file.as_os_str() == "-" => drop(std::io::stdin().read_to_string(&mut body)?),
        Some(file) => body = std::fs::read_to_string(file)?,
    }
    Ok(body)
}

fn print(body: &str) -> Result<(), BoxError> {
    // No signature is checked: the file is trusted as it is.
    let delivery = Delivery::assume_verified(body.to_owned().into())?;
    if delivery.envelope().event_type != Some(EventType::VEHICLE_STATE) {
        return Err("not a VEHICLE_STATE".into());
    }
    let table = table::of(&delivery.read::<VehicleState>()?);
    match writeln!(std::io::stdout(), "{table}") {
        // `signals | head` has seen enough.
        Err(err) if err.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

#[cfg(test)]
mod tests {
    use super::print;

    #[test]
    fn what_is_no_state_is_said_to_be_none() {
        for (body, message) in [
            ("hello", "body is not a JSON object"),
            (
                r#"{"eventType":"VEHICLE_ERROR","data":{"vehicle":{"id":"v1"},"errors":[]}}"#,
                "not a VEHICLE_STATE",
            ),
            (
                r#"{"eventType":"VEHICLE_STATE"}"#,
                "payload does not have the expected shape at `data`",
            ),
        ] {
            assert_eq!(print(body).unwrap_err().to_string(), message);
        }
        print(super::SAMPLE).unwrap();
    }
}
