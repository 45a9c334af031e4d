//! Mounts a Smartcar webhook receiver in an [actix-web](actix_web) app.
//!
//! ```no_run
//! use actix_web::{App, HttpServer, web};
//! use smartcar_webhook_actix::WebhookEndpoint;
//! use smartcar_webhook_actix::core::payload::v4::VehicleState;
//! use smartcar_webhook_actix::core::{BoxError, Delivery, EventRouter, ManagementToken, Webhook};
//!
//! async fn on_state(state: Delivery<VehicleState>) -> Result<(), BoxError> {
//!     println!("{} sent {} signals", state.vehicle.id, state.signals.len());
//!     Ok(())
//! }
//!
//! # #[actix_web::main]
//! # async fn main() -> Result<(), BoxError> {
//! let token = ManagementToken::from_env("SMARTCAR_MANAGEMENT_TOKEN")?;
//! let webhook = Webhook::new(token, EventRouter::new().on(on_state));
//! HttpServer::new(move || {
//!     let endpoint = WebhookEndpoint::new(webhook.clone());
//!     App::new().service(web::resource("/webhooks/smartcar").to(endpoint))
//! })
//! .bind("0.0.0.0:8080")?
//! .run()
//! .await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Which one to use
//!
//! | you want | take |
//! |---|---|
//! | handlers by event type, and every answer chosen for you | [`WebhookEndpoint`], wherever a handler goes |
//! | the same through `App::configure`, perhaps with a second path for errors | [`WebhookRoutes`] |
//! | your own handler function, with your extractors, data and answers | the extractor [`Verified`] |
//!
//! # What the app knows of a request
//!
//! A middleware that knows a tenant, say, hands it to handlers in an `http::Extensions` of http 1 among the request's own extensions, which become those of the [delivery](core::Delivery::extensions):
//!
//! ```
//! use actix_web::HttpMessage;
//! use actix_web::dev::ServiceRequest;
//!
//! #[derive(Clone)]
//! struct Tenant(&'static str);
//!
//! fn remember(request: &ServiceRequest, tenant: Tenant) {
//!     let mut extensions = request.extensions_mut();
//!     let extensions = extensions.get_or_insert_with(http::Extensions::new);
//!     extensions.insert(tenant);
//! }
//! ```
//!
//! Whatever else is among them stays in actix-web: it cannot be listed, and may not be fit to be sent to another thread.
//!
//! Everything else, handlers, answers and security, is documented in [`core`].

mod bridge;
mod collect;
mod endpoint;
mod routes;
mod verified;

pub use crate::endpoint::WebhookEndpoint;
pub use crate::routes::WebhookRoutes;
pub use crate::verified::{Rejection, Verified};

#[doc(no_inline)]
pub use smartcar_webhook_core as core;
