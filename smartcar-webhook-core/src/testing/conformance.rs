//! The contract of a receiver as data: which request gets which answer.
//!
//! Run it against your own mount, with all that your app puts around it:
//!
//! ```
//! use smartcar_webhook_core::testing::conformance;
//! use tower::ServiceExt;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let app = conformance::webhook(); // and your layers around it
//! for case in conformance::cases() {
//!     let response = app.clone().oneshot(case.request()).await?;
//!     case.check(&response)?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`over_tcp`] runs it against what listens at an address, and tries what only a connection can: chunks, pipelining, clients that go away.
//! [`over`] does so over any connection, case by case.
//! Receivers in other languages need not answer in the words of this library: the [`Severity`] of a [`Departure`] tells whether Smartcar or security suffers from it.

mod departure;
mod asks;
mod case;
mod answers;
mod peer;
mod attempt;
mod run;

use serde_json::Value;

use crate::error::BoxError;
use crate::payload::Delivery;
use crate::payload::v2::ChargingStarted;
use crate::payload::v4::VehicleState;
use crate::router::EventRouter;
use crate::token::{Keyring, ManagementToken};
use crate::webhook::Webhook;

pub use self::case::Case;
pub use self::departure::{Departure, Severity};
pub use self::run::{Run, over, over_tcp};

/// The token of the receiver the cases are about.
pub const TOKEN: &str = "8f0c2e1a-4d5b-4c6d-9e7f-0a1b2c3d4e5f";

/// The receiver the cases are about.
///
/// It accepts [`TOKEN`] and, as an older key, `amt`; it has a handler of `VEHICLE_STATE`, and one of `CHARGING_STARTED` that fails.
#[expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "both tokens are valid"
)]
pub fn webhook() -> Webhook {
    let token = |text| ManagementToken::new(text).expect("a token");
    let keys = Keyring::new("new", token(TOKEN)).with("old", token("amt"));
    let router = EventRouter::new()
        .on(async |_: Delivery<VehicleState>| Ok::<_, BoxError>(()))
        .on(async |_: Delivery<ChargingStarted>| Err("no database"));
    Webhook::new(keys, router)
}

/// Every case about the receiver that [`webhook`] makes, for requests to `/webhooks/smartcar`.
#[expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "the file is part of this crate"
)]
pub fn cases() -> Vec<Case> {
    let cases = include_str!("conformance/cases.json");
    let cases: Vec<Value> = serde_json::from_str(cases).expect("a list of cases");
    cases.iter().map(Case::new).collect()
}

/// The cases that hold for any receiver that accepts this token, whatever its handlers do with deliveries that have no content to speak of.
///
/// Signatures are made with the token; the receiver has the default limit of the body. Cases about other keys and about handlers that fail are left out.
pub fn cases_signed_by(token: &ManagementToken) -> Vec<Case> {
    let cases = cases().into_iter().filter(|it| !it.needs_own_receiver());
    cases.map(|it| it.signed_by(token)).collect()
}
