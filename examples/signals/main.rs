//! Prints the signals of a VEHICLE_STATE as a table: values, units, ages.
//!
//! ```sh
//! cargo run --bin signals              # a sample with every known signal
//! cargo run --bin signals body.json    # a delivery in a file, or - for standard input
//! ```
#![expect(clippy::print_stdout, reason = "the table is its result")]

mod table;

use std::io::Read;
use std::path::PathBuf;

use clap::Parser;
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

fn main() -> Result<(), BoxError> {
    let body = match Args::parse().file {
        None => SAMPLE.to_owned(),
        Some(file) if file.as_os_str() == "-" => {
            let mut body = String::new();
            std::io::stdin().read_to_string(&mut body)?;
            body
        }
        Some(file) => std::fs::read_to_string(file)?,
    };
    // No signature is checked: the file is trusted as it is.
    let state = Delivery::assume_verified(body.into())?.read::<VehicleState>()?;
    println!("{}", table::of(&state));
    Ok(())
}
