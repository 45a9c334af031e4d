//! What is measured of each engine.

use crate::figures::per_second;
use crate::load::{Engine, SLOTS, answered_to_handled, claim, drain, finish, store};
use crate::site::{Footprint, Site};

/// How many deliveries it takes.
pub(crate) struct Scale {
    /// One after the other.
    few: usize,
    /// By 64 senders.
    many: usize,
    /// Beside how many that are done stores and claims are measured, beside none as well.
    finished: Vec<usize>,
}

impl Scale {
    pub(crate) fn smoke() -> Self {
        Self {
            few: SLOTS,
            many: 100,
            finished: vec![300],
        }
    }

    pub(crate) fn full(finished: usize) -> Self {
        let mut finished = vec![finished.min(100_000), finished];
        finished.dedup();
        Self {
            few: 40 * SLOTS,
            many: 20_000,
            finished,
        }
    }
}

/// Prints what it finds; `tidy` clears away what the engine clears away at times of its own.
pub(crate) async fn measure(
    engine: impl Engine,
    site: &Site<'_>,
    scale: &Scale,
    tidy: impl AsyncFn(),
) {
    let engine = &engine;
    let mut costs = vec![cost(engine, scale, 0).await];
    let mut done = scale.few;

    println!("| | rate | p50 / p99 |\n|---|---|---|");
    for (senders, deliveries) in [(1, scale.few), (64, scale.many)] {
        let (elapsed, each) = store(engine, senders, deliveries).await;
        let rate = per_second(deliveries, elapsed);
        println!("| stores, {senders} at once | {rate} | {each} |");
    }
    let waiting = scale.few + scale.many;
    let rate = per_second(waiting, drain(engine, waiting).await);
    println!("| drain, {SLOTS} slots | {rate} | |");
    let latency = answered_to_handled(engine, 200, scale.few).await;
    println!("| from answered to handled | 200/s | {latency} |");
    done += waiting + scale.few;

    tidy().await;
    let (before, done_before) = (site.footprint(), done);
    for &finished in &scale.finished {
        let more = finished.saturating_sub(done);
        finish(engine, more).await;
        done += more;
        tidy().await;
        costs.push(cost(engine, scale, done).await);
        done += scale.few;
    }
    println!("\n| beside so many finished | a store | a claim of {SLOTS} |\n|---|---|---|");
    for cost in costs {
        println!("{cost}");
    }

    tidy().await;
    println!("\n| | with {done_before} remembered | with {done} | each |\n|---|---|---|---|");
    let (after, more) = (site.footprint(), (done - done_before) as u64);
    let rows = [
        ("disk", before.disk, after.disk),
        ("memory", before.memory, after.memory),
    ];
    for (what, before, after) in rows {
        let (Some(before), Some(after)) = (before, after) else {
            continue;
        };
        let each = after.saturating_sub(before) / more;
        let [before, after] = [before, after].map(Footprint::megabytes);
        println!("| {what} | {before} | {after} | {each} B |");
    }
}

/// What stores and claims take, one after the other, as a row of a table.
async fn cost(engine: &impl Engine, scale: &Scale, finished: usize) -> String {
    let (_, stores) = store(engine, 1, scale.few).await;
    let claims = claim(engine, scale.few, SLOTS).await;
    format!("| {finished} | {stores} | {claims} |")
}
