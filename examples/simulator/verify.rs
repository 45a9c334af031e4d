//! Both challenges, and whether their answers are right.

use serde_json::json;
use smartcar_webhook_core::BoxError;
use smartcar_webhook_examples::printer::Printer;
use smartcar_webhook_examples::text::{millis, spoken};
use smartcar_webhook_examples::verdict::Verdict;

use crate::challenge::Challenge;
use crate::client::{Client, post, signed};
use crate::receiver::ReceiverArgs;

/// Sends both challenges, of 4.0 and of 2.0, and says whether the answers are right.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  simulator verify http://127.0.0.1:8080/webhooks/smartcar --token secret")]
pub(crate) struct Args {
    #[command(flatten)]
    receiver: ReceiverArgs,

    /// Sign the challenges, too; it is not known whether Smartcar does.
    #[arg(long)]
    signed: bool,

    /// Print an object of JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, BoxError> {
    let text = args.receiver.token.text()?;
    let token = args.receiver.token.read()?;
    let url = &args.receiver.url;
    let client = Client::new()?;
    let printer = Printer::new(args.json);
    let mut rows = Vec::new();
    let mut is_verified = true;
    for challenge in [Challenge::v4(), Challenge::v2()] {
        let body = challenge.body.clone();
        let request = if args.signed {
            signed(url, &token, body)
        } else {
            post(url, body, None)
        };
        let exchange = client.send(request).await;
        let wrong = challenge.check(&exchange, &text).err();
        is_verified &= wrong.is_none();
        let version = challenge.version;
        let took = spoken(exchange.took);
        match &wrong {
            None => printer.line(format!("challenge {version}: right, after {took}")),
            Some(problem) => {
                printer.line(format!(
                    "challenge {version}: wrong, after {took}: {problem}"
                ));
            }
        }
        rows.push(json!({
            "version": version,
            "right": wrong.is_none(),
            "status": exchange.status(),
            "ms": millis(exchange.took),
            "problem": wrong,
        }));
    }
    printer.line(if is_verified {
        "verified"
    } else {
        "not verified"
    });
    printer.json(&json!({"verified": is_verified, "challenges": rows}));
    Ok(Verdict::of(is_verified))
}
