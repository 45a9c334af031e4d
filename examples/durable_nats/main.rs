//! A receiver and a worker in two programs, each as often as you like, with servers of NATS between them.
//!
//! NATS comes with `docker compose -f examples/docker-compose.yml up -d nats`, or on Debian with `apt install nats-server` and `nats-server -js`.
//!
//! ```sh
//! cargo run -p smartcar-webhook-examples --bin durable-nats -- receive --token secret
//! cargo run -p smartcar-webhook-examples --bin durable-nats -- work
//! ```

use std::process::ExitCode;

use clap::Parser;
use smartcar_webhook_core::BoxError;
use smartcar_webhook_examples::durable::Side;
use smartcar_webhook_examples::log;
use smartcar_webhook_examples::printer::Printer;
use smartcar_webhook_examples::verdict::{Verdict, exit_code};
use smartcar_webhook_inbox::{NatsInbox, NatsOptions};

/// Receives Smartcar webhooks and handles them in two programs, with NATS between them.
#[derive(Parser)]
#[command(version)]
struct Args {
    #[command(subcommand)]
    side: Side,

    /// The servers, with commas between them; other users of the machine can see a password in it here, so prefer the variable.
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "NATS_URL",
        hide_env_values = true,
        default_value = "nats://127.0.0.1:4222"
    )]
    server: String,

    /// On how many servers of a cluster each delivery is kept.
    #[arg(long, global = true, value_name = "N", default_value_t = 1, value_parser = replicas)]
    replicas: usize,

    /// Print lines of JSON.
    #[arg(long, global = true)]
    json: bool,
}

fn replicas(text: &str) -> Result<usize, String> {
    let replicas = text.parse().ok().filter(|it| (1..=5).contains(it));
    replicas.ok_or_else(|| "takes 1 to 5".to_owned())
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    log::start();
    exit_code(run(&args).await)
}

async fn run(args: &Args) -> Result<Verdict, BoxError> {
    let options = NatsOptions::new(&args.server).replicas(args.replicas);
    let engine = NatsInbox::connect(options)
        .await
        .map_err(|err| format!("{err}; --server takes the URL of a NATS server with JetStream"))?;
    args.side.run(engine, &Printer::new(args.json)).await?;
    Ok(Verdict::Well)
}
