//! Smartcar's side for a terminal: tries a receiver at a URL, in whatever language it is written.
//!
//! ```sh
//! cargo run -p smartcar-webhook-examples --bin simulator -- fleet http://127.0.0.1:8080/webhooks/smartcar --token secret
//! ```

mod receiver;
mod client;
mod challenge;
mod sample;
mod verify;
mod send;
mod fleet;
mod storm;
mod conformance;
mod recording;
mod replay;
mod record;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use smartcar_webhook_examples::{doctor, verdict};

/// Plays Smartcar's side: tries a receiver at a URL, in whatever language it is written.
///
/// Results go to standard output, progress to standard error.
/// Ends with 0 when all is well, with 1 when the receiver fell short, lost something or was not verified, with 2 when there was nothing to do or the command line is wrong.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "\
Example:
  export SMARTCAR_MANAGEMENT_TOKEN=secret
  simulator verify http://127.0.0.1:8080/webhooks/smartcar
  simulator fleet http://127.0.0.1:8080/webhooks/smartcar --vehicles 100 --for 30s"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
#[expect(clippy::large_enum_variant, reason = "there is one")]
enum Command {
    Verify(verify::Args),
    Send(send::Args),
    Fleet(fleet::Args),
    Storm(storm::Args),
    Conformance(conformance::Args),
    Replay(replay::Args),
    Record(record::Args),
    #[command(after_help = "\
Example:
  simulator doctor --token-file token.txt --signature-file header.txt body.json")]
    Doctor(doctor::Args),
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Verify(args) => verify::run(&args).await,
        Command::Send(args) => send::run(&args).await,
        Command::Fleet(args) => fleet::run(&args).await,
        Command::Storm(args) => storm::run(&args).await,
        Command::Conformance(args) => conformance::run(&args).await,
        Command::Replay(args) => replay::run(&args).await,
        Command::Record(args) => record::run(args).await,
        Command::Doctor(args) => return doctor::run(&args),
    };
    verdict::exit_code(done)
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::Cli;

    #[test]
    fn every_command_line_is_sound_and_shows_an_example() {
        Cli::command().debug_assert();
        for command in Cli::command().get_subcommands() {
            let help = command.clone().render_long_help().to_string();
            let example = format!("simulator {} ", command.get_name());
            assert!(help.contains(&example), "{help}");
        }
    }

    /// The examples of `--help` are command lines that are taken.
    #[test]
    fn the_examples_are_taken() {
        for command in Cli::command().get_subcommands() {
            let help = command.clone().render_long_help().to_string();
            let examples = help.lines().filter(|it| it.starts_with("  simulator "));
            for example in examples {
                Cli::try_parse_from(example.split_whitespace()).unwrap();
            }
        }
    }
}
