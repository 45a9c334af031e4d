//! What a delivery allocates on its way through the webhook. A test program of its own, since it counts.
#![cfg(feature = "tokio")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../benches/cases/mod.rs"]
mod cases;

use allocation_counter::measure;

use crate::cases::bodies::SIZES;
use crate::cases::ours;

#[test]
fn a_delivery_allocates_no_more_than_documented() {
    let webhook = ours::webhook();
    let bare = ours::bare_webhook();
    let runtime = ours::runtime();
    for size in SIZES {
        for (n, webhook) in [("default", &webhook), ("bare", &bare)] {
            let request = |number| ours::request(&size.body(number).into());
            for number in 1..40 {
                assert_eq!(
                    runtime
                        .block_on(ours::handle(webhook, request(number)))
                        .status(),
                    200
                );
            }
            let next = request(50);
            let found = measure(|| {
                runtime.block_on(ours::handle(webhook, next));
            });
            println!(
                "{} {n} {} {} {}",
                size.name, found.count_total, found.bytes_total, found.bytes_max
            );
        }
    }
}
