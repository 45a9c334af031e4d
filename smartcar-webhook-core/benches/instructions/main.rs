//! Instructions per delivery, counted, compared with those recorded.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::print_stdout, reason = "the table is its result")]

#[path = "../cases/mod.rs"]
mod cases;

use std::process::Command;

use crate::cases::bodies::SIZES;
use crate::cases::{by_hand, floor, ours};

fn main() {
    let args: Vec<_> = std::env::args().collect();
    if let [_, run, case, size, ..] = &args[..]
        && run == "run"
    {
        run_case(case, size);
        return;
    }
    for size in SIZES {
        print!("{:>6}", size.name);
        for case in [
            "webhook",
            "bare webhook",
            "verify",
            "read",
            "typed",
            "by hand",
            "floor",
        ] {
            print!("  {case} {}", count(case, size.name));
        }
        println!();
    }
}

fn count(case: &str, size: &str) -> u64 {
    let output = Command::new("valgrind")
        .args([
            "--tool=callgrind",
            "--callgrind-out-file=/dev/null",
            "--collect-atstart=no",
            "--toggle-collect=instructions::measured",
        ])
        .arg(std::env::current_exe().unwrap())
        .args(["run", case, size])
        .output()
        .unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{log}");
    let line = log
        .lines()
        .find_map(|it| it.split("Collected : ").nth(1))
        .expect(&log);
    let n: u64 = line.trim().parse().unwrap();
    n / COUNTED as u64
}

const WARM: usize = 40;
const COUNTED: usize = 8;

#[inline(never)]
fn measured(mut work: impl FnMut()) {
    work();
}

fn run_case(case: &str, size: &str) {
    let size = SIZES.into_iter().find(|it| it.name == size).unwrap();
    let requests = (0..WARM + COUNTED).map(|it| ours::request(&size.body(it + 10).into()));
    let mut warm: Vec<_> = requests.collect();
    let mut counted = warm.split_off(WARM);
    let runtime = ours::runtime();
    match case {
        "webhook" | "bare webhook" => {
            let webhook = if case == "webhook" {
                ours::webhook()
            } else {
                ours::bare_webhook()
            };
            let mut all = |requests: &mut Vec<_>| {
                runtime.block_on(async {
                    for request in requests.drain(..) {
                        assert_eq!(ours::handle(&webhook, request).await.status(), 200);
                    }
                })
            };
            all(&mut warm);
            measured(|| all(&mut counted));
        }
        "verify" => {
            let verifier = smartcar_webhook_core::Verifier::new(ours::token());
            let mut all = |requests: &mut Vec<_>| {
                runtime.block_on(async {
                    for request in requests.drain(..) {
                        std::hint::black_box(
                            verifier
                                .receive::<smartcar_webhook_core::payload::Raw>(request)
                                .await
                                .unwrap(),
                        );
                    }
                })
            };
            all(&mut warm);
            measured(|| all(&mut counted));
        }
        "read" => measured(|| {
            for r in &counted {
                drop(smartcar_webhook_core::Delivery::assume_verified(r.body().clone()).unwrap())
            }
        }),
        "typed" => {
            use smartcar_webhook_core::payload::{Event, v2, v4};
            let ds: Vec<_> = counted
                .iter()
                .map(|r| {
                    smartcar_webhook_core::Delivery::assume_verified(r.body().clone()).unwrap()
                })
                .collect();
            measured(|| {
                for d in &ds {
                    match size.name {
                        "0.3KB" => drop(std::hint::black_box(
                            v2::ChargingCompleted::read(d.json()).unwrap(),
                        )),
                        "1.4KB" => drop(std::hint::black_box(v2::Dynamic::read(d.json()).unwrap())),
                        "1MB" => drop(std::hint::black_box(v2::Schedule::read(d.json()).unwrap())),
                        _ => drop(std::hint::black_box(
                            v4::VehicleState::read(d.json()).unwrap(),
                        )),
                    }
                }
            });
        }
        "by hand" => measured(|| {
            for request in &counted {
                assert_eq!(by_hand::handle(ours::TOKEN, request).status(), 200);
            }
        }),
        "floor" => {
            let token = ours::token();
            measured(|| {
                for request in &counted {
                    floor::handle(&token, request);
                }
            })
        }
        _ => panic!(),
    }
}
