//! Enumerations of both generations.

use crate::json::open_string;

open_string! {
    /// Whether a delivery is about a real car.
    ///
    /// 4.0 writes `LIVE` and `TEST`, 2.0 writes `live`, `test` and `simulated`; here case does not count.
    /// A TEST delivery comes from the dashboard's test button and carries an invented car.
    ///
    /// ```
    /// use smartcar_webhook_core::payload::Mode;
    ///
    /// assert_eq!(Mode::from("live"), Mode::LIVE);
    /// assert_eq!(Mode::from("live").as_str(), "live");
    /// ```
    pub struct Mode {
        /// A real car.
        LIVE = "LIVE",
        /// A car that exists nowhere.
        TEST = "TEST",
        /// A car of Smartcar's vehicle simulator.
        SIMULATED = "SIMULATED",
    }
}

open_string! {
    /// The type of an event, as sent.
    pub struct EventType {
        /// A 4.0 challenge.
        VERIFY = "VERIFY",
        /// [`v4::VehicleState`](super::v4::VehicleState).
        VEHICLE_STATE = "VEHICLE_STATE",
        /// [`v4::VehicleError`](super::v4::VehicleError).
        VEHICLE_ERROR = "VEHICLE_ERROR",
        /// [`v2::ChargingStarted`](super::v2::ChargingStarted).
        CHARGING_STARTED = "CHARGING_STARTED",
        /// [`v2::ChargingStopped`](super::v2::ChargingStopped).
        CHARGING_STOPPED = "CHARGING_STOPPED",
        /// [`v2::ChargingCompleted`](super::v2::ChargingCompleted).
        CHARGING_COMPLETED = "CHARGING_COMPLETED",
        /// [`v2::Schedule`](super::v2::Schedule); Smartcar's own pages disagree on the name.
        SCHEDULE = "schedule" | "scheduled",
        /// [`v2::Dynamic`](super::v2::Dynamic).
        DYNAMIC = "dynamic",
    }
}
