//! What it costs to read the largest delivery, beside plain derived structs.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::print_stdout, reason = "the ratio is its result")]

mod derived;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use smartcar_webhook_core::Delivery;
use smartcar_webhook_core::payload::Event;
use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::signal::TractionBatteryStateOfCharge;

use crate::derived::State;

/// All 96 signals, 24 KB.
const BODY: &str = include_str!("../../tests/fixtures/v4-vehicle-state-every-signal.json");

fn main() {
    let delivery = Delivery::assume_verified(BODY.into()).unwrap();
    let json = delivery.json();
    let state = delivery.read::<VehicleState>().unwrap();
    let derived: State = serde_json::from_str(BODY).unwrap();
    assert_eq!(derived.data.signals.len(), state.signals.len());

    let ours = || drop(black_box(VehicleState::read(json).unwrap()));
    let derived = || drop(black_box(serde_json::from_str::<State>(BODY).unwrap()));

    // For a tool that counts instructions: `read count ours 1000`.
    let args: Vec<_> = std::env::args().collect();
    if let [_, count, which, times, ..] = &args[..]
        && count == "count"
    {
        let times: u32 = times.parse().unwrap();
        (0..times).for_each(|_| if which == "ours" { ours() } else { derived() });
        return;
    }

    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("read");
    group.throughput(Throughput::Bytes(BODY.len() as u64));
    group.bench_function("ours", |bencher| bencher.iter(ours));
    group.bench_function("derived", |bencher| bencher.iter(derived));
    group.bench_function("one signal of it", |bencher| {
        bencher.iter(|| state.current::<TractionBatteryStateOfCharge>());
    });
    group.bench_function("its drift", |bencher| bencher.iter(|| delivery.drift()));
    group.finish();
    criterion.final_summary();

    if args.iter().any(|it| it == "--test") {
        return;
    }
    let mut ratios: Vec<_> = (0..31).map(|_| time(ours) / time(derived)).collect();
    ratios.sort_by(f64::total_cmp);
    println!(
        "\nours / derived, median of 31 interleaved rounds: {:.2}",
        ratios[15]
    );
}

/// Seconds a call takes, over at least five milliseconds.
fn time(call: impl Fn()) -> f64 {
    let start = Instant::now();
    let mut calls = 0_u32;
    while start.elapsed() < Duration::from_millis(5) {
        call();
        calls += 1;
    }
    start.elapsed().as_secs_f64() / f64::from(calls)
}
