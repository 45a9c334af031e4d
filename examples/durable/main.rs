//! A receiver and a worker in one process: what was answered 200 is in a file, and is handled even if the process is killed.
//!
//! ```sh
//! cargo run -p smartcar-webhook-examples --bin durable -- --token secret
//! ```

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use smartcar_webhook_core::BoxError;
use smartcar_webhook_examples::durable::{ReceiveArgs, WorkArgs, receive, work};
use smartcar_webhook_examples::log;
use smartcar_webhook_examples::printer::Printer;
use smartcar_webhook_examples::verdict::{Verdict, exit_code};
use smartcar_webhook_inbox::SqliteInbox;

/// Receives Smartcar webhooks at /webhooks/smartcar, stores them in a file, answers, and handles them afterwards.
///
/// A line goes to standard output for each delivery that is stored and for each attempt to handle it; logs go to standard error.
/// Kill it and start it again: what was stored and not handled is handled then, once its lease is over.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "\
Example:
  durable --token secret --slow 500ms
  simulator fleet http://127.0.0.1:8080/webhooks/smartcar --token secret --retries 1s,2s,4s
  kill -9 $(pidof durable)
  durable --token secret"
)]
struct Args {
    /// The file; it is made if it is not there.
    #[arg(long, default_value = "inbox.db")]
    file: PathBuf,

    #[command(flatten)]
    receive: ReceiveArgs,

    #[command(flatten)]
    work: WorkArgs,

    /// Print lines of JSON, with the key that `simulator fleet --json` knows the event by.
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    log::start();
    exit_code(run(&args).await)
}

async fn run(args: &Args) -> Result<Verdict, BoxError> {
    let file = args.file.display();
    let engine = SqliteInbox::open(&args.file).map_err(|err| format!("{file}: {err}"))?;
    let printer = Printer::new(args.json);
    tokio::try_join!(
        receive(&args.receive, engine.clone(), &printer),
        work(&args.work, engine, &printer),
    )?;
    Ok(Verdict::Well)
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::Args;

    #[test]
    fn the_examples_are_taken() {
        Args::command().debug_assert();
        let help = Args::command().render_long_help().to_string();
        let examples = help.lines().filter(|it| it.starts_with("  durable "));
        for example in examples {
            Args::try_parse_from(example.split_whitespace()).unwrap();
        }
    }

    #[test]
    fn what_could_not_work_is_refused() {
        for flags in ["--lease 500ms", "--attempts 0", "--fail-every 0"] {
            let line = format!("durable {flags}");
            assert!(Args::try_parse_from(line.split(' ')).is_err(), "{line}");
        }
    }
}
