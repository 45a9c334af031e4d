//! Logs.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

/// What is logged unless `RUST_LOG` says otherwise: also why requests of strangers are refused, but not how workers of a server come and go.
const DEFAULT: &str = "info,actix_server=warn,async_nats=warn,smartcar_webhook_core=debug";

/// Has logs written to standard error.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .init();
}
