//! Mounts a Smartcar webhook receiver in an [axum] app.
//!
//! ```no_run
//! use axum::{Router, routing::post_service};
//! use smartcar_webhook_axum::WebhookEndpoint;
//! use smartcar_webhook_axum::core::payload::v4::VehicleState;
//! use smartcar_webhook_axum::core::{BoxError, Delivery, EventRouter, ManagementToken, Webhook};
//!
//! async fn on_state(state: Delivery<VehicleState>) -> Result<(), BoxError> {
//!     println!("{} sent {} signals", state.vehicle.id, state.signals.len());
//!     Ok(())
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), BoxError> {
//! let token = ManagementToken::from_env("SMARTCAR_MANAGEMENT_TOKEN")?;
//! let webhook = Webhook::new(token, EventRouter::new().on(on_state));
//! let app: Router = Router::new()
//!     .route("/webhooks/smartcar", post_service(WebhookEndpoint::new(webhook)));
//! axum::serve(tokio::net::TcpListener::bind("0.0.0.0:8080").await?, app).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Which one to use
//!
//! | you want | take |
//! |---|---|
//! | handlers by event type, and every answer chosen for you | [`WebhookEndpoint`], wherever a service goes |
//! | the same as a [`Router`](axum::Router) to merge, perhaps with a second path for errors | [`WebhookRoutes`] |
//! | your own handler function, with your extractors, state and answers | the extractor [`Verified`] |
//!
//! Everything else, handlers, answers and security, is documented in [`core`].

mod endpoint;
mod routes;
mod verified;

pub use crate::endpoint::WebhookEndpoint;
pub use crate::routes::WebhookRoutes;
pub use crate::verified::Verified;

#[doc(no_inline)]
pub use smartcar_webhook_core as core;
