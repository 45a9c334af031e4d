//! A receiver to look at webhooks with, but for the framework it runs in: prints one line for each delivery.

mod demo;
mod report;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::net::TcpListener;
use std::process::ExitCode;

use clap::Parser;
use smartcar_webhook_core::{BoxError, ManagementToken, Webhook};
use uuid::Uuid;

use self::report::Report;
use crate::log;
use crate::printer::say;
use crate::stop::out_of_patience;

/// Where the receiver is mounted.
pub const PATH: &str = "/webhooks/smartcar";

const TOKEN_VARIABLE: &str = "SMARTCAR_MANAGEMENT_TOKEN";

/// Receives Smartcar webhooks at /webhooks/smartcar and prints one line for each delivery.
///
/// Logs go to standard error; `RUST_LOG` sets what is logged.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: String,

    /// Application management token; else `SMARTCAR_MANAGEMENT_TOKEN`, else a random one for this run.
    ///
    /// Other users of the machine can see it here: prefer the variable for a real one.
    #[arg(long)]
    token: Option<String>,

    /// Print a JSON object for each delivery that reached a handler.
    ///
    /// `vehicle_id` is null when there is none or more than one; then `vehicle_ids` lists them.
    #[arg(long)]
    json: bool,

    /// Play Smartcar's side once: a challenge, a delivery of every kind, a forged and an oversized one.
    #[arg(long)]
    demo: bool,
}

/// Runs a receiver as the command line says; `serve` mounts it at [`PATH`] and serves until it is [`drained`](crate::stop::drained).
pub async fn run<S>(serve: S) -> ExitCode
where
    S: AsyncFnOnce(TcpListener, Webhook) -> Result<(), BoxError>,
{
    let args = Args::parse();
    log::start();
    match receive(args, serve).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            say(&format!("error: {err}"));
            ExitCode::FAILURE
        }
    }
}

async fn receive<S>(args: Args, serve: S) -> Result<(), BoxError>
where
    S: AsyncFnOnce(TcpListener, Webhook) -> Result<(), BoxError>,
{
    let token = token(args.token)?;
    let report = Report::new(io::stdout(), args.json);
    let listen = &args.listen;
    let listener = TcpListener::bind(listen)
        .map_err(|err| format!("cannot listen on {listen}: {err}; --listen takes HOST:PORT"))?;
    listener.set_nonblocking(true)?;
    let url = format!("http://{}{PATH}", listener.local_addr()?);
    say(&format!("listening at {url}"));

    let webhook = Webhook::new(token.clone(), report.router());
    if args.demo {
        // What was answered goes where it does not come between the JSON lines.
        let out: Box<dyn Write + Send> = if args.json {
            Box::new(io::stderr())
        } else {
            Box::new(io::stdout())
        };
        tokio::spawn(async move {
            if let Err(err) = demo::play(&url, &token, out).await {
                tracing::error!(error = err.source(), "demo ended early: {err}");
            }
        });
    }

    tokio::select! {
        result = serve(listener, webhook) => result?,
        () = out_of_patience() => say("some connections were still open"),
    }
    say("stopped");
    Ok(())
}

fn token(given: Option<String>) -> Result<ManagementToken, BoxError> {
    if let Some(token) = given {
        Ok(ManagementToken::new(token).map_err(|err| format!("--token: {err}"))?)
    } else if std::env::var_os(TOKEN_VARIABLE).is_some() {
        Ok(ManagementToken::from_env(TOKEN_VARIABLE)?)
    } else {
        let token = Uuid::new_v4().to_string();
        say(&format!(
            "no --token and no {TOKEN_VARIABLE}: made up {token} for this run"
        ));
        Ok(ManagementToken::new(token)?)
    }
}
