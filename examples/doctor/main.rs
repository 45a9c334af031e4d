//! Says why a signature does not fit, given a token, an `SC-Signature` header and a body.
//!
//! ```sh
//! cargo run -p smartcar-webhook-examples --bin doctor -- --token-file token.txt --signature-file header.txt body.json
//! ```

use std::process::ExitCode;

use clap::Parser;
use smartcar_webhook_examples::doctor::{Args, run};

fn main() -> ExitCode {
    run(&Args::parse())
}
