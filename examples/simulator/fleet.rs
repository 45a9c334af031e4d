//! A fleet with a life of its own.

mod args;
mod ending;
mod latency;
mod line;
mod progress;
mod summary;

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use smartcar_webhook_core::BoxError;
use smartcar_webhook_core::testing::HttpTarget;
use smartcar_webhook_core::testing::simulator::{Attempt, Ledger, WebhookStatus};
use smartcar_webhook_examples::printer::{Printer, say};
use smartcar_webhook_examples::verdict::Verdict;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

pub(crate) use self::args::Args;
use self::ending::Ending;
use self::latency::Latency;
use self::progress::Progress;
use self::summary::Summary;

pub(crate) async fn run(args: &Args) -> Result<Verdict, BoxError> {
    let simulator = args.simulator()?;
    let ledger = simulator.ledger();
    let progress = Progress::new(args.time, args.is_quiet());
    let printer = Printer::new(args.json).with_bar(progress.bar());
    let latency = Arc::new(Mutex::new(Latency::default()));
    let simulator = simulator.on_attempt({
        let (latency, printer) = (Arc::clone(&latency), printer.clone());
        let is_quiet = args.quiet;
        move |attempt: &Attempt| {
            if attempt.problem.is_none() {
                latency
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .add(attempt.took);
            }
            if !is_quiet {
                printer.line(line::of(attempt));
                printer.json(&line::json(attempt));
            }
        }
    });
    let target = HttpTarget::new()?;

    let ending = Ending::listen();
    let time = args.time;
    let making = {
        let ending = ending.clone();
        async move {
            tokio::select! {
                () = sleep(time) => {}
                () = ending.begun() => {}
            }
            ending.begin();
        }
    };
    let started = Instant::now();
    let mut running = pin!(simulator.run_until(target, making));
    let mut tick = interval(Duration::from_millis(200));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut made_until = None;
    loop {
        tokio::select! {
            biased;
            () = ending.over() => break,
            _ = &mut running => break,
            _ = tick.tick() => {
                if is_refused(&ledger, args.callbacks()) {
                    break;
                }
                if ending.has_begun() && made_until.is_none() {
                    made_until = Some(started.elapsed());
                    progress.waits(&ledger);
                }
                progress.show(&ledger, started.elapsed());
            }
        }
    }
    progress.end();
    let made_for = made_until.unwrap_or_else(|| started.elapsed().min(time));
    let latency = latency
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let summary = Summary {
        ledger: &ledger,
        latency,
        made_for,
        now: started.elapsed(),
    };
    printer.line(&summary);
    printer.json(&summary.json());
    if ledger.totals().events == 0 && ledger.is_complete() {
        say("nothing happened to the fleet in this time");
        return Err(
            "no event was made; try more --vehicles, a higher --rate or a longer --for".into(),
        );
    }
    Ok(Verdict::of(ledger.is_complete()))
}

/// Whether every challenge was answered and no webhook verified: nothing would ever be sent.
fn is_refused(ledger: &Ledger, callbacks: u64) -> bool {
    let none = ledger
        .webhooks()
        .iter()
        .all(|it| it.status == WebhookStatus::Unverified);
    none && ledger.totals().challenges >= callbacks
}
