//! The same error of a vehicle, sent as several events.

use super::Key;
use crate::payload::v4::{ReportedError, Scope, VehicleError};
use crate::payload::{Delivery, ErrorCode, Payload, RawJson};

/// What deliveries of the same errors of the same vehicle and user have in common; `None` for all but VEHICLE_ERROR.
pub(super) fn same_error(delivery: &Delivery) -> Option<Key> {
    let error = VehicleError::take(delivery.clone()).ok()??;
    let mut errors: Vec<_> = error.errors.iter().map(identity).collect();
    if errors.is_empty() {
        return None;
    }
    errors.sort_unstable();
    errors.dedup();
    let user = error.user.id.as_ref().map_or("", |it| it.as_str());
    let about = [user.as_bytes(), error.vehicle.id.as_bytes()];
    Some(Key::of(
        about
            .into_iter()
            .chain(errors.iter().map(|it| &it.as_bytes()[..])),
    ))
}

/// What makes an error the same: an error that is over, or of other signals, is another one.
fn identity(error: &ReportedError) -> Key {
    let code = error.code.as_ref().map_or("", ErrorCode::as_str);
    let state = error.state();
    let mut parts: Vec<String> = [error.error_type.as_str(), code, state.as_str()]
        .map(str::to_ascii_lowercase)
        .into();
    match error.scope() {
        Scope::Vehicle => {}
        Scope::Unknown => {
            let sent = error.extra.get("signals").map(RawJson::as_str);
            parts.extend(sent.map(str::to_owned));
        }
        Scope::Signals(signals) => {
            let mut codes: Vec<_> = signals.iter().map(|it| it.code().into_owned()).collect();
            codes.sort_unstable();
            parts.extend(codes);
        }
    }
    Key::of(parts.iter().map(String::as_bytes))
}
