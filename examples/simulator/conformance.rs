//! The contract of a receiver, case by case.

use serde_json::json;
use smartcar_webhook_core::BoxError;
use smartcar_webhook_core::testing::conformance::{self, Departure, Severity};
use smartcar_webhook_examples::connection::Connector;
use smartcar_webhook_examples::printer::{Printer, say};
use smartcar_webhook_examples::text::plain;
use smartcar_webhook_examples::verdict::Verdict;

use crate::receiver::ReceiverArgs;

/// Runs the contract of a receiver, case by case, and says where it falls short and why that matters.
///
/// It sends deliveries of vehicles that nobody has, signed with the receiver's token: let no handler act on them that should not.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  simulator conformance http://127.0.0.1:8080/webhooks/smartcar --gentle --token secret")]
pub(crate) struct Args {
    #[command(flatten)]
    receiver: ReceiverArgs,

    /// Leave out what is a burden: bodies of 1 MiB and more, and 100 deliveries at once.
    #[arg(long)]
    gentle: bool,

    /// Have answers count that serve Smartcar as well, but are not those of this library.
    #[arg(long)]
    strict: bool,

    /// Print a line of JSON for each case, and one of their numbers.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, BoxError> {
    let token = args.receiver.token.read()?;
    let connector = Connector::new(&args.receiver.url)?;
    let run = conformance::over(&args.receiver.url, &token, move || connector.connect());
    let run = if args.gentle { run.gentle() } else { run };
    say("running the contract; this takes some seconds");
    let printer = Printer::new(args.json);
    let lines = printer.clone();
    // It blocks.
    let cases = tokio::task::spawn_blocking(move || {
        let told = run.inspect(|(case, result)| lines.json(&line(case, result.as_ref().err())));
        told.collect::<Vec<_>>()
    });
    let cases = cases.await?;
    let count = cases.len();
    let departures: Vec<_> = cases.into_iter().filter_map(|it| it.1.err()).collect();
    let (short, differing): (Vec<_>, Vec<_>) = departures
        .iter()
        .partition(|it| it.severity() == Severity::FallsShort);
    for (title, departures) in [
        ("Falls short:", &short),
        ("Differs, which is as well:", &differing),
    ] {
        if !departures.is_empty() {
            printer.line(title);
        }
        for departure in departures {
            printer.line(format!(
                "\n  {}\n    {}",
                plain(&departure.to_string()),
                departure.why()
            ));
        }
        if !departures.is_empty() {
            printer.line("");
        }
    }
    let (short, differing) = (short.len(), differing.len());
    printer.line(format!(
        "{count} cases: {} as they are to be, {short} fall short, {differing} differ",
        count - short - differing
    ));
    printer.json(&json!({"cases": count, "falls_short": short, "differs": differing}));
    Ok(Verdict::of(short == 0 && (differing == 0 || !args.strict)))
}

fn line(case: &str, departure: Option<&Departure>) -> serde_json::Value {
    let severity = departure.map(|it| match it.severity() {
        Severity::FallsShort => "falls_short",
        _ => "differs",
    });
    json!({
        "case": case,
        "departure": severity,
        "what": departure.map(ToString::to_string),
        "why": departure.map(Departure::why),
    })
}
