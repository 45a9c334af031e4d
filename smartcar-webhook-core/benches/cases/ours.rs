//! What is measured of this library, and on what.

use std::hint::black_box;

use bytes::Bytes;
use http::{Request, Response};
use smartcar_webhook_core::payload::v2::{ChargingCompleted, Dynamic, Schedule, VehicleData};
use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::{
    BoxError, Delivery, EventRouter, ManagementToken, SC_SIGNATURE, Webhook,
};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

use super::by_hand;

pub(crate) const TOKEN: &str = "8f0c2e1a-4d5b-4c6d-9e7f-0a1b2c3d4e5f";

pub(crate) fn token() -> ManagementToken {
    ManagementToken::new(TOKEN).unwrap()
}

/// A handler for each of the bodies, which only counts.
pub(crate) fn router() -> EventRouter {
    fn count(vehicles: &[VehicleData]) -> usize {
        vehicles.iter().map(|it| it.data.len()).sum()
    }
    EventRouter::new()
        .on(async |state: Delivery<VehicleState>| {
            black_box(state.signals.len() + state.triggers.len());
            Ok::<_, BoxError>(())
        })
        .on(async |dynamic: Delivery<Dynamic>| {
            black_box(count(&dynamic.vehicles));
            Ok::<_, BoxError>(())
        })
        .on(async |schedule: Delivery<Schedule>| {
            black_box(count(&schedule.vehicles));
            Ok::<_, BoxError>(())
        })
        .on(async |completed: Delivery<ChargingCompleted>| {
            black_box(completed.vehicle_id.len());
            Ok::<_, BoxError>(())
        })
}

/// As it comes out of the box.
pub(crate) fn webhook() -> Webhook {
    Webhook::new(token(), router())
}

/// Without what makes it reliable.
pub(crate) fn bare_webhook() -> Webhook {
    Webhook::builder(token())
        .without_detach()
        .without_idempotency()
        .build(router())
}

/// Reads a body, envelope and payload, in the way of its type.
pub(crate) fn read(body: &Bytes) {
    let delivery = Delivery::assume_verified(body.clone()).unwrap();
    match delivery.envelope().event_type.as_ref().unwrap().as_str() {
        "VEHICLE_STATE" => drop(black_box(delivery.read::<VehicleState>().unwrap())),
        "dynamic" => drop(black_box(delivery.read::<Dynamic>().unwrap())),
        "schedule" => drop(black_box(delivery.read::<Schedule>().unwrap())),
        _ => drop(black_box(delivery.read::<ChargingCompleted>().unwrap())),
    }
}

/// One thread, as each worker of a server is.
pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

pub(crate) fn request(body: &Bytes) -> Request<Bytes> {
    let signature = token().sign(body).to_hex();
    let request = Request::post("/webhooks/smartcar").header(SC_SIGNATURE, signature);
    request.body(body.clone()).unwrap()
}

pub(crate) fn signature(request: &Request<Bytes>) -> Option<&[u8]> {
    let signature = request.headers().get(SC_SIGNATURE)?;
    Some(signature.as_bytes())
}

/// The same job by hand.
pub(crate) fn by_hand(request: &Request<Bytes>) -> Response<Bytes> {
    let answer = by_hand::handle(TOKEN, signature(request), request.body());
    let mut response = Response::new(Bytes::new());
    match answer {
        Ok(answer) => *response.body_mut() = answer.unwrap_or_default().into(),
        Err(status) => *response.status_mut() = status,
    }
    response
}

pub(crate) async fn handle(webhook: &Webhook, request: Request<Bytes>) -> Response<Bytes> {
    let Ok(response) = webhook.clone().oneshot(request).await;
    response
}
