//! What is fresh, what is stale, and what was said before.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use serde_json::{Value, json};
use smartcar_webhook_core::freshness::{
    Freshness, FreshnessTracker, MemoryWatermarks, WatermarkStore, Watermarks,
};
use smartcar_webhook_core::payload::Timestamp;
use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::signal::{
    ChargeIsCharging, SignalReading, TractionBatteryStateOfCharge,
};
use smartcar_webhook_core::testing::{Dispatcher, VehicleStateBuilder, vehicle_state};
use smartcar_webhook_core::{
    BoxError, Delivery, EventRouter, Handler, ManagementToken, SignalRouter, Webhook, async_trait,
};

use crate::{TOKEN, delivery};

use Freshness::{Fresh, Stale, Unchanged};

/// A time of day in ms since the epoch.
fn at(minute: i64) -> i64 {
    1_772_402_400_000 + 60_000 * minute
}

/// A state of charge with none but the times given.
fn charge(value: i32, times: &Value) -> VehicleStateBuilder {
    let mut event = vehicle_state()
        .signal::<TractionBatteryStateOfCharge>(value)
        .with("/data/signals/0/meta", json!({}))
        .without("/meta/deliveredAt");
    for (name, time) in times.as_object().unwrap() {
        let place = match &**name {
            "oemUpdatedAt" | "retrievedAt" => "/data/signals/0/meta",
            _ => "/meta",
        };
        event = event.with(&format!("{place}/{name}"), time.clone());
    }
    event
}

fn dispatcher(handler: impl Handler<VehicleState>) -> Dispatcher {
    let token = ManagementToken::new(TOKEN).unwrap();
    let webhook = Webhook::builder(token).without_idempotency();
    Dispatcher::new(webhook.build(EventRouter::new().on(handler)))
}

/// Notes how fresh the state of charge is.
#[derive(Clone, Default)]
struct Desk {
    seen: Arc<Mutex<Vec<Option<Freshness>>>>,
    is_closed: Arc<Mutex<bool>>,
}

#[async_trait]
impl Handler<VehicleState> for Desk {
    async fn handle(&self, state: Delivery<VehicleState>) -> Result<(), BoxError> {
        let freshness = state.freshness::<TractionBatteryStateOfCharge>();
        self.seen.lock().unwrap().push(freshness);
        if *self.is_closed.lock().unwrap() {
            return Err("closed".into());
        }
        Ok(())
    }
}

impl Desk {
    async fn judge(
        &self,
        dispatcher: &Dispatcher,
        event: &VehicleStateBuilder,
    ) -> Option<Freshness> {
        dispatcher.send(event).await;
        self.seen.lock().unwrap().pop().unwrap()
    }
}

#[tokio::test]
async fn readings_are_ordered_by_the_first_time_that_tells() {
    let none = json!({});
    let recorded = |minute| json!({"oemUpdatedAt": at(minute)});
    let read = |minute| json!({"oemUpdatedAt": at(5), "retrievedAt": at(minute)});
    let in_sequence = |number: i64| json!({"retrievedAt": at(5), "sequence": number});
    let delivered = |minute| json!({"sequence": 7, "deliveredAt": at(minute)});
    let cases = [
        (recorded(5), recorded(6), Fresh),
        (recorded(5), recorded(5), Fresh),
        (recorded(5), recorded(4), Stale),
        // Whatever the later ones say.
        (
            json!({"oemUpdatedAt": at(5), "retrievedAt": at(1), "sequence": 1, "deliveredAt": at(1)}),
            json!({"oemUpdatedAt": at(4), "retrievedAt": at(9), "sequence": 9, "deliveredAt": at(9)}),
            Stale,
        ),
        (read(5), read(6), Fresh),
        (read(5), read(4), Stale),
        (in_sequence(5), in_sequence(6), Fresh),
        (in_sequence(5), in_sequence(4), Stale),
        (delivered(5), delivered(6), Fresh),
        (delivered(5), delivered(4), Stale),
        // What is unknown tells nothing.
        (recorded(5), none.clone(), Fresh),
        (none.clone(), recorded(5), Fresh),
        (none.clone(), none, Fresh),
        (recorded(5), json!({"oemUpdatedAt": 0}), Fresh),
        (recorded(5), json!({"oemUpdatedAt": null}), Fresh),
        (recorded(5), json!({"oemUpdatedAt": "yesterday"}), Fresh),
        (
            json!({"oemUpdatedAt": 0, "retrievedAt": at(5)}),
            read(4),
            Stale,
        ),
        (
            read(5),
            json!({"oemUpdatedAt": 0, "retrievedAt": at(4)}),
            Stale,
        ),
        (
            json!({"sequence": 0, "deliveredAt": at(5)}),
            delivered(4),
            Stale,
        ),
        // In another spelling.
        (
            recorded(5),
            json!({"oemUpdatedAt": "2026-03-01T22:04:00Z"}),
            Stale,
        ),
        (
            recorded(5),
            json!({"oemUpdatedAt": "2026-03-01T22:06:00Z"}),
            Fresh,
        ),
    ];
    for (first, second, expected) in cases {
        let desk = Desk::default();
        let dispatcher = dispatcher(FreshnessTracker::new(desk.clone()));
        let judged = desk.judge(&dispatcher, &charge(78, &first)).await;
        assert_eq!(judged, Some(Fresh));
        let judged = desk.judge(&dispatcher, &charge(79, &second)).await;
        assert_eq!(judged, Some(expected), "{first} then {second}");
        // The same once more says the same, unless it was stale.
        let unchanged = match expected {
            Fresh => Unchanged,
            other => other,
        };
        let judged = desk.judge(&dispatcher, &charge(79, &second)).await;
        assert_eq!(judged, Some(unchanged), "{first} then {second}");
    }
}

#[tokio::test]
async fn what_was_not_handled_is_still_fresh() {
    let desk = Desk::default();
    let dispatcher = dispatcher(FreshnessTracker::new(desk.clone()));
    let first = charge(78, &json!({"oemUpdatedAt": at(5)}));
    for is_closed in [true, true, false] {
        *desk.is_closed.lock().unwrap() = is_closed;
        assert_eq!(desk.judge(&dispatcher, &first).await, Some(Fresh));
    }
    assert_eq!(desk.judge(&dispatcher, &first).await, Some(Unchanged));
}

#[tokio::test]
async fn a_watermark_never_falls() {
    let desk = Desk::default();
    let dispatcher = dispatcher(FreshnessTracker::new(desk.clone()));
    let steps = [
        (json!({"oemUpdatedAt": at(5), "retrievedAt": at(5)}), Fresh),
        (json!({"oemUpdatedAt": at(3)}), Stale),
        // When it was recorded is unknown, and stays known from before.
        (json!({"oemUpdatedAt": 0, "retrievedAt": at(8)}), Fresh),
        (json!({"oemUpdatedAt": at(4), "retrievedAt": at(9)}), Stale),
        (json!({"retrievedAt": at(7)}), Stale),
        (json!({"oemUpdatedAt": at(6), "retrievedAt": at(6)}), Fresh),
    ];
    for (value, (times, expected)) in steps.into_iter().enumerate() {
        let event = charge(i32::try_from(value).unwrap(), &times);
        assert_eq!(
            desk.judge(&dispatcher, &event).await,
            Some(expected),
            "{times}"
        );
    }
}

#[tokio::test]
async fn vehicles_and_signals_are_kept_apart() {
    let desk = Desk::default();
    let dispatcher = dispatcher(FreshnessTracker::new(desk.clone()));
    let event = |vehicle: &str| charge(78, &json!({"oemUpdatedAt": at(5)})).vehicle(vehicle);
    assert_eq!(desk.judge(&dispatcher, &event("v1")).await, Some(Fresh));
    assert_eq!(desk.judge(&dispatcher, &event("v2")).await, Some(Fresh));
    let other = event("v3").with("/data/signals/0/code", "charge-ischarging");
    assert_eq!(desk.judge(&dispatcher, &other).await, None);
    assert_eq!(desk.judge(&dispatcher, &event("v3")).await, Some(Fresh));
    // However the code is written.
    let dotted = "TractionBattery.StateOfCharge";
    let dotted = event("v1").with("/data/signals/0/code", dotted);
    assert_eq!(desk.judge(&dispatcher, &dotted).await, Some(Unchanged));
}

#[tokio::test]
async fn what_could_not_be_read_is_neither_fresh_nor_stale() {
    let desk = Desk::default();
    let dispatcher = dispatcher(FreshnessTracker::new(desk.clone()));
    let reading = charge(78, &json!({"oemUpdatedAt": at(5)}));
    assert_eq!(desk.judge(&dispatcher, &reading).await, Some(Fresh));
    let failed = vehicle_state().failed::<TractionBatteryStateOfCharge>("SERVER", "INTERNAL");
    assert_eq!(desk.judge(&dispatcher, &failed).await, None);
    // An old body beside an error is no reading.
    let old = charge(70, &json!({"oemUpdatedAt": at(9)})).with(
        "/data/signals/0/status",
        json!({"value": "ERROR", "error": {"type": "VEHICLE_STATE"}}),
    );
    assert_eq!(desk.judge(&dispatcher, &old).await, None);
    assert_eq!(desk.judge(&dispatcher, &reading).await, Some(Unchanged));
    let alone = self::dispatcher(desk.clone());
    assert_eq!(desk.judge(&alone, &reading).await, None);
}

#[tokio::test]
async fn handlers_of_signals_are_spared_what_they_are_not_to_see() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let router = || {
        let seen = Arc::clone(&seen);
        SignalRouter::new()
            .on(
                move |charge: Delivery<SignalReading<TractionBatteryStateOfCharge>>| {
                    seen.lock().unwrap().push(charge.value);
                    std::future::ready(Ok::<_, BoxError>(()))
                },
            )
            .fallback(async |rest: Delivery<VehicleState>| {
                assert!(rest.signals[0].is_error());
                Ok::<_, BoxError>(())
            })
    };
    let cases = [
        (router(), &[78.0, 78.0, 77.0, 79.0][..]),
        (router().skip_stale(), &[78.0, 78.0, 79.0]),
        (router().fresh_only(), &[78.0, 79.0]),
    ];
    for (router, expected) in cases {
        let dispatcher = dispatcher(FreshnessTracker::new(router));
        for (minute, value) in [(5, 78), (6, 78), (4, 77), (7, 79)] {
            let event = charge(value, &json!({"oemUpdatedAt": at(minute)}))
                .failed::<ChargeIsCharging>("SERVER", "INTERNAL");
            assert_eq!(dispatcher.send(&event).await.status(), 200);
        }
        assert_eq!(std::mem::take(&mut *seen.lock().unwrap()), expected);
    }
}

/// As a database keeps them.
#[derive(Clone, Default)]
struct Database {
    rows: Arc<Mutex<HashMap<String, String>>>,
    is_down: Arc<Mutex<[bool; 2]>>,
}

#[async_trait]
impl WatermarkStore for Database {
    async fn load(&self, vehicle_id: &str) -> Result<Watermarks, BoxError> {
        if self.is_down.lock().unwrap()[0] {
            return Err("cannot be read".into());
        }
        let rows = self.rows.lock().unwrap();
        let row = rows.get(vehicle_id);
        Ok(row
            .map(|it| serde_json::from_str(it))
            .transpose()?
            .unwrap_or_default())
    }

    async fn raise(&self, vehicle_id: &str, to: Watermarks) -> Result<(), BoxError> {
        if self.is_down.lock().unwrap()[1] {
            return Err("cannot be written".into());
        }
        let mut watermarks = self.load(vehicle_id).await?;
        watermarks.raise(to);
        let row = serde_json::to_string(&watermarks)?;
        self.rows.lock().unwrap().insert(vehicle_id.to_owned(), row);
        Ok(())
    }
}

#[tokio::test]
async fn watermarks_may_be_kept_elsewhere() {
    let (desk, database) = (Desk::default(), Database::default());
    let event = |minute| charge(78, &json!({"oemUpdatedAt": at(minute)}));
    for (minute, expected) in [(5, Fresh), (6, Unchanged), (5, Stale)] {
        // Each in a process of its own.
        let tracker = FreshnessTracker::new(desk.clone()).with_store(database.clone());
        let judged = desk.judge(&dispatcher(tracker), &event(minute)).await;
        assert_eq!(judged, Some(expected));
    }

    let tracker = FreshnessTracker::new(desk.clone()).with_store(database.clone());
    let dispatcher = dispatcher(tracker);
    *database.is_down.lock().unwrap() = [true, false];
    assert_eq!(dispatcher.send(&event(7)).await.status(), 500);
    assert!(desk.seen.lock().unwrap().is_empty());
    *database.is_down.lock().unwrap() = [false, true];
    assert_eq!(dispatcher.send(&event(7)).await.status(), 500);
    assert_eq!(desk.seen.lock().unwrap().len(), 1);
    *database.is_down.lock().unwrap() = [false, false];
    assert_eq!(desk.judge(&dispatcher, &event(7)).await, Some(Unchanged));
}

#[tokio::test]
async fn the_memory_is_bounded_in_signals() {
    let desk = Desk::default();
    let store = MemoryWatermarks::with_capacity(3);
    let tracker = FreshnessTracker::new(desk.clone()).with_store(store);
    let dispatcher = dispatcher(tracker);
    let two = |vehicle: &str| {
        let event = charge(78, &json!({})).vehicle(vehicle);
        event.signal::<ChargeIsCharging>(true)
    };
    let one = |vehicle: &str| charge(78, &json!({})).vehicle(vehicle);
    let steps = [
        (two("v1"), Fresh),
        (one("v2"), Fresh),
        (two("v1"), Unchanged),
        // The one heard of longest ago makes room.
        (one("v3"), Fresh),
        (two("v1"), Unchanged),
        (one("v2"), Fresh),
        (one("v3"), Fresh),
    ];
    for (at, (event, expected)) in steps.into_iter().enumerate() {
        assert_eq!(
            desk.judge(&dispatcher, &event).await,
            Some(expected),
            "step {at}"
        );
    }
}

/// Or vehicles that say nothing would pile up.
#[tokio::test]
async fn a_vehicle_without_watermarks_takes_nobodys_place() -> Result<(), BoxError> {
    let store = MemoryWatermarks::with_capacity(1);
    for vehicle in ["v1", "v2"] {
        store.raise(vehicle, Watermarks::default()).await?;
    }
    assert!(format!("{store:?}").contains("vehicles: 0"), "{store:?}");
    Ok(())
}

/// A copy that is slower than a newer reading does not take the watermark back.
#[tokio::test]
async fn readings_that_are_handled_at_the_same_time_leave_the_newest() {
    let desk = Desk::default();
    let tracker = FreshnessTracker::new(async |state: Delivery<VehicleState>| {
        if state.freshness::<TractionBatteryStateOfCharge>() == Some(Fresh) {
            tokio::task::yield_now().await;
        }
        Ok::<_, BoxError>(())
    });
    let store = Database::default();
    let tracker = tracker.with_store(store.clone());
    let handle = |minute| {
        let event = charge(78, &json!({"oemUpdatedAt": at(minute)}));
        tracker.handle(delivery(event.to_value().to_string()).read().unwrap())
    };
    let (newer, older) = futures_util::future::join(handle(6), handle(5)).await;
    assert!(newer.is_ok() && older.is_ok());
    let later = FreshnessTracker::new(desk.clone()).with_store(store);
    let event = charge(78, &json!({"oemUpdatedAt": at(5)}));
    assert_eq!(desk.judge(&dispatcher(later), &event).await, Some(Stale));
}

proptest! {
    /// In whatever order readings come, and however often, none is taken for new after a newer one.
    #[test]
    fn what_is_not_stale_only_grows(minutes in prop::collection::vec(1_i64..20, 1..40)) {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&seen);
        let router = SignalRouter::new().skip_stale().on(
            move |charge: Delivery<SignalReading<TractionBatteryStateOfCharge>>| {
                let time = charge.reading().oem_updated_at().and_then(Timestamp::millis);
                noted.lock().unwrap().push(time.unwrap());
                std::future::ready(Ok::<_, BoxError>(()))
            },
        );
        let tracker = FreshnessTracker::new(router);
        futures_util::future::FutureExt::now_or_never(async {
            for minute in &minutes {
                let event = charge(78, &json!({"oemUpdatedAt": at(*minute)}));
                let event = delivery(event.to_value().to_string());
                tracker.handle(event.read().unwrap()).await.unwrap();
            }
        })
        .unwrap();
        let seen = seen.lock().unwrap();
        prop_assert!(seen.is_sorted());
        prop_assert_eq!(seen.last(), Some(&at(*minutes.iter().max().unwrap())));
    }
}
