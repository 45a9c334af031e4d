//! Looks at the dead letters of an inbox, and has them handled again.
//!
//! ```sh
//! cargo run -p smartcar-webhook-examples --bin inbox -- --file inbox.db list
//! ```

mod engine;
mod letter;
mod list;

use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use serde_json::json;
use smartcar_webhook_core::BoxError;
use smartcar_webhook_core::inbox::DeadLetters;
use smartcar_webhook_examples::log;
use smartcar_webhook_examples::printer::{Printer, say};
use smartcar_webhook_examples::text::duration;
use smartcar_webhook_examples::verdict::{Verdict, exit_code};

use self::engine::EngineArgs;
use self::letter::Letter;

/// Looks at the dead letters of an inbox, the deliveries that no worker could handle, and has them handled again.
///
/// Ends with 0 when it is done, with 1 when there is no such dead letter, with 2 when the inbox could not be asked or the command line is wrong.
/// A receiver and workers may be running meanwhile.
#[derive(Parser)]
#[command(
    version,
    after_help = "\
Examples:
  inbox list
  inbox show 3
  inbox replay-all --file /var/lib/app/inbox.db
  inbox replay 3 --nats nats://127.0.0.1:4222
  inbox delete 3 --json
  inbox prune --older-than 30d --postgres postgres://app@db.internal/app"
)]
struct Args {
    #[command(flatten)]
    engine: EngineArgs,

    /// Print lines of JSON.
    #[arg(long, global = true)]
    json: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Lists them, the oldest first.
    List {
        /// Begin after this one.
        #[arg(long, value_name = "ID")]
        after: Option<u64>,

        /// How many to list.
        #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..))]
        limit: u16,
    },
    /// Shows one, without what says something about persons and places.
    Show {
        id: u64,

        /// Show all that was sent.
        #[arg(long)]
        reveal: bool,
    },
    /// Has one handled again.
    Replay { id: u64 },
    /// Has all of them handled again.
    ReplayAll,
    /// Deletes one for good.
    Delete { id: u64 },
    /// Deletes old ones for good.
    Prune {
        /// How long ago they were given up, at the least.
        #[arg(long, value_name = "TIME", value_parser = duration)]
        older_than: Duration,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    log::start();
    exit_code(run(args).await)
}

async fn run(args: Args) -> Result<Verdict, BoxError> {
    let engine = args.engine.open().await?;
    let printer = Printer::new(args.json);
    let (number, done) = match args.command {
        Command::List { after, limit } => {
            list::print(&*engine, after, limit.into(), &printer).await?;
            return Ok(Verdict::Well);
        }
        Command::Show { id, reveal } => {
            let Some(found) = engine.get(id).await? else {
                return Ok(missing(id));
            };
            let letter = Letter::new(&found);
            printer.line(letter.text(reveal));
            printer.json(&letter.json(reveal));
            return Ok(Verdict::Well);
        }
        Command::Replay { id } if !engine.replay(id).await? => return Ok(missing(id)),
        Command::Delete { id } if !engine.delete(id).await? => return Ok(missing(id)),
        Command::Replay { .. } => (1, "replayed"),
        Command::Delete { .. } => (1, "deleted"),
        Command::ReplayAll => (engine.replay_all().await?, "replayed"),
        Command::Prune { older_than } => (engine.prune(older_than).await?, "deleted"),
    };
    printer.line(format!("{done} {number}"));
    printer.json(&json!({done: number}));
    Ok(Verdict::Well)
}

fn missing(id: u64) -> Verdict {
    say(&format!("there is no dead letter {id}"));
    Verdict::Short
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::Args;

    #[test]
    fn the_examples_are_taken() {
        Args::command().debug_assert();
        let help = Args::command().render_long_help().to_string();
        let examples = help.lines().filter(|it| it.starts_with("  inbox "));
        for example in examples {
            Args::try_parse_from(example.split_whitespace()).unwrap();
        }
    }

    #[test]
    fn an_inbox_is_in_one_place() {
        for flags in [
            "--file a --nats b",
            "--nats a --postgres b",
            "--file a --postgres b",
        ] {
            for line in [format!("inbox {flags} list"), format!("inbox list {flags}")] {
                assert!(Args::try_parse_from(line.split(' ')).is_err(), "{line}");
            }
        }
    }
}
