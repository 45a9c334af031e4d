//! Bodies of 2.0.

use serde_json::{Value, json};

use super::Stamp;
use super::endpoint::response;
use crate::testing::basics::{Basics, iso};
use crate::testing::simulator::vehicle::Vehicle;

/// A scheduled or dynamic delivery, `schedule` or `dynamic`, with the responses of these endpoints for each vehicle.
pub(in super::super) fn vehicles(
    event_name: &str,
    stamp: &Stamp<'_>,
    vehicles: &[&Vehicle],
    paths: &[&str],
) -> Value {
    let vehicles = vehicles.iter().map(|it| {
        let ids = Basics::default();
        let request_id = ids.id(&format!("request {} {}", stamp.event_id, it.id()));
        let data: Vec<_> = paths
            .iter()
            .map(|path| response(stamp, it, path, &request_id))
            .collect();
        json!({"vehicleId": it.id(), "requestId": request_id, "data": data})
    });
    json!({
        "version": "2.0",
        "webhookId": stamp.webhook_id,
        "eventName": event_name,
        "mode": "live",
        "payload": {"vehicles": vehicles.collect::<Vec<_>>()},
    })
}

/// An event-based delivery: `CHARGING_STARTED` and its like.
pub(in super::super) fn charging(stamp: &Stamp<'_>, vehicle: &Vehicle, event_type: &str) -> Value {
    json!({
        "version": "2.0",
        "webhookId": stamp.webhook_id,
        "eventName": "eventBased",
        "mode": "live",
        "payload": {
            "eventId": stamp.event_id,
            "vehicleId": vehicle.id(),
            "eventType": event_type,
            "eventTime": iso(stamp.at_ms),
        },
    })
}

/// A challenge.
pub(in super::super) fn v2_verify(stamp: &Stamp<'_>, challenge: &str) -> Value {
    json!({
        "version": "2.0",
        "webhookId": stamp.webhook_id,
        "eventName": "verify",
        "payload": {"challenge": challenge},
    })
}
