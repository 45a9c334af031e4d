//! A receiver and a worker in two programs, each as often as you like, with a database of PostgreSQL between them.
//!
//! PostgreSQL comes with `docker compose -f examples/docker-compose.yml up -d postgres`, or on Debian with `apt install postgresql`; the certificate of the latter is of its own making, so add `?sslmode=disable` to the URL.
//!
//! ```sh
//! export DATABASE_URL=postgres://postgres:postgres@127.0.0.1/postgres
//! cargo run -p smartcar-webhook-examples --bin durable-postgres -- receive --token secret
//! cargo run -p smartcar-webhook-examples --bin durable-postgres -- work
//! ```

use std::process::ExitCode;

use clap::Parser;
use smartcar_webhook_core::BoxError;
use smartcar_webhook_examples::durable::Side;
use smartcar_webhook_examples::log;
use smartcar_webhook_examples::printer::Printer;
use smartcar_webhook_examples::verdict::{Verdict, exit_code};
use smartcar_webhook_inbox::postgres::{Postgres, PostgresInbox};

/// Receives Smartcar webhooks and handles them in two programs, with PostgreSQL between them.
#[derive(Parser)]
#[command(version)]
struct Args {
    #[command(subcommand)]
    side: Side,

    /// The database; other users of the machine can see a password in it here, so prefer the variable.
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "DATABASE_URL",
        hide_env_values = true,
        default_value = "postgres://postgres:postgres@127.0.0.1/postgres"
    )]
    server: String,

    /// Print lines of JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    log::start();
    exit_code(run(&args).await)
}

async fn run(args: &Args) -> Result<Verdict, BoxError> {
    let engine = PostgresInbox::open(Postgres::new(&args.server)?)
        .await
        .map_err(|err| format!("{err}; --server takes the URL of a database of PostgreSQL"))?;
    args.side.run(engine, &Printer::new(args.json)).await?;
    Ok(Verdict::Well)
}
