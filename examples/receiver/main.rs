//! A receiver to look at webhooks with: prints one line for each delivery.
//!
//! ```text
//! cargo run -p smartcar-webhook-examples --bin receiver -- --demo
//! ```

mod app;
mod demo;
mod report;

use std::io::{self, IsTerminal};
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;
use smartcar_webhook_axum::core::{BoxError, ManagementToken};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;
use uuid::Uuid;

use crate::app::{PATH, app};
use crate::report::Report;

const TOKEN_VARIABLE: &str = "SMARTCAR_MANAGEMENT_TOKEN";

/// Receives Smartcar webhooks at /webhooks/smartcar and prints one line for each delivery.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,

    /// Application management token; else `SMARTCAR_MANAGEMENT_TOKEN`, else a random one for this run.
    #[arg(long)]
    token: Option<String>,

    /// Print a JSON object for each delivery that reached a handler.
    #[arg(long)]
    json: bool,

    /// Play Smartcar's side once: a challenge, a delivery of every kind, a forged and an oversized one.
    #[arg(long)]
    demo: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .init();
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            tracing::error!("{err}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), BoxError> {
    let token = token(args.token)?;
    let report = Report::new(io::stdout(), args.json);
    let listener = TcpListener::bind(args.listen)
        .await
        .map_err(|err| format!("cannot listen on {}: {err}", args.listen))?;
    let url = format!("http://{}{PATH}", listener.local_addr()?);
    tracing::info!("listening at {url}");

    if args.demo {
        // What was answered goes where it does not come between the JSON lines.
        let out: Box<dyn io::Write + Send> = if args.json {
            Box::new(io::stderr())
        } else {
            Box::new(io::stdout())
        };
        let token = token.clone();
        tokio::spawn(async move {
            if let Err(err) = demo::play(&url, &token, out).await {
                tracing::error!("demo ended early: {err}");
            }
        });
    }

    axum::serve(listener, app(token, report))
        .with_graceful_shutdown(interrupted())
        .await?;
    tracing::info!("stopped");
    Ok(())
}

fn token(given: Option<String>) -> Result<ManagementToken, BoxError> {
    if let Some(token) = given {
        Ok(ManagementToken::new(token)?)
    } else if std::env::var_os(TOKEN_VARIABLE).is_some() {
        Ok(ManagementToken::from_env(TOKEN_VARIABLE)?)
    } else {
        let token = Uuid::new_v4().to_string();
        tracing::warn!("no --token and no {TOKEN_VARIABLE}: made up {token} for this run");
        Ok(ManagementToken::new(token)?)
    }
}

/// Ctrl-C, or the signal service managers send.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
