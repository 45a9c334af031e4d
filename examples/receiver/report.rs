//! The handlers: each says in a line what happened to which vehicle.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use smartcar_webhook_core::payload::v2::{
    ChargingCompleted, ChargingStarted, ChargingStopped, Dynamic, Schedule,
};
use smartcar_webhook_core::payload::v4::{VehicleError, VehicleState};
use smartcar_webhook_core::payload::{EventType, Mode, Raw};
use smartcar_webhook_core::{BoxError, Delivery, EventRouter, Handler, async_trait};

use crate::gist;

/// Prints deliveries, as readable lines or as JSON.
pub(crate) struct Report<W> {
    out: Arc<Mutex<W>>,
    json: bool,
}

/// A delivery as a line of JSON.
#[derive(Serialize)]
struct Line<'a> {
    handler: &'a str,
    event_type: Option<&'a str>,
    event_id: Option<&'a str>,
    /// The vehicle, when there is exactly one.
    vehicle_id: Option<&'a str>,
    mode: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    vehicle_ids: Vec<&'a str>,
}

impl<W: Write> Report<W> {
    pub(crate) fn new(out: W, json: bool) -> Self {
        let out = Arc::new(Mutex::new(out));
        Self { out, json }
    }

    fn print<E>(&self, handler: &str, delivery: &Delivery<E>, what: &str) -> Result<(), BoxError> {
        let envelope = delivery.envelope();
        let event_type = envelope.event_type.as_ref().map(EventType::as_str);
        let ids = envelope.vehicles.iter();
        let ids: Vec<_> = ids.filter_map(|it| it.vehicle_id.as_deref()).collect();
        let line = if self.json {
            serde_json::to_string(&Line {
                handler,
                event_type,
                event_id: envelope.event_id.as_deref(),
                vehicle_id: envelope.vehicle_id(),
                mode: envelope.mode.as_ref().map(Mode::as_str),
                vehicle_ids: if ids.len() > 1 { ids } else { Vec::new() },
            })?
        } else {
            let vehicle = match ids[..] {
                [] => "no vehicle".to_owned(),
                [id] => id.to_owned(),
                _ => format!("{} vehicles", ids.len()),
            };
            let event_type = event_type.unwrap_or("no type");
            let line = format!("{event_type:<18}  {vehicle:<36}  {what}");
            // What was sent must not draw on the terminal.
            line.replace(char::is_control, "\u{fffd}")
        };
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(err) = writeln!(out, "{line}") {
            // With nobody to print to there is nothing left to do; `receiver | head -1` ends here.
            tracing::error!("cannot print: {err}");
            std::process::exit(1);
        }
        Ok(())
    }
}

impl<W> Clone for Report<W> {
    fn clone(&self) -> Self {
        Self {
            out: Arc::clone(&self.out),
            json: self.json,
        }
    }
}

impl<W: Write + Send + 'static> Report<W> {
    /// Has every type of event reported, and whatever else comes.
    pub(crate) fn router(self) -> EventRouter {
        EventRouter::new()
            .on::<VehicleState, _>(self.clone())
            .on::<VehicleError, _>(self.clone())
            .on::<ChargingStarted, _>(self.clone())
            .on::<ChargingStopped, _>(self.clone())
            .on::<ChargingCompleted, _>(self.clone())
            .on::<Schedule, _>(self.clone())
            .on::<Dynamic, _>(self.clone())
            .fallback(self)
    }
}

#[async_trait]
impl<W: Write + Send + 'static> Handler<VehicleState> for Report<W> {
    async fn handle(&self, state: Delivery<VehicleState>) -> Result<(), BoxError> {
        self.print("vehicle_state", &state, &gist::of_state(&state))
    }
}

#[async_trait]
impl<W: Write + Send + 'static> Handler<VehicleError> for Report<W> {
    async fn handle(&self, error: Delivery<VehicleError>) -> Result<(), BoxError> {
        self.print("vehicle_error", &error, &gist::of_error(&error))
    }
}

#[async_trait]
impl<W: Write + Send + 'static> Handler<ChargingStarted> for Report<W> {
    async fn handle(&self, event: Delivery<ChargingStarted>) -> Result<(), BoxError> {
        let what = gist::of_start(event.occurred_at());
        self.print("charging_started", &event, &what)
    }
}

#[async_trait]
impl<W: Write + Send + 'static> Handler<ChargingStopped> for Report<W> {
    async fn handle(&self, event: Delivery<ChargingStopped>) -> Result<(), BoxError> {
        let what = gist::of_stop(event.occurred_at());
        self.print("charging_stopped", &event, &what)
    }
}

#[async_trait]
impl<W: Write + Send + 'static> Handler<ChargingCompleted> for Report<W> {
    async fn handle(&self, event: Delivery<ChargingCompleted>) -> Result<(), BoxError> {
        let what = gist::of_completion(event.occurred_at());
        self.print("charging_completed", &event, &what)
    }
}

#[async_trait]
impl<W: Write + Send + 'static> Handler<Schedule> for Report<W> {
    async fn handle(&self, schedule: Delivery<Schedule>) -> Result<(), BoxError> {
        self.print(
            "schedule",
            &schedule,
            &gist::of_vehicles(&schedule.vehicles),
        )
    }
}

#[async_trait]
impl<W: Write + Send + 'static> Handler<Dynamic> for Report<W> {
    async fn handle(&self, dynamic: Delivery<Dynamic>) -> Result<(), BoxError> {
        self.print("dynamic", &dynamic, &gist::of_vehicles(&dynamic.vehicles))
    }
}

#[async_trait]
impl<W: Write + Send + 'static> Handler<Raw> for Report<W> {
    async fn handle(&self, other: Delivery) -> Result<(), BoxError> {
        let what = match other.problem() {
            Some(problem) => problem.to_string(),
            None => "nobody handles this type".to_owned(),
        };
        self.print("fallback", &other, &what)
    }
}
