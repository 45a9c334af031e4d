//! The handlers: each says in a line what happened to which vehicle.

use std::collections::HashSet;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use smartcar_webhook_core::payload::v2::{
    ChargingCompleted, ChargingStarted, ChargingStopped, Dynamic, Schedule, VehicleData,
};
use smartcar_webhook_core::payload::v4::{
    Scope, Signal, SignalRef, Trigger, Vehicle, VehicleError, VehicleState,
};
use smartcar_webhook_core::payload::{ErrorCode, EventType, Mode, Raw, RawJson, Timestamp};
use smartcar_webhook_core::{BoxError, Delivery, EventRouter, Handler, async_trait};

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
        let triggers = state.triggers.iter().filter_map(Trigger::signal);
        let triggers: HashSet<_> = triggers.map(SignalRef::code).collect();
        let signals = state.signals.iter();
        let (changed, rest): (Vec<_>, Vec<_>) =
            signals.partition(|it| triggers.contains(&it.code()));
        let mut parts: Vec<_> = changed.into_iter().map(reading).collect();
        if state.is_first_delivery() {
            parts.insert(0, "first delivery".to_owned());
        }
        let errors = rest.iter().filter(|it| it.is_error()).count();
        let more = if parts.is_empty() { "" } else { " more" };
        parts.push(match errors {
            0 => format!("{}{more} signals", rest.len()),
            _ => format!("{}{more} signals, {errors} of them in error", rest.len()),
        });
        let what = format!("{}: {}", name(&state.vehicle), parts.join("; "));
        self.print("vehicle_state", &state, &what)
    }
}

#[async_trait]
impl<W: Write + Send + 'static> Handler<VehicleError> for Report<W> {
    async fn handle(&self, error: Delivery<VehicleError>) -> Result<(), BoxError> {
        let errors = error.errors.iter().map(|it| {
            let code = it.code.as_ref().map(ErrorCode::as_str);
            let what = if it.is_resolved() {
                "is resolved"
            } else {
                "came up"
            };
            let scope = match it.scope() {
                Scope::Vehicle => "the whole vehicle".to_owned(),
                Scope::Signals([_]) => "1 signal".to_owned(),
                Scope::Signals(signals) => format!("{} signals", signals.len()),
                _ => "signals in an unknown form".to_owned(),
            };
            format!(
                "{}/{} {what} for {scope}",
                it.error_type,
                code.unwrap_or("-")
            )
        });
        let errors: Vec<_> = errors.collect();
        let what = format!("{}: {}", name(&error.vehicle), errors.join("; "));
        self.print("vehicle_error", &error, &what)
    }
}

#[async_trait]
impl<W: Write + Send + 'static> Handler<ChargingStarted> for Report<W> {
    async fn handle(&self, event: Delivery<ChargingStarted>) -> Result<(), BoxError> {
        let what = format!("began to charge{}", at(event.occurred_at()));
        self.print("charging_started", &event, &what)
    }
}

#[async_trait]
impl<W: Write + Send + 'static> Handler<ChargingStopped> for Report<W> {
    async fn handle(&self, event: Delivery<ChargingStopped>) -> Result<(), BoxError> {
        let when = at(event.occurred_at());
        let what = format!("stopped charging before its limit{when}");
        self.print("charging_stopped", &event, &what)
    }
}

#[async_trait]
impl<W: Write + Send + 'static> Handler<ChargingCompleted> for Report<W> {
    async fn handle(&self, event: Delivery<ChargingCompleted>) -> Result<(), BoxError> {
        let what = format!("charged up to its limit{}", at(event.occurred_at()));
        self.print("charging_completed", &event, &what)
    }
}

#[async_trait]
impl<W: Write + Send + 'static> Handler<Schedule> for Report<W> {
    async fn handle(&self, schedule: Delivery<Schedule>) -> Result<(), BoxError> {
        self.print("schedule", &schedule, &endpoints(&schedule.vehicles))
    }
}

#[async_trait]
impl<W: Write + Send + 'static> Handler<Dynamic> for Report<W> {
    async fn handle(&self, dynamic: Delivery<Dynamic>) -> Result<(), BoxError> {
        self.print("dynamic", &dynamic, &endpoints(&dynamic.vehicles))
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

fn name(vehicle: &Vehicle) -> String {
    let year = vehicle.year.map(|it| it.to_string());
    let parts = [
        vehicle.make.as_deref(),
        vehicle.model.as_deref(),
        year.as_deref(),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return "a vehicle".to_owned();
    }
    parts.join(" ")
}

/// The value of a signal where it is a number or a switch: those say nothing of a person or a place.
fn reading(signal: &Signal) -> String {
    #[derive(Deserialize)]
    struct Body {
        value: RawJson,
        unit: Option<String>,
    }

    let body = signal.body().and_then(|it| it.read::<Body>().ok());
    match body {
        Some(Body { value, unit }) if is_plain(value.as_str()) => {
            let unit = unit.map(|it| format!(" {it}")).unwrap_or_default();
            format!("{} is {}{unit}", signal.name, value.as_str())
        }
        _ if signal.is_error() => format!("{} cannot be read", signal.name),
        _ => format!("{} changed", signal.name),
    }
}

/// Whether a JSON value is a number or a boolean.
fn is_plain(json: &str) -> bool {
    json.starts_with(|it: char| it == '-' || it.is_ascii_digit())
        || matches!(json, "true" | "false")
}

fn at(time: Option<&Timestamp>) -> String {
    let sent = time.and_then(|it| it.to_json().read::<String>().ok());
    sent.map(|it| format!(" at {it}")).unwrap_or_default()
}

fn endpoints(vehicles: &[VehicleData]) -> String {
    let responses = vehicles.iter().flat_map(|it| &it.data);
    let responses = responses.map(|it| match it.code {
        Some(code) => format!("{} {code}", it.path),
        None => it.path.to_string(),
    });
    responses.collect::<Vec<_>>().join(", ")
}
