//! Types that stand for a signal.

use crate::error::Error;
use crate::payload::RawJson;
use crate::unit::Unit;

/// A type that stands for one signal.
///
/// Those of all known signals are in [this module](super#structs). For another one, write it:
///
/// ```
/// use smartcar_webhook_core::payload::RawJson;
/// use smartcar_webhook_core::payload::v4::VehicleState;
/// use smartcar_webhook_core::signal::SignalType;
/// use smartcar_webhook_core::{Delivery, Error};
///
/// struct TeleporterChargeLeft;
///
/// #[derive(serde::Deserialize)]
/// struct Jumps {
///     jumps: u32,
/// }
///
/// impl SignalType for TeleporterChargeLeft {
///     const CODE: &'static str = "teleporter-chargeleft";
///     const GROUP: &'static str = "Teleporter";
///     const NAME: &'static str = "ChargeLeft";
///
///     type Body = Jumps;
///
///     fn read(body: &RawJson) -> Result<Jumps, Error> {
///         body.read()
///     }
/// }
///
/// # fn main() -> Result<(), Error> {
/// # let body = r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v1"},"signals":[
/// #   {"code":"teleporter-chargeleft","body":{"jumps":2}}]}}"#;
/// # let state = Delivery::assume_verified(body.into())?.read::<VehicleState>()?;
/// assert_eq!(state.current::<TeleporterChargeLeft>().unwrap().jumps, 2);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` stands for no signal",
    note = "the types of signals are in `smartcar_webhook_core::signal`"
)]
pub trait SignalType: 'static {
    /// Its code: group and name in lower case, with a hyphen.
    const CODE: &'static str;
    /// The group of signals it belongs to.
    const GROUP: &'static str;
    /// Its name within the group.
    const NAME: &'static str;
    /// The label its values are sent with, or documented with, if there is but one.
    const UNIT: Option<Unit> = None;

    /// What its readings say.
    type Body;

    /// Reads a body.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Misfit`](crate::ErrorKind::Misfit) with the path of what is missing or does not fit; it costs this reading alone.
    fn read(body: &RawJson) -> Result<Self::Body, Error>;
}
