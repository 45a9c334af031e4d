//! A proxy that writes down what it passes on.

mod counts;
mod disguise;
mod proxy;
mod redaction;
mod shelf;

use std::path::PathBuf;

use http::Uri;
use serde_json::json;
use smartcar_webhook_core::{BoxError, Keyring};
use smartcar_webhook_examples::printer::{Printer, say};
use smartcar_webhook_examples::stop::interrupted;
use smartcar_webhook_examples::token::TokenArgs;
use smartcar_webhook_examples::verdict::Verdict;
use tokio::net::TcpListener;

use self::proxy::Proxy;
use self::shelf::Shelf;
use crate::client::Client;
use crate::receiver::url;

/// Passes requests on to a receiver, and writes down the deliveries among them whose signature fits, without what says something about persons and places.
///
/// VINs, positions, names and ids are replaced by invented ones of the same form, the same ones by the same; what is written down is signed with a token that everybody knows.
/// Everything else is passed on and counted.
/// Ctrl-C ends it: with 0 if something was written down, with 2 if nothing was.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  simulator record --listen 127.0.0.1:9090 --to http://127.0.0.1:8080/webhooks/smartcar --dir recordings --token secret")]
pub(crate) struct Args {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9090")]
    listen: String,

    /// The receiver. With a path, everything goes there; without one, requests keep theirs.
    #[arg(long, value_name = "URL", value_parser = url)]
    to: Uri,

    /// A folder to write to; it is made if need be.
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,

    #[command(flatten)]
    token: TokenArgs,

    /// Print a line of JSON for each request, and one of their numbers.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(args: Args) -> Result<Verdict, BoxError> {
    let keys = Keyring::new("the token", args.token.read()?);
    let shelf = Shelf::new(args.dir.clone())?;
    let listen = &args.listen;
    let listener = TcpListener::bind(listen).await;
    let listener = listener
        .map_err(|err| format!("cannot listen on {listen}: {err}; --listen takes HOST:PORT"))?;
    say(&format!(
        "listening at http://{}, passing on to {}",
        listener.local_addr()?,
        args.to
    ));
    let printer = Printer::new(args.json);
    let proxy = Proxy::new(Client::new()?, args.to, keys, shelf, printer.clone());
    let counts = proxy.counts();
    axum::serve(listener, proxy.router())
        .with_graceful_shutdown(interrupted())
        .await?;
    let counts = counts.now();
    printer.line(format!(
        "{} requests passed on: {} recorded, {} challenges, {} not verified, {} that could not be written; {} refused for their size",
        counts.passed, counts.recorded, counts.challenges, counts.unverified, counts.unwritten, counts.refused
    ));
    printer.json(&json!({
        "passed": counts.passed,
        "recorded": counts.recorded,
        "challenges": counts.challenges,
        "unverified": counts.unverified,
        "unwritten": counts.unwritten,
        "refused": counts.refused,
    }));
    if counts.recorded == 0 {
        return Err("nothing was recorded".into());
    }
    Ok(Verdict::of(counts.unwritten == 0))
}
