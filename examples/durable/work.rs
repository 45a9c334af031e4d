//! The side that handles.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use serde_json::json;
use smartcar_webhook_core::inbox::{DeadLetters, Queue};
use smartcar_webhook_core::{BoxError, Delivery, EventRouter};
use smartcar_webhook_inbox::{Attempt, Worker};
use tokio::time::sleep;

use super::event_type;
use crate::gist;
use crate::printer::{Printer, say};
use crate::stop::interrupted;
use crate::text::{duration, plain};

/// What a worker is told.
#[derive(clap::Args, Clone, Debug)]
pub struct WorkArgs {
    /// How long each delivery takes, for you to have the time to kill the program.
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = duration)]
    slow: Duration,

    /// Fail about one delivery in N, at every attempt: they become dead letters, which the program `inbox` shows.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    fail_every: Option<u64>,

    /// How often a delivery is tried before it is a dead letter.
    #[arg(long, value_name = "N", default_value_t = Worker::<(), ()>::DEFAULT_MAX_ATTEMPTS, value_parser = clap::value_parser!(u32).range(1..))]
    attempts: u32,

    /// How long to wait after the first attempt; after each other one four times as long.
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = duration)]
    backoff: Duration,

    /// How long a delivery rests whose worker died, a second at least.
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = lease)]
    lease: Duration,
}

/// Reads a time that a lease can be.
fn lease(text: &str) -> Result<Duration, String> {
    let lease = duration(text)?;
    let is_long_enough = lease >= Duration::from_secs(1);
    is_long_enough
        .then_some(lease)
        .ok_or_else(|| "takes a second or more".to_owned())
}

/// How long handlers may go on after Ctrl-C; `docker stop` kills after 10 s.
const DRAIN: Duration = Duration::from_secs(8);

const HOUR: Duration = Duration::from_secs(3600);

/// Handles what is stored until Ctrl-C, and says at last what was done.
///
/// # Errors
///
/// When the dead letters cannot be counted.
pub async fn work<Q>(args: &WorkArgs, queue: Q, printer: &Printer) -> Result<(), BoxError>
where
    Q: Queue + DeadLetters + Clone,
{
    say(&format!("working; {}", dead_letters(&queue).await?));
    let worker = Worker::new(queue.clone(), router(args, printer))
        .max_attempts(args.attempts)
        .backoff(args.backoff, 4, HOUR)
        .lease(args.lease)
        .drain(DRAIN);
    let report = worker.run(interrupted()).await;
    say(&format!(
        "handled {}, tried again {}, given up {}, left to another worker {}; {}",
        report.completed(),
        report.retried(),
        report.buried(),
        report.lost() + report.given_back(),
        dead_letters(&queue).await?,
    ));
    Ok(())
}

/// The handler that an app would have here: it must not mind to see a delivery twice.
fn router(args: &WorkArgs, printer: &Printer) -> EventRouter {
    let (args, printer) = (args.clone(), printer.clone());
    EventRouter::new().fallback(move |delivery: Delivery| {
        let (args, printer) = (args.clone(), printer.clone());
        async move {
            sleep(args.slow).await;
            let fails = args
                .fail_every
                .is_some_and(|every| is_one_in(every, &delivery));
            print(
                &printer,
                if fails { "failed" } else { "handled" },
                &delivery,
            );
            if fails {
                return Err("failed, as --fail-every says");
            }
            Ok(())
        }
    })
}

/// The same ones at every attempt.
fn is_one_in(every: u64, delivery: &Delivery) -> bool {
    let mut hasher = DefaultHasher::new();
    delivery.idempotency_key().hash(&mut hasher);
    hasher.finish().is_multiple_of(every)
}

fn print(printer: &Printer, what: &str, delivery: &Delivery) {
    let attempt = delivery.extensions().get::<Attempt>();
    let attempt = attempt.map_or(1, Attempt::number);
    let (event_type, gist) = (event_type(delivery), gist::of(delivery));
    printer.line(plain(&format!(
        "{what:<7}  {event_type:<18}  attempt {attempt}  {gist}"
    )));
    printer.json(&json!({
        "type": what,
        "key": delivery.idempotency_key(),
        "event_type": event_type,
        "attempt": attempt,
    }));
}

async fn dead_letters(engine: &impl DeadLetters) -> Result<String, BoxError> {
    const MOST: usize = 1000;
    Ok(match engine.list(None, MOST).await?.len() {
        0 => "no dead letters".to_owned(),
        1 => "1 dead letter".to_owned(),
        MOST => format!("{MOST} dead letters or more"),
        number => format!("{number} dead letters"),
    })
}
