//! Deliveries that were recorded.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use smartcar_webhook_core::BoxError;
use smartcar_webhook_examples::printer::Printer;
use smartcar_webhook_examples::text::{millis, rate, spoken};
use smartcar_webhook_examples::verdict::Verdict;
use uuid::Uuid;

use crate::client::{Client, signed};
use crate::receiver::ReceiverArgs;
use crate::recording::read;

/// Sends recorded deliveries, in order, signed with the receiver's token.
///
/// Ends with 1 if any was not acknowledged; nothing is sent again.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  simulator replay recordings http://127.0.0.1:8080/webhooks/smartcar --speed 10 --token secret
  simulator replay body.json http://127.0.0.1:8080/webhooks/smartcar --new-ids")]
pub(crate) struct Args {
    /// Files of `simulator record`, bodies of deliveries, or folders with such files, which are taken in the order of their names.
    #[arg(required = true, num_args = 1.., value_name = "FILE")]
    files: Vec<PathBuf>,

    #[command(flatten)]
    receiver: ReceiverArgs,

    /// Keep the pace of the recording, so many times as fast; else one delivery after another.
    #[arg(long, value_name = "TIMES", value_parser = rate, conflicts_with = "rate")]
    speed: Option<f64>,

    /// Send so many a second.
    #[arg(long, value_name = "N", value_parser = rate)]
    rate: Option<f64>,

    /// Give events new ids, so that they are not copies of those that were sent before.
    #[arg(long)]
    new_ids: bool,

    /// Print a line of JSON for each delivery, and one of their numbers.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, BoxError> {
    let token = args.receiver.token.read()?;
    let files = listed(&args.files)?;
    if files.is_empty() {
        return Err("there is no file to replay".into());
    }
    let client = Client::new()?;
    let printer = Printer::new(args.json);
    let mut ids = HashMap::new();
    let mut before = None;
    let mut acknowledged = 0;
    for (number, file) in files.iter().enumerate() {
        let shown = file.display();
        let bytes = std::fs::read(file).map_err(|err| format!("{shown}: {err}"))?;
        let (mut body, after) = read(bytes.into());
        if args.new_ids {
            body = renewed(body, &mut ids);
        }
        if number > 0 {
            tokio::time::sleep(args.wait(before, after)).await;
        }
        before = after.or(before);
        let exchange = client.send(signed(&args.receiver.url, &token, body)).await;
        acknowledged += usize::from(exchange.acknowledges());
        printer.line(format!(
            "{} after {}  {shown}",
            exchange.in_short(),
            spoken(exchange.took)
        ));
        printer.json(&json!({
            "file": file,
            "status": exchange.status(),
            "problem": exchange.problem(),
            "ms": millis(exchange.took),
        }));
    }
    let count = files.len();
    printer.line(format!("{count} sent, {acknowledged} acknowledged"));
    printer.json(&json!({"sent": count, "acknowledged": acknowledged}));
    Ok(Verdict::of(acknowledged == count))
}

impl Args {
    /// How long to wait before the next one, given when the last one was recorded and when this one was.
    fn wait(&self, before: Option<u64>, after: Option<u64>) -> Duration {
        match (self.rate, self.speed, before, after) {
            (Some(rate), ..) => Duration::from_secs_f64(1.0 / rate),
            (None, Some(speed), Some(before), Some(after)) => {
                Duration::from_millis(after.saturating_sub(before)).div_f64(speed)
            }
            _ => Duration::ZERO,
        }
    }
}

/// The files, and those in folders.
fn listed(paths: &[PathBuf]) -> Result<Vec<PathBuf>, BoxError> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(inside(path).map_err(|err| format!("{}: {err}", path.display()))?);
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn inside(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() && path.extension().is_some_and(|it| it == "json") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The same bytes with other ids of the event, the same for the same.
fn renewed(body: Bytes, ids: &mut HashMap<String, String>) -> Bytes {
    let Ok(text) = std::str::from_utf8(&body) else {
        return body;
    };
    let read: Value = serde_json::from_str(text).unwrap_or_default();
    let vehicles = read["payload"]["vehicles"].as_array();
    let requests = vehicles.into_iter().flatten().map(|it| &it["requestId"]);
    let places = [&read["eventId"], &read["payload"]["eventId"]];
    let mut renewed = text.to_owned();
    for id in places.into_iter().chain(requests).filter_map(Value::as_str) {
        let new = ids
            .entry(id.to_owned())
            .or_insert_with(|| Uuid::new_v4().to_string());
        renewed = renewed.replace(&format!("\"{id}\""), &format!("\"{new}\""));
    }
    renewed.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_ids_change_nothing_else() {
        let mut ids = HashMap::new();
        let body = Bytes::from(r#"{"b": 1.50, "eventId":"e1","a":["e1", "e12"]}"#);
        let first = renewed(body.clone(), &mut ids);
        assert_eq!(first, renewed(body, &mut ids));
        let id = &ids["e1"];
        assert_eq!(
            first,
            format!(r#"{{"b": 1.50, "eventId":"{id}","a":["{id}", "e12"]}}"#)
        );
        let vehicles = Bytes::from(r#"{"payload":{"vehicles":[{"requestId":"r1"}]}}"#);
        assert!(!renewed(vehicles, &mut ids).ends_with(br#""r1"}]}}"#));
        assert_eq!(renewed("no JSON".into(), &mut ids), "no JSON");
    }
}
