//! Charging.

use crate::json::{Personal, Text, object, open_string};
use crate::time::Timestamp;
use crate::unit::Unit;

open_string! {
    /// Whether the vehicle charges, in a word.
    pub struct ChargingStatus {
        /// It does.
        CHARGING = "CHARGING",
        /// It does not.
        NOT_CHARGING = "NOT_CHARGING",
        /// It is plugged in and full.
        FULLY_CHARGED = "FULLY_CHARGED",
    }
}

object! {
    /// Up to where the battery is charged.
    #[non_exhaustive]
    pub struct ChargeLimits keeps extra {
        /// The limits.
        pub values: Vec<ChargeLimit> = "values" needed,
        /// The limit in force: percent, 0 to 100.
        pub active_limit: Option<f64> = "activeLimit",
        /// The unit of all: `percent`.
        pub unit: Option<Unit> = "unit",
    }
}

object! {
    /// A limit of charge, and when it applies.
    #[non_exhaustive]
    pub struct ChargeLimit keeps extra {
        /// What it depends on.
        pub rule_type: Option<RuleType> = "type" expected,
        /// The limit: percent, 0 to 100.
        pub limit: Option<f64> = "limit" expected,
        /// When it applies; null if always.
        pub condition: Option<ChargeCondition> = "condition",
    }
}

open_string! {
    /// What a limit or a timer depends on.
    pub struct RuleType {
        /// Nothing.
        GLOBAL = "GLOBAL",
        /// The place.
        LOCATION = "LOCATION",
        /// The kind of current.
        CHARGING_TYPE = "CHARGING_TYPE",
        /// The plug; before January 2026, in place of the kind of current.
        CONNECTOR = "CONNECTOR",
    }
}

open_string! {
    /// The kind of current.
    pub struct ChargingType {
        /// Alternating.
        AC = "AC",
        /// Direct.
        DC = "DC",
    }
}

object! {
    /// When a limit or a timer applies.
    #[non_exhaustive]
    pub struct ChargeCondition keeps extra {
        /// The name of the place.
        pub name: Option<Personal> = "name",
        /// Its address.
        pub address: Option<Personal> = "address",
        /// Its latitude, in degrees.
        pub latitude: Option<Personal<f64>> = "latitude",
        /// Its longitude, in degrees.
        pub longitude: Option<Personal<f64>> = "longitude",
        /// The plug, such as `J1772`; until January 2026.
        pub connector_type: Option<Text> = "connectorType",
        /// The kind of current; from January 2026.
        pub charging_type: Option<ChargingType> = "chargingType",
    }
}

object! {
    /// When the vehicle is to charge, or to be ready.
    #[non_exhaustive]
    pub struct ChargeTimer keeps extra {
        /// What it depends on.
        pub rule_type: Option<RuleType> = "type" expected,
        /// When it applies; null if always.
        pub condition: Option<ChargeCondition> = "condition",
        /// When to charge.
        pub schedules: Vec<ChargeSchedule> = "schedules",
        /// When to be ready.
        pub departure_timers: Vec<DepartureTimer> = "departureTimers",
        /// Whether the manufacturer chooses the hours.
        pub is_oem_optimization_enabled: Option<bool> = "isOEMOptimizationEnabled",
        /// On which days, in a word.
        pub schedule_type: Option<ScheduleType> = "scheduleType",
        /// The id of a timer that was made through Smartcar.
        pub schedule_id: Option<Text> = "scheduleId",
    }
}

object! {
    /// Hours in which to charge, in the vehicle's time.
    #[non_exhaustive]
    pub struct ChargeSchedule keeps extra {
        /// From: `HH:MM:SS`.
        pub start: Option<Text> = "start",
        /// To: `HH:MM:SS`.
        pub end: Option<Text> = "end",
        /// On these days.
        pub days: Vec<Day> = "days",
    }
}

object! {
    /// A time at which to be ready, in the vehicle's time.
    #[non_exhaustive]
    pub struct DepartureTimer keeps extra {
        /// At: `HH:MM:SS`.
        pub time: Option<Text> = "time",
        /// On these days.
        pub days: Vec<Day> = "days",
    }
}

open_string! {
    /// On which days a timer runs.
    pub struct ScheduleType {
        /// On all.
        DAILY = "DAILY",
        /// On chosen ones.
        WEEKLY = "WEEKLY",
        /// Monday to Friday.
        WORKWEEK = "WORKWEEK",
    }
}

open_string! {
    /// A day of the week.
    pub struct Day {
        /// Monday.
        MONDAY = "MONDAY",
        /// Tuesday.
        TUESDAY = "TUESDAY",
        /// Wednesday.
        WEDNESDAY = "WEDNESDAY",
        /// Thursday.
        THURSDAY = "THURSDAY",
        /// Friday.
        FRIDAY = "FRIDAY",
        /// Saturday.
        SATURDAY = "SATURDAY",
        /// Sunday.
        SUNDAY = "SUNDAY",
    }
}

object! {
    /// A charging session that is over.
    #[non_exhaustive]
    pub struct ChargeRecord keeps extra {
        /// Its id.
        pub id: Option<Text> = "id",
        /// What it cost.
        pub cost: Option<ChargeCost> = "cost",
        /// When it began.
        pub start_time: Option<Timestamp> = "startTime",
        /// When it ended.
        pub end_time: Option<Timestamp> = "endTime",
        /// Where.
        pub location: Option<ChargePlace> = "location",
        /// The energy it brought, in kWh.
        pub energy_added: Option<f64> = "energyAdded",
        /// The plug; until January 2026.
        pub connector_type: Option<Text> = "connectorType",
        /// The kind of current; from January 2026.
        pub charging_type: Option<ChargingType> = "chargingType",
        /// Whether the charger is open to the public.
        pub is_public_charger: Option<bool> = "isPublicCharger",
        /// The state of charge before: percent, 0 to 100.
        pub start_state_of_charge: Option<f64> = "startStateOfCharge",
        /// The state of charge after: percent, 0 to 100.
        pub end_state_of_charge: Option<f64> = "endStateOfCharge",
    }
}

object! {
    /// What a charging session cost.
    #[non_exhaustive]
    pub struct ChargeCost keeps extra {
        /// The currency, in three letters.
        pub currency: Option<Text> = "currency",
        /// The energy, in that currency.
        pub energy_amount: Option<f64> = "energyAmount",
        /// Whatever else, in that currency.
        pub other_amount: Option<f64> = "otherAmount",
    }
}

object! {
    /// Where a charging session was.
    #[non_exhaustive]
    pub struct ChargePlace keeps extra {
        /// The name of the place.
        pub name: Option<Personal> = "name",
        /// Its address.
        pub address: Option<Personal> = "address",
        /// Its latitude, in degrees.
        pub latitude: Option<Personal<f64>> = "latitude",
        /// Its longitude, in degrees.
        pub longitude: Option<Personal<f64>> = "longitude",
    }
}
