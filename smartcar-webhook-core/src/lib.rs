//! Receives [Smartcar] webhooks: verifies deliveries over their raw bytes, reads them, routes them to typed handlers and answers, in any web framework.
//!
//! ```
//! use smartcar_webhook_core::payload::v4::VehicleState;
//! use smartcar_webhook_core::{BoxError, Delivery, EventRouter, ManagementToken, Webhook};
//! use tower::ServiceExt;
//!
//! async fn on_state(state: Delivery<VehicleState>) -> Result<(), BoxError> {
//!     println!("{} sent {} signals", state.vehicle.id, state.signals.len());
//!     Ok(())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), BoxError> {
//! let token = ManagementToken::new("8f0c2e1a-4d5b-4c6d-9e7f-0a1b2c3d4e5f")?;
//! let webhook = Webhook::new(token.clone(), EventRouter::new().on(on_state));
//!
//! // A framework's adapter makes this request of what comes over the wire.
//! let body = r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v1"},"signals":[]}}"#;
//! let request = http::Request::post("/webhooks/smartcar")
//!     .header("SC-Signature", token.sign(body.as_bytes()).to_hex())
//!     .body(body.into())?;
//! assert_eq!(webhook.oneshot(request).await?.status(), 200);
//! # Ok(())
//! # }
//! ```
//!
//! # The way of a delivery
//!
//! 1. **Challenge.** VERIFY is answered at once, signed or not, unless its challenge could be a forged delivery: is long, or holds `{`, `"` or a control character.
//! 2. **Verify.** `SC-Signature` is checked over the bytes received, under every key of the [`Keyring`]; but for the look for a challenge, and for what a [`KeySource`] of yours may look at, nothing is parsed before.
//! 3. **Read.** One pass makes the [`Envelope`](payload::Envelope) of a [`Delivery`]; the body stays as it came.
//! 4. **Dispatch.** The delivery goes through your tower layers and the [`EventRouter`] to the handler of its type, which gets it typed; what comes back is an [`Outcome`] or an [`Error`].
//! 5. **Answer.** See below.
//!
//! # Handlers
//!
//! A [`Handler<E>`](Handler) is an async function of `Delivery<E>`, or a struct; `E` is an [`Event`](payload::Event), such as [`payload::v4::VehicleState`] or [`payload::v2::Schedule`].
//! Inside one event, a [`SignalRouter`] takes each signal of a state to its handler, and an [`ErrorRouter`] each error of a vehicle; [`freshness`] tells which readings are old.
//! What has no handler goes to the [fallback](EventRouter::fallback), and so does what does not have the shape of its type.
//! The request type of all services and layers between verification and handler is [`Delivery`], so whatever works as a `tower::Layer` works here; those of this crate are in [`layer`].
//!
//! # Answers
//!
//! | what happened | status |
//! |---|---|
//! | handled; taken by the fallback; nobody wanted it, or a filter took it out; misfit; stored or known as a copy, where a layer says so | 200, empty body |
//! | challenge answered | 200, `{"challenge":"…"}` |
//! | body not a JSON object, or broken off | 400 |
//! | signature missing, malformed, ambiguous, mismatched | 401 |
//! | challenge refused; delivery outside the [replay window](Verifier::with_replay_window) | 403 |
//! | not a POST | 405 with `Allow: POST` |
//! | body over the limit | 413 |
//! | more challenges than the [`ChallengePolicy`] answers | 429 |
//! | handler failed, handler panicked, any error of a layer that has no kind | 500 |
//! | the keys cannot be had; deadline spent, overloaded, shutting down, work cut off, copy in flight, store unreachable, where a layer says so | 503 |
//!
//! Refusals carry `{"error":"<code>"}`, where the code is [`ErrorKind::code`].
//! Every response but that to a challenge carries its [`Outcome`] or [`Error`] in its extensions, for layers further out.
//! What a framework answers by itself, such as 405 for a route of POST alone, is the framework's.
//!
//! A layer chooses 503 by an [`Error`] of that kind. The errors of tower's own have none, so map them: `map_err(|_| Error::new(ErrorKind::DeadlineExceeded))` around a `tower::timeout::TimeoutLayer`.
//!
//! # Security
//!
//! * What reaches a handler was signed with one of your tokens. Nothing else is known of it: the signature has no time in it, so a delivery can be sent again by whoever saw it.
//! * Challenges and deliveries are signed with the same key in the same way. [`Webhook`] refuses challenges that could be a delivery; do not answer challenges by yourself.
//! * No token, no signature and no field that is known to hold a VIN, a position or a user id is in a log line, an error or a `Debug` of this crate. An error of your own is logged as it is, be it of a handler, of a layer or of a source of keys.
//! * A signature that does not fit is examined, beside the work and not too often, by the [`doctor`]: its warning names the likely mistake and what to do.
//! * The raw body must arrive unchanged: mount the adapter before anything that parses, decompresses or rewrites it.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `schemars` | `schema`: the JSON Schema of every event |
//! | `testing` | `testing`: deliveries made to order and sent in memory; with `tokio` Smartcar's whole side, simulated; the contract as data |
//! | `http-client` | `testing::HttpTarget`: the simulator's way to a URL |
//! | `metrics` | `metrics`: counters, through the facade of that name |
//! | `http-body` | `HttpService`: the receiver over any `http_body::Body` of `Bytes` |
//! | `tokio` | [`layer::Detach`]: work that outlives its request; [`layer::Idempotency`]: copies of a delivery are not handled again; both are on in every [`Webhook`] then; [`inbox`]: deliveries that are stored, answered and handled afterwards |
//! | `jiff`, `chrono`, `time` | conversions of [`payload::Timestamp`] |
//! | `aws-lc-rs`, `ring` | HMAC-SHA256 by the crate of that name instead of RustCrypto's: the same results, sooner on some CPUs |
//!
//! None is on by default; none changes what the rest does. The adapter crates have `tokio` on and pass on all the others but `http-body`.
//!
//! `aws-lc-rs` and `ring` take a C compiler to build, and `aws-lc-rs` on some targets CMake.
//! On a CPU with instructions for SHA there is nothing to gain, for RustCrypto uses them; on one without, signatures take down to 0.6 of the time.
//! There take `aws-lc-rs`, or `ring` if the app has that in it anyway; if both are on, `aws-lc-rs` is used.
//! The log line that a webhook is set up says which it is, as `mac`.
//!
//! # Frameworks
//!
//! | framework | crate |
//! |---|---|
//! | axum | `smartcar-webhook-axum` |
//! | actix-web | `smartcar-webhook-actix` |
//! | hyper, or whatever takes a tower service | `HttpService`, with the feature `http-body` |
//! | any other | call [`Webhook`] with an `http::Request<Bytes>` |
//!
//! [Smartcar]: https://smartcar.com/docs/integrations/webhooks/overview

mod error;
mod hook;
mod outcome;
mod json;
mod mac;
mod token;
mod signature;
mod time;
pub mod payload;
mod unit;
pub mod signal;
pub mod endpoint;
pub mod snapshot;
mod drift;
#[cfg(feature = "schemars")]
pub mod schema;
mod handler;
pub mod freshness;
mod router;
pub mod layer;
#[cfg(feature = "tokio")]
pub mod inbox;
mod throttle;
mod challenge;
mod answer;
mod keys;
pub mod doctor;
#[cfg(feature = "metrics")]
pub mod metrics;
mod tally;
mod replay;
mod health;
mod verify;
mod webhook;
#[cfg(feature = "http-body")]
mod http_service;
#[cfg(feature = "testing")]
pub mod testing;

pub use async_trait::async_trait;

pub use crate::challenge::ChallengePolicy;
pub use crate::error::{BoxError, Error, ErrorKind};
pub use crate::handler::Handler;
pub use crate::health::{Health, HealthReport, WebhookHealth};
#[cfg(feature = "http-body")]
pub use crate::http_service::HttpService;
pub use crate::keys::{CachedKeys, KeySource, SharedKeyring, Unverified};
pub use crate::outcome::Outcome;
pub use crate::payload::Delivery;
pub use crate::router::{ErrorRouter, EventRouter, Failures, Route, SignalRouter};
pub use crate::signature::Signature;
pub use crate::snapshot::Snapshot;
pub use crate::tally::Tally;
pub use crate::token::{Keyring, ManagementToken, TokenError};
pub use crate::unit::Unit;
pub use crate::verify::{SC_SIGNATURE, Verifier};
pub use crate::webhook::{Webhook, WebhookBuilder};
