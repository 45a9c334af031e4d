//! Counting: this program runs itself under valgrind, once for each figure.

use std::hint::black_box;
use std::process::Command;

use smartcar_webhook_core::payload::Raw;
use smartcar_webhook_core::{Keyring, ManagementToken, Signature, Verifier};

use crate::cases::bodies::SIZES;
use crate::cases::{floor, ours};
use crate::record::Record;

/// Counted for each size of body.
pub(crate) const PER_SIZE: [&str; 6] = [
    "webhook",
    "bare webhook",
    "verified",
    "read",
    "by hand",
    "floor",
];

/// Counted once: the cost by the place of the key that fits,
pub(crate) const KEYS: [&str; 3] = ["1st key", "2nd key", "4th key"];

/// and by the number of handlers; with one implementation of the hash, for it takes a minute to compile a thousand.
pub(crate) const HANDLERS: &[&str] = if cfg!(any(feature = "aws-lc-rs", feature = "ring")) {
    &[]
} else {
    &["1 handler", "10 handlers", "1000 handlers"]
};

/// Deliveries before those that are counted.
const WARM: usize = 40;

const COUNTED: usize = 8;

pub(crate) fn counted(valgrind: &str) -> Record {
    let mut record = Record::new(valgrind);
    for size in SIZES {
        for case in PER_SIZE {
            record.push(size.name, case, count(case, size.name));
        }
    }
    for case in KEYS.iter().chain(HANDLERS) {
        record.push("0.3KB", case, count(case, "0.3KB"));
    }
    record
}

fn count(case: &str, size: &str) -> u64 {
    let function = concat!(module_path!(), "::measured*");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args([
            "--collect-atstart=no",
            &format!("--toggle-collect={function}"),
        ])
        .arg(std::env::current_exe().unwrap())
        .args(["run", case, size])
        .output()
        .unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{log}");
    let mut collected = log.lines().filter_map(|it| it.split("Collected : ").nth(1));
    let collected: u64 = collected.next().unwrap().trim().parse().unwrap();
    assert!(collected > 0, "nothing was counted in {function}");
    collected / COUNTED as u64
}

/// What is counted: the one function that switches counting on.
#[inline(never)]
fn measured(work: impl FnOnce()) {
    work();
}

/// Runs a case, of which the last deliveries are counted.
pub(crate) fn run(case: &str, size: &str) {
    let size = SIZES.into_iter().find(|it| it.name == size).unwrap();
    let request = |number| ours::request(&size.body(number).into());
    let mut warm: Vec<_> = (0..WARM).map(request).collect();
    let mut requests: Vec<_> = (WARM..WARM + COUNTED).map(request).collect();
    match case {
        "webhook" | "bare webhook" => {
            let webhook = match case {
                "webhook" => ours::webhook(),
                _ => ours::bare_webhook(),
            };
            let runtime = ours::runtime();
            let all = |requests: &mut Vec<_>| {
                runtime.block_on(async {
                    for request in requests.drain(..) {
                        assert_eq!(ours::handle(&webhook, request).await.status(), 200);
                    }
                });
            };
            all(&mut warm);
            measured(|| all(&mut requests));
        }
        "verified" => {
            let verifier = Verifier::new(ours::token());
            let runtime = ours::runtime();
            let all = |requests: &mut Vec<_>| {
                runtime.block_on(async {
                    for request in requests.drain(..) {
                        black_box(verifier.receive::<Raw>(request).await.unwrap());
                    }
                });
            };
            all(&mut warm);
            measured(|| all(&mut requests));
        }
        "read" => {
            let read = || {
                for request in &requests {
                    ours::read(request.body());
                }
            };
            read();
            measured(read);
        }
        "by hand" => measured(|| {
            for request in &requests {
                assert_eq!(ours::by_hand(request).status(), 200);
            }
        }),
        "floor" => {
            let token = ours::token();
            let floor = || {
                for request in &requests {
                    floor::handle(&token, request);
                }
            };
            floor();
            measured(floor);
        }
        #[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
        "1 handler" => routed(1),
        #[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
        "10 handlers" => routed(10),
        #[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
        "1000 handlers" => routed(1000),
        "1st key" => verified_by(0),
        "2nd key" => verified_by(1),
        "4th key" => verified_by(3),
        _ => panic!("there is no case {case}"),
    }
}

#[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
fn routed(handlers: usize) {
    use smartcar_webhook_core::Delivery;
    use tower::ServiceExt;

    use crate::cases::many;

    let router = many::router(handlers);
    let delivery = Delivery::assume_verified(many::FIRST.into()).unwrap();
    let runtime = ours::runtime();
    let all = || {
        runtime.block_on(async {
            for _ in 0..COUNTED {
                router.clone().oneshot(delivery.clone()).await.unwrap();
            }
        });
    };
    all();
    measured(all);
}

/// The key that fits is behind so many others.
fn verified_by(others: usize) {
    let mut keys = ["a", "b", "c"][..others].iter().map(|it| {
        let key = ManagementToken::new(*it).unwrap();
        (*it, key)
    });
    let last = ("last", ours::token());
    let (label, first) = keys.next().unwrap_or(last.clone());
    let ring = keys.fold(Keyring::new(label, first), |ring, (label, key)| {
        ring.with(label, key)
    });
    let ring = if others == 0 {
        ring
    } else {
        ring.with(last.0, last.1)
    };
    let body = SIZES[0].body(1);
    let signature = Signature::from_hex(ours::token().sign(body.as_bytes()).to_hex()).unwrap();
    measured(|| {
        for _ in 0..COUNTED {
            assert_eq!(ring.verify(body.as_bytes(), &signature).unwrap(), "last");
        }
    });
}
