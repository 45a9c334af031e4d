//! What the servers are told by variables.

use std::env;
use std::error::Error;
use std::net::TcpListener;

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|err| format!("{name}: {err}"))
}

/// Listens at `PORT` of this machine alone, and says so; port 0 is one that is free.
///
/// # Errors
///
/// When there is no such variable, or it is no port, or the port is taken.
#[expect(clippy::print_stdout, reason = "whoever started it waits for this")]
pub fn listener() -> Result<TcpListener, Box<dyn Error>> {
    let port = variable("PORT")?;
    let port: u16 = port.parse().map_err(|err| format!("PORT: {err}"))?;
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    listener.set_nonblocking(true)?;
    println!("listening at {}", listener.local_addr()?);
    Ok(listener)
}

/// The application management token, in `AMT`.
///
/// # Errors
///
/// When there is no such variable.
pub fn token() -> Result<String, Box<dyn Error>> {
    Ok(variable("AMT")?)
}
