//! What it costs to receive a delivery, stage by stage, beside the same by hand and beside what nobody does without.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::print_stdout, reason = "the ratios are its result")]

#[path = "../cases/mod.rs"]
mod cases;

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::Bytes;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use http::{HeaderMap, Request};
use smartcar_webhook_core::layer::idempotency::MemoryStore;
use smartcar_webhook_core::layer::{Detach, Idempotency};
use smartcar_webhook_core::{Delivery, Keyring, SC_SIGNATURE, Signature};
use tower::{Layer, ServiceExt};

use crate::cases::bodies::{SIZES, Size};
use crate::cases::{by_hand, floor, many, ours};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    verify(&mut criterion);
    read(&mut criterion);
    route(&mut criterion);
    dispatch(&mut criterion);
    webhook(&mut criterion);
    criterion.final_summary();
    if !std::env::args().any(|it| it == "--test") {
        ratios();
    }
}

fn sized<'a>(
    criterion: &'a mut Criterion,
    group: &str,
    mut each: impl FnMut(
        &mut criterion::BenchmarkGroup<'a, criterion::measurement::WallTime>,
        Size,
        Bytes,
    ),
) {
    let mut group = criterion.benchmark_group(group);
    for size in SIZES {
        let body = Bytes::from(size.body(0));
        group.throughput(Throughput::Bytes(body.len() as u64));
        each(&mut group, size, body);
    }
    group.finish();
}

/// Header and hash.
fn verify(criterion: &mut Criterion) {
    let keys = Keyring::from(ours::token());
    sized(criterion, "verify", |group, size, body| {
        let request = ours::request(&body);
        group.bench_function(BenchmarkId::new("ours", size.name), |bencher| {
            bencher.iter(|| {
                let signature = Signature::from_hex(&request.headers()[SC_SIGNATURE]).unwrap();
                black_box(keys.verify(&body, &signature).unwrap());
            });
        });
        group.bench_function(BenchmarkId::new("by hand", size.name), |bencher| {
            bencher.iter(|| by_hand::verify(ours::TOKEN, ours::signature(&request), &body));
        });
        let token = ours::token();
        group.bench_function(BenchmarkId::new("floor", size.name), |bencher| {
            bencher.iter(|| token.sign(&body));
        });
    });
}

/// Envelope and payload.
fn read(criterion: &mut Criterion) {
    sized(criterion, "read", |group, size, body| {
        group.bench_function(BenchmarkId::new("ours", size.name), |bencher| {
            bencher.iter(|| ours::read(&body));
        });
        group.bench_function(BenchmarkId::new("by hand", size.name), |bencher| {
            bencher.iter(|| by_hand::dispatch(ours::TOKEN, &body).unwrap());
        });
        group.bench_function(BenchmarkId::new("floor", size.name), |bencher| {
            bencher.iter(|| floor::tokenise(&body));
        });
    });
}

/// To a handler that reads nothing, of one, ten and a thousand.
fn route(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("route");
    let delivery = Delivery::assume_verified(many::FIRST.into()).unwrap();
    let runtime = ours::runtime();
    for handlers in [1, 10, 1000] {
        let router = many::router(handlers);
        group.bench_function(BenchmarkId::new("ours", handlers), |bencher| {
            bencher.iter(|| {
                runtime
                    .block_on(router.clone().oneshot(delivery.clone()))
                    .unwrap()
            });
        });
    }
    group.bench_function("by hand", |bencher| {
        bencher.iter(|| {
            let event_type = delivery.envelope().event_type.as_ref().unwrap();
            match black_box(event_type.as_str()) {
                "000" => runtime.block_on(async { black_box(1) }),
                _ => 0,
            }
        });
    });
    group.finish();
}

/// From a delivery that is verified to its outcome, through the layers of the default stack.
fn dispatch(criterion: &mut Criterion) {
    let layers = Idempotency::new(MemoryStore::new());
    let service = Detach::new().layer(layers.layer(ours::router()));
    let runtime = ours::runtime();
    sized(criterion, "dispatch", |group, size, _| {
        let mut numbers = 0..;
        group.bench_function(BenchmarkId::new("ours", size.name), |bencher| {
            bencher.iter_batched(
                || Delivery::assume_verified(size.body(numbers.next().unwrap()).into()).unwrap(),
                |delivery| runtime.block_on(service.clone().oneshot(delivery)).unwrap(),
                BatchSize::LargeInput,
            );
        });
    });
}

/// From a request to its response.
fn webhook(criterion: &mut Criterion) {
    let runtime = ours::runtime();
    sized(criterion, "webhook", |group, size, body| {
        let mut numbers = 0..;
        let mut next = || ours::request(&size.body(numbers.next().unwrap()).into());
        for (name, webhook) in [("ours", ours::webhook()), ("bare", ours::bare_webhook())] {
            group.bench_function(BenchmarkId::new(name, size.name), |bencher| {
                bencher.iter_batched(
                    &mut next,
                    |request| runtime.block_on(ours::handle(&webhook, request)),
                    BatchSize::LargeInput,
                );
            });
        }
        let request = ours::request(&body);
        group.bench_function(BenchmarkId::new("by hand", size.name), |bencher| {
            bencher.iter(|| ours::by_hand(&request));
        });
        let token = ours::token();
        group.bench_function(BenchmarkId::new("floor", size.name), |bencher| {
            bencher.iter(|| floor::handle(&token, &request));
        });
    });
}

/// The ratio to read: of interleaved rounds, so that the machine's moods are in both.
fn ratios() {
    println!("\nwebhook / by hand, median of 31 interleaved rounds");
    let runtime = ours::runtime();
    for size in SIZES {
        let webhook = ours::webhook();
        let mut numbers = 0..;
        let mut ratios: Vec<_> = (0..31)
            .map(|_| {
                let calls = 2_000_000 / size.body(0).len();
                let next = |number| ours::request(&size.body(number).into());
                let requests: Vec<_> = numbers.by_ref().take(calls.min(1000)).map(next).collect();
                let copies: Vec<_> = requests.iter().map(copy).collect();
                let by_hand = time(|| {
                    for request in &copies {
                        black_box(ours::by_hand(request));
                    }
                });
                let ours = time(|| {
                    runtime.block_on(async {
                        for request in requests {
                            black_box(ours::handle(&webhook, request).await);
                        }
                    });
                });
                ours / by_hand
            })
            .collect();
        ratios.sort_by(f64::total_cmp);
        println!("{:>7} {:.2}", size.name, ratios[15]);
    }
}

fn copy(request: &Request<Bytes>) -> Request<Bytes> {
    let mut copy = Request::new(request.body().clone());
    *copy.headers_mut() = HeaderMap::clone(request.headers());
    copy
}

fn time(call: impl FnOnce()) -> f64 {
    let start = Instant::now();
    call();
    start.elapsed().max(Duration::from_nanos(1)).as_secs_f64()
}
