//! One delivery.

use std::path::PathBuf;

use bytes::Bytes;
use http::{Request, Uri};
use serde_json::json;
use smartcar_webhook_core::testing::Spelling;
use smartcar_webhook_core::{BoxError, ManagementToken, SC_SIGNATURE};
use smartcar_webhook_examples::printer::Printer;
use smartcar_webhook_examples::text::{millis, spoken};
use smartcar_webhook_examples::verdict::Verdict;
use uuid::Uuid;

use crate::client::{Client, signed};
use crate::receiver::ReceiverArgs;
use crate::sample::{Kind, delivery};

/// Sends one delivery of a kind, and says what was answered.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  simulator send http://127.0.0.1:8080/webhooks/smartcar vehicle-state --token secret
  simulator send http://127.0.0.1:8080/webhooks/smartcar vehicle-state --spelling triggers-as-names --print")]
pub(crate) struct Args {
    #[command(flatten)]
    receiver: ReceiverArgs,

    /// What to send.
    #[arg(value_enum)]
    kind: Kind,

    /// Spell it so, where it says something about it; may be given several times.
    #[arg(long, value_name = "NAME", value_parser = spelling, hide_possible_values = true)]
    spelling: Vec<Spelling>,

    /// Id of the vehicle; else one of the seed.
    #[arg(long, value_name = "ID")]
    vehicle: Option<String>,

    /// Ids and times: the same seed makes the same event, which is a copy when it is sent twice; else random.
    #[arg(long)]
    seed: Option<u64>,

    /// Sign with another token than the receiver has; it is to be refused.
    #[arg(long)]
    forged: bool,

    /// Send nothing: print the signed request, as a command for curl.
    #[arg(long)]
    print: bool,

    /// With --print, have the body in this file.
    #[arg(long, value_name = "FILE", requires = "print")]
    body_file: Option<PathBuf>,

    /// Print an object of JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, BoxError> {
    let token = args.receiver.token.read()?;
    let url = &args.receiver.url;
    let seed = args
        .seed
        .unwrap_or_else(|| Uuid::new_v4().as_u64_pair().0 % 1_000_000_000);
    let mut event = delivery(args.kind, seed, args.vehicle.as_deref());
    for spelling in &args.spelling {
        spelling.respell(&mut event);
    }
    let body = Bytes::from(event.to_string());
    let request = if args.forged {
        signed(
            url,
            &ManagementToken::new(Uuid::new_v4().to_string())?,
            body,
        )
    } else {
        signed(url, &token, body)
    };
    let printer = Printer::new(args.json);
    if args.print {
        return show(&printer, url, &request, args.body_file.as_ref());
    }
    let exchange = Client::new()?.send(request).await;
    let answer = [exchange.in_short(), exchange.body()].join(" ");
    printer.line(format!(
        "{}, after {}",
        answer.trim_end(),
        spoken(exchange.took)
    ));
    printer.json(&json!({
        "status": exchange.status(),
        "answer": exchange.body(),
        "problem": exchange.problem(),
        "ms": millis(exchange.took),
        "seed": seed,
        "body": event,
    }));
    // A forgery is to be refused, and not by breaking.
    let is_refused = exchange.status().is_some_and(|it| (400..500).contains(&it));
    Ok(Verdict::of(if args.forged {
        is_refused
    } else {
        exchange.acknowledges()
    }))
}

fn show(
    printer: &Printer,
    url: &Uri,
    request: &Request<Bytes>,
    file: Option<&PathBuf>,
) -> Result<Verdict, BoxError> {
    let body = String::from_utf8_lossy(request.body());
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| {
        let name = if *name == SC_SIGNATURE {
            "SC-Signature"
        } else {
            name.as_str()
        };
        (name, value.to_str().unwrap_or_default())
    });
    let headers: Vec<_> = headers.collect();
    let data = match file {
        None => body.to_string(),
        Some(file) => {
            std::fs::write(file, request.body())
                .map_err(|err| format!("{}: {err}", file.display()))?;
            format!("@{}", file.display())
        }
    };
    let flags = headers
        .iter()
        .map(|(name, value)| format!("-H {}", quoted(&format!("{name}: {value}"))));
    let flags = flags.collect::<Vec<_>>().join(" ");
    printer.line(format!(
        "curl -i {flags} --data-binary {} {}",
        quoted(&data),
        quoted(&url.to_string())
    ));
    let headers: serde_json::Map<_, _> = headers
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    printer.json(&json!({"url": url.to_string(), "headers": headers, "body": body}));
    Ok(Verdict::Well)
}

/// A word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Reads the name of a spelling.
pub(crate) fn spelling(name: &str) -> Result<Spelling, String> {
    let all = || Spelling::ALL.iter().map(|it| it.name()).collect::<Vec<_>>();
    name.parse()
        .map_err(|_| format!("no such spelling; there are {}", all().join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_a_shell() {
        for text in ["plain", "it's", "a \"b\" $c `d` \\ e"] {
            let echo = format!("printf %s {}", quoted(text));
            let output = std::process::Command::new("sh")
                .args(["-c", &echo])
                .output()
                .unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), text);
        }
    }

    #[test]
    fn spellings_have_names() {
        for known in Spelling::ALL {
            assert_eq!(spelling(known.name()).as_ref(), Ok(known));
        }
        assert!(spelling("in-latin").unwrap_err().contains("there are"));
    }
}
