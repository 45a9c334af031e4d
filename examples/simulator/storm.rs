//! Everything at once.

mod weather;
mod wire;
mod report;
mod genuine;
mod strangers;

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use smartcar_webhook_core::BoxError;
use smartcar_webhook_examples::connection::Connector;
use smartcar_webhook_examples::printer::{Printer, say};
use smartcar_webhook_examples::text::{duration, spoken};
use smartcar_webhook_examples::verdict::Verdict;

use self::genuine::Genuine;
use self::report::Report;
use self::weather::Weather;
use self::wire::Wire;
use crate::challenge::Challenge;
use crate::client::{Client, post};
use crate::receiver::ReceiverArgs;

/// Does everything bad at once, beside genuine deliveries, and says whether the receiver stood it.
///
/// Copies, events that overtake one another, forged signatures, oversized bodies, bytes that are no HTTP, connections that send a byte a second and connections that send nothing.
/// Use it on receivers of your own, and on none that strangers pay for.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  simulator storm http://127.0.0.1:8080/webhooks/smartcar --for 20s --token secret")]
pub(crate) struct Args {
    #[command(flatten)]
    receiver: ReceiverArgs,

    /// For how long.
    #[arg(long = "for", default_value = "20s", value_name = "TIME", value_parser = duration)]
    time: Duration,

    /// How many connections are held open that send nothing, and half as many that send a byte a second.
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=5000))]
    connections: u16,

    /// Print an object of JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, BoxError> {
    let url = &args.receiver.url;
    let client = Client::new()?;
    let token = args.receiver.token.read()?;
    let text = args.receiver.token.text()?;
    let printer = Printer::new(args.json);
    let report = Arc::new(Report::default());
    let weather = Arc::new(Weather {
        client: client.clone(),
        url: url.clone(),
        token,
        end: Instant::now() + args.time,
        report: Arc::clone(&report),
        wire: Wire::new(Connector::new(url)?, url),
    });
    say(&format!("a storm for {}", spoken(args.time)));

    let genuine = Arc::new(Genuine::default());
    let raw = strangers::raw(&weather, args.connections);
    let mut works = strangers::refused(&weather);
    genuine::deliver(&weather, &genuine, &mut works);
    while let Some(done) = works.join_next().await {
        done?;
    }
    for thread in raw {
        thread.await?;
    }

    say("it is over; sending again what was not acknowledged");
    let lost = genuine.redeliver(&weather).await;
    let challenge = Challenge::v4();
    let exchange = client.send(post(url, challenge.body.clone(), None)).await;
    let verification = challenge.check(&exchange, &text).err();
    let is_serving = genuine::deliver_one(&weather).await;

    let accepted = report.accepted();
    let broken = report.broken();
    printer.line(report.table());
    let all = genuine.count();
    let says = [
        (
            lost == 0,
            format!(
                "genuine events acknowledged in the end: {} of {all}",
                all - lost
            ),
        ),
        (
            accepted == 0,
            format!("forged or broken requests that were accepted: {accepted}"),
        ),
        (
            broken == 0,
            format!("strangers' requests answered with 5xx: {broken}"),
        ),
        (
            verification.is_none(),
            match &verification {
                None => "a challenge is answered rightly afterwards".to_owned(),
                Some(problem) => format!("a challenge afterwards: {problem}"),
            },
        ),
        (
            is_serving,
            format!(
                "a delivery is {} afterwards",
                if is_serving {
                    "acknowledged"
                } else {
                    "not acknowledged"
                }
            ),
        ),
    ];
    for (is_well, what) in &says {
        printer.line(format!("{}  {what}", if *is_well { "ok " } else { "BAD" }));
    }
    printer.json(&json!({
        "requests": report.json(),
        "genuine": all,
        "genuine_lost": lost,
        "strangers_accepted": accepted,
        "strangers_answered_5xx": broken,
        "challenge_afterwards": verification.is_none(),
        "delivery_afterwards": is_serving,
    }));
    Ok(Verdict::of(says.iter().all(|it| it.0)))
}
