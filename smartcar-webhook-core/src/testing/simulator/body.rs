//! The bodies of deliveries, made of vehicles as they are.

mod endpoint;
mod v2;
mod v4;

use std::time::Duration;

use super::calendar::Calendar;

pub(super) use self::v2::{charging, v2_verify, vehicles};
pub(super) use self::v4::{Cause, sample, vehicle_error, vehicle_state, verify};

/// What says which delivery it is.
///
/// The id and the time of an attempt stand at `meta.deliveryId` and `meta.deliveredAt` of 4.0; 2.0 has neither.
#[derive(Clone, Copy)]
pub(super) struct Stamp<'a> {
    pub(super) event_id: &'a str,
    pub(super) delivery_id: &'a str,
    pub(super) webhook_id: &'a str,
    pub(super) webhook_name: &'a str,
    /// When the times of vehicles were.
    pub(super) calendar: &'a Calendar,
    /// When the event came about, in ms since the epoch.
    pub(super) at_ms: i64,
}

impl Stamp<'_> {
    /// In ms since the epoch.
    fn millis(&self, life: Duration) -> i64 {
        self.calendar.millis(life)
    }
}

/// Where errors are documented.
fn doc_url(kind: &super::vehicle::Kind) -> String {
    let page = kind.error_type.to_lowercase().replace('_', "-");
    let code = kind.code.unwrap_or("null");
    let code = code.to_lowercase().replace('_', "-");
    format!("https://smartcar.com/docs/errors/api-errors/{page}-errors#{code}")
}

#[cfg(test)]
mod tests;
