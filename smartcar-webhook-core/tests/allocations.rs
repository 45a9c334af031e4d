//! What deliveries allocate. A test program of its own, since it counts.
#![cfg(feature = "tokio")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../benches/cases/mod.rs"]
mod cases;

use std::sync::Arc;

use allocation_counter::measure;
use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::{BoxError, Delivery, EventRouter, Webhook};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::cases::bodies::SIZES;
use crate::cases::ours;

/// The number that the page on benches has for each size.
fn documented() -> Vec<(String, u64)> {
    let page = include_str!("../benches/README.md");
    let section = page.split("\n## Allocations\n").nth(1).unwrap();
    let rows = section.lines().filter(|it| it.starts_with("| **"));
    let [sizes, counts] = rows.collect::<Vec<_>>()[..] else {
        panic!("no two rows in bold")
    };
    let cells = |row: &str| {
        let cells = row
            .split('|')
            .skip(2)
            .map(|it| it.trim().replace(['*', ','], ""));
        cells.filter(|it| !it.is_empty()).collect::<Vec<_>>()
    };
    let counts = cells(counts).into_iter().map(|it| it.parse().unwrap());
    cells(sizes).into_iter().zip(counts).collect()
}

#[test]
fn a_delivery_allocates_as_often_as_documented() {
    // Names and labels of what is counted.
    let of_metrics = if cfg!(feature = "metrics") { 10 } else { 0 };
    let runtime = ours::runtime();
    let documented = documented();
    assert_eq!(documented.len(), SIZES.len());
    for (size, (name, count)) in SIZES.into_iter().zip(documented) {
        assert_eq!(size.name, name.replace(' ', ""));
        let webhook = ours::webhook();
        let request = |number| ours::request(&size.body(number).into());
        // Until tables have room for some.
        for number in 0..40 {
            let response = runtime.block_on(ours::handle(&webhook, request(number)));
            assert_eq!(response.status(), 200);
        }
        let next = request(40);
        let found = measure(|| drop(runtime.block_on(ours::handle(&webhook, next)))).count_total;
        let most = count + of_metrics;
        assert!((count..=most).contains(&found), "{name}: {found}");
    }
}

/// What waits in handlers holds its body and its payload, and some room for itself.
#[test]
fn deliveries_under_way_take_memory_by_their_bodies() {
    const WORKS: usize = 200;
    let gate = Arc::new(Semaphore::new(0));
    let router = EventRouter::new().on({
        let gate = Arc::clone(&gate);
        move |state: Delivery<VehicleState>| {
            let gate = Arc::clone(&gate);
            async move {
                gate.acquire().await?.forget();
                assert!(!state.signals.is_empty());
                Ok::<_, BoxError>(())
            }
        }
    });
    let webhook = Webhook::new(ours::token(), router);
    let runtime = ours::runtime();
    for size in &SIZES[2..4] {
        let requests: Vec<_> = (0..WORKS)
            .map(|number| ours::request(&size.body(number).into()))
            .collect();
        let bodies: usize = requests.iter().map(|it| it.body().len()).sum();
        let mut works = JoinSet::new();
        let held = measure(|| {
            runtime.block_on(async {
                for request in requests {
                    let webhook = webhook.clone();
                    works.spawn(async move { ours::handle(&webhook, request).await.status() });
                }
                for _ in 0..WORKS {
                    tokio::task::yield_now().await;
                }
            });
        });
        let held = usize::try_from(held.bytes_current).unwrap();
        // The bodies themselves were there before.
        assert!(held < 2 * bodies + WORKS * 8 * 1024, "{held} of {bodies}");
        assert!(held > bodies / 2, "{held} of {bodies}");
        gate.add_permits(WORKS);
        let statuses = runtime.block_on(works.join_all());
        assert!(statuses.iter().all(|it| *it == 200) && statuses.len() == WORKS);
    }
}

/// Objects under one key are merged, which must not cost a copy of all that came before.
#[test]
fn members_that_repeat_cost_no_more_than_their_length() {
    let signals = vec![r#"{"code":"charge-ischarging","body":{"value":true}}"#; 500].join(",");
    let again = r#","data":{}"#.repeat(2000);
    let vehicle = r#""vehicle":{"id":"v1"}"#;
    let body = format!(
        r#"{{"eventType":"VEHICLE_STATE","data":{{{vehicle},"signals":[{signals}]}}{again}}}"#
    );
    let length = u64::try_from(body.len()).unwrap();
    let found = measure(|| {
        let delivery = Delivery::assume_verified(body.into()).unwrap();
        let state = delivery.read::<VehicleState>().unwrap();
        assert_eq!(state.signals.len(), 500);
    });
    assert!(
        found.bytes_total < 20 * length,
        "{} of {length}",
        found.bytes_total
    );
}
