//! Generation 4.0: the signal platform.
//!
//! Named after `meta.version`; Smartcar's API calls itself v3.
//! See [Smartcar Docs/Webhook events](https://smartcar.com/docs/api-reference/webhooks/events/overview).

mod meta;
mod signal_ref;
mod signal;
mod signal_list;
mod trigger;
mod vehicle;
mod reported_error;
pub(crate) mod vehicle_error;
pub(crate) mod vehicle_state;

pub use self::meta::Meta;
pub use self::reported_error::{ErrorState, ReportedError, Scope};
pub use self::signal::{Signal, SignalError, SignalMeta, SignalStatus, StatusValue};
pub use self::signal_ref::SignalRef;
pub use self::trigger::{Trigger, TriggerKind};
pub use self::vehicle::{Powertrain, User, Vehicle};
pub use self::vehicle_error::VehicleError;
pub use self::vehicle_state::VehicleState;
