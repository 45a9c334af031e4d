//! Writes the JSON Schema of each event type into a folder.
//!
//! ```sh
//! cargo run --bin schemas target/schemas
//! ```
#![expect(clippy::print_stdout, reason = "it says what it wrote")]

use std::path::PathBuf;

use clap::Parser;
use smartcar_webhook_core::{BoxError, schema};

/// Writes the JSON Schema of each event type into a folder, one file each.
#[derive(Parser)]
struct Args {
    /// The folder; made if need be.
    folder: PathBuf,
}

fn main() -> Result<(), BoxError> {
    let folder = Args::parse().folder;
    std::fs::create_dir_all(&folder)?;
    for (event_type, schema) in schema::all() {
        let file = folder.join(format!("{}.json", event_type.as_str().to_lowercase()));
        std::fs::write(&file, format!("{:#}\n", schema.as_value()))?;
        println!("{}", file.display());
    }
    Ok(())
}
