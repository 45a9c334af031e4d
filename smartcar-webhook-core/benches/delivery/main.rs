//! What it costs to verify, read and dispatch a delivery, beside a handler written by hand.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::print_stdout, reason = "the ratios are its result")]

mod bodies;
mod by_hand;
mod wire;

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::Bytes;
use criterion::{BenchmarkId, Criterion, Throughput};
use futures_util::FutureExt;
use http::{Request, Response};
use smartcar_webhook_core::payload::v2::{ChargingCompleted, Dynamic, Schedule};
use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::{
    BoxError, Delivery, EventRouter, ManagementToken, SC_SIGNATURE, Webhook,
};
use tower::ServiceExt;

const TOKEN: &str = "8f0c2e1a-4d5b-4c6d-9e7f-0a1b2c3d4e5f";

fn webhook() -> Webhook {
    let router = EventRouter::new()
        .on(async |state: Delivery<VehicleState>| {
            black_box(state.signals.len() + state.triggers.len());
            Ok::<_, BoxError>(())
        })
        .on(async |dynamic: Delivery<Dynamic>| {
            black_box(
                dynamic
                    .vehicles
                    .iter()
                    .map(|it| it.data.len())
                    .sum::<usize>(),
            );
            Ok::<_, BoxError>(())
        })
        .on(async |schedule: Delivery<Schedule>| {
            black_box(
                schedule
                    .vehicles
                    .iter()
                    .map(|it| it.data.len())
                    .sum::<usize>(),
            );
            Ok::<_, BoxError>(())
        })
        .on(async |completed: Delivery<ChargingCompleted>| {
            black_box(completed.vehicle_id.len());
            Ok::<_, BoxError>(())
        });
    Webhook::new(ManagementToken::new(TOKEN).unwrap(), router)
}

fn ours(webhook: &Webhook, request: Request<Bytes>) -> Response<Bytes> {
    // No handler here waits for anything, so no runtime is in the figures.
    webhook
        .clone()
        .oneshot(request)
        .now_or_never()
        .unwrap()
        .unwrap()
}

fn request(body: &Bytes, signature: &str) -> Request<Bytes> {
    let request = Request::post("/webhooks/smartcar").header(SC_SIGNATURE, signature);
    request.body(body.clone()).unwrap()
}

fn main() {
    let webhook = webhook();
    let token = ManagementToken::new(TOKEN).unwrap();
    let cases: Vec<_> = bodies::all()
        .into_iter()
        .map(|(name, body)| {
            let body = Bytes::from(body);
            let signature = token.sign(&body).to_hex();
            assert_eq!(ours(&webhook, request(&body, &signature)).status(), 200);
            assert_eq!(
                by_hand::handle(TOKEN, &request(&body, &signature)).status(),
                200
            );
            (name, body, signature)
        })
        .collect();

    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("dispatch");
    for (name, body, signature) in &cases {
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function(BenchmarkId::new("ours", name), |bencher| {
            bencher.iter(|| ours(&webhook, request(body, signature)));
        });
        group.bench_function(BenchmarkId::new("by hand", name), |bencher| {
            bencher.iter(|| by_hand::handle(TOKEN, &request(body, signature)));
        });
    }
    group.finish();
    criterion.final_summary();

    if std::env::args().any(|it| it == "--test") {
        return;
    }
    println!("\nours / by hand, median of 31 interleaved rounds");
    for (name, body, signature) in &cases {
        let mut ratios: Vec<_> = (0..31)
            .map(|_| {
                let ours = time(|| drop(ours(&webhook, request(body, signature))));
                let by_hand = time(|| drop(by_hand::handle(TOKEN, &request(body, signature))));
                ours / by_hand
            })
            .collect();
        ratios.sort_by(f64::total_cmp);
        println!("{name:>7} {:.2}", ratios[15]);
    }
}

/// Seconds a call takes, over at least five milliseconds.
fn time(mut call: impl FnMut()) -> f64 {
    let start = Instant::now();
    let mut calls = 0_u32;
    while start.elapsed() < Duration::from_millis(5) {
        call();
        calls += 1;
    }
    start.elapsed().as_secs_f64() / f64::from(calls)
}
