//! Inside one VEHICLE_ERROR: which handler takes which error.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::parts::Parts;
use crate::error::BoxError;
use crate::handler::Handler;
use crate::payload::v4::{ReportedError, VehicleError};
use crate::payload::{Delivery, ErrorCode, ErrorType};

/// Takes each error of a [`VehicleError`] to its handler, by what it means, by its code, or by its type.
///
/// It is itself a handler, for [`EventRouter::on`](crate::EventRouter::on), and so are those it calls: each gets the delivery with but the errors that are for it.
/// An error goes to one handler, the first of these that there is:
///
/// 1. that of [disconnections](Self::on_disconnection);
/// 2. that of its type and code;
/// 3. that of its type;
/// 4. the [fallback](Self::fallback).
///
/// Errors that came up and errors that are resolved have handlers of their own, so that nobody calls an owner about an error that is over.
///
/// Handlers are called one after another, in the order they were registered, the fallback last; failures and what is done before a retry are as in a [`SignalRouter`](crate::SignalRouter).
/// Rarely an error comes twice with different event ids; see [Smartcar Docs/Delivery behavior](https://smartcar.com/docs/api-reference/webhooks/delivery-behavior).
///
/// # Examples
///
/// ```
/// use smartcar_webhook_core::payload::v4::VehicleError;
/// use smartcar_webhook_core::payload::{ErrorCode, ErrorType};
/// use smartcar_webhook_core::{BoxError, Delivery, ErrorRouter, EventRouter};
///
/// async fn ask_to_reconnect(event: Delivery<VehicleError>) -> Result<(), BoxError> {
///     println!("the owner of {} is to go through Connect again", event.vehicle.id);
///     Ok(())
/// }
///
/// async fn note(event: Delivery<VehicleError>) -> Result<(), BoxError> {
///     for error in &event.errors {
///         println!("{}: {} is {}", event.vehicle.id, error.error_type, error.state());
///     }
///     Ok(())
/// }
///
/// let errors = ErrorRouter::new()
///     .on_disconnection(ask_to_reconnect)
///     .on_code(ErrorType::VEHICLE_STATE, ErrorCode::ASLEEP, note)
///     .on(ErrorType::COMPATIBILITY, note)
///     .on_resolved(ErrorType::CONNECTED_SERVICES_ACCOUNT, note)
///     .fallback(note);
/// let router = EventRouter::new().on(errors);
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct ErrorRouter {
    routes: Vec<ErrorRoute>,
    fallback: Option<Arc<dyn Handler<VehicleError>>>,
    parts: Parts,
}

#[derive(Clone)]
struct ErrorRoute {
    meaning: Meaning,
    handler: Arc<dyn Handler<VehicleError>>,
}

/// What a handler is for.
#[derive(Clone, PartialEq)]
enum Meaning {
    Disconnection,
    Error {
        is_resolved: bool,
        error_type: ErrorType,
        code: Option<ErrorCode>,
    },
}

impl ErrorRouter {
    /// A router that calls nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Registers the handler of [disconnections](ReportedError::is_disconnection): nothing of the vehicle can be read until its owner goes through Smartcar Connect again.
    ///
    /// # Panics
    ///
    /// When there is such a handler already.
    #[track_caller]
    pub fn on_disconnection<H: Handler<VehicleError>>(self, handler: H) -> Self {
        self.with(Meaning::Disconnection, handler)
    }

    /// Registers the handler of errors of this type that came up.
    ///
    /// # Panics
    ///
    /// When they have a handler already.
    #[track_caller]
    pub fn on<H: Handler<VehicleError>>(self, error_type: ErrorType, handler: H) -> Self {
        self.with(Meaning::came_up(error_type, None), handler)
    }

    /// Registers the handler of errors of this type and code that came up.
    ///
    /// # Panics
    ///
    /// When they have a handler already.
    #[track_caller]
    pub fn on_code<H>(self, error_type: ErrorType, code: ErrorCode, handler: H) -> Self
    where
        H: Handler<VehicleError>,
    {
        self.with(Meaning::came_up(error_type, Some(code)), handler)
    }

    /// Registers the handler of errors of this type that are over.
    ///
    /// # Panics
    ///
    /// When they have a handler already.
    #[track_caller]
    pub fn on_resolved<H: Handler<VehicleError>>(self, error_type: ErrorType, handler: H) -> Self {
        self.with(Meaning::resolved(error_type, None), handler)
    }

    /// Registers the handler of errors of this type and code that are over.
    ///
    /// # Panics
    ///
    /// When they have a handler already.
    #[track_caller]
    pub fn on_resolved_code<H>(self, error_type: ErrorType, code: ErrorCode, handler: H) -> Self
    where
        H: Handler<VehicleError>,
    {
        self.with(Meaning::resolved(error_type, Some(code)), handler)
    }

    /// Registers the handler of the errors that no other takes, be they over or not.
    ///
    /// # Panics
    ///
    /// When there is a fallback already.
    #[track_caller]
    pub fn fallback<H: Handler<VehicleError>>(mut self, handler: H) -> Self {
        let previous = self.fallback.replace(Arc::new(handler));
        assert!(previous.is_none(), "there already is a fallback");
        self
    }

    #[track_caller]
    fn with(mut self, meaning: Meaning, handler: impl Handler<VehicleError>) -> Self {
        let is_there = self.routes.iter().any(|it| it.meaning == meaning);
        assert!(!is_there, "`{meaning}` already has a handler");
        self.routes.push(ErrorRoute {
            meaning,
            handler: Arc::new(handler),
        });
        self
    }

    /// The place of the handler of an error; one past the last for the fallback.
    fn place(&self, error: &ReportedError) -> usize {
        let meanings = Meaning::all_of(error).into_iter().flatten();
        let mut places = meanings.filter_map(|meaning| {
            let mut routes = self.routes.iter();
            routes.position(|it| it.meaning == meaning)
        });
        places.next().unwrap_or(self.routes.len())
    }
}

impl Meaning {
    fn came_up(error_type: ErrorType, code: Option<ErrorCode>) -> Self {
        Self::Error {
            is_resolved: false,
            error_type,
            code,
        }
    }

    fn resolved(error_type: ErrorType, code: Option<ErrorCode>) -> Self {
        Self::Error {
            is_resolved: true,
            error_type,
            code,
        }
    }

    /// Whatever an error means, the most telling first.
    fn all_of(error: &ReportedError) -> [Option<Self>; 3] {
        let of = |code| Self::Error {
            is_resolved: error.is_resolved(),
            error_type: error.error_type.clone(),
            code,
        };
        [
            error.is_disconnection().then_some(Self::Disconnection),
            error.code.clone().map(|code| of(Some(code))),
            Some(of(None)),
        ]
    }
}

#[diagnostic::do_not_recommend]
#[async_trait]
impl Handler<VehicleError> for ErrorRouter {
    async fn handle(&self, delivery: Delivery<VehicleError>) -> Result<(), BoxError> {
        let places: Vec<_> = delivery.errors.iter().map(|it| self.place(it)).collect();
        let part = |place| {
            let mut part = VehicleError::clone(&delivery);
            let mut places = places.iter();
            part.errors.retain(|_| places.next() == Some(&place));
            delivery.with_payload(part)
        };
        let mut run = self.parts.run(&delivery);
        for (place, ErrorRoute { meaning, handler }) in self.routes.iter().enumerate() {
            if places.contains(&place) {
                let work = handler.handle(part(place));
                run.call(meaning.to_string(), work).await;
            }
        }
        let place = self.routes.len();
        if let Some(handler) = self.fallback.as_ref().filter(|_| places.contains(&place)) {
            run.call("fallback", handler.handle(part(place))).await;
        }
        run.end()
    }
}

/// `VEHICLE_STATE/ASLEEP, resolved`.
impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Error {
            is_resolved,
            error_type,
            code,
        } = self
        else {
            return f.write_str("disconnection");
        };
        write!(f, "{error_type}")?;
        if let Some(code) = code {
            write!(f, "/{code}")?;
        }
        f.write_str(if *is_resolved { ", resolved" } else { "" })
    }
}

impl fmt::Debug for ErrorRouter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ErrorRouter")?;
        let mut list = f.debug_list();
        list.entries(self.routes.iter().map(|it| it.meaning.to_string()));
        if self.fallback.is_some() {
            list.entry(&format_args!("fallback"));
        }
        list.finish()
    }
}
