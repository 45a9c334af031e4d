//! The bodies of signals.
//!
//! Which signal has which, and in which unit, is said at the [signal](super#structs).
//! What a body holds beside its fields, nulls included, is written again with it.

mod value;
mod battery;
mod charge;
mod closure;
mod diagnostics;
mod location;
mod service;
mod transmission;
mod wheel;

pub use self::battery::{
    AvailableCapacity, BatteryHealth, BatteryRange, CapacitySource, NominalCapacity, RangeEstimate,
    RangeType,
};
pub use self::charge::{
    ChargeCondition, ChargeCost, ChargeLimit, ChargeLimits, ChargePlace, ChargeRecord,
    ChargeSchedule, ChargeTimer, ChargingStatus, ChargingType, Day, DepartureTimer, RuleType,
    ScheduleType,
};
pub use self::closure::{Cover, Door, Doors, Lid, Window, Windows};
pub use self::diagnostics::{SystemHealth, SystemStatus, TroubleCode};
pub use self::location::{LocationType, PreciseLocation};
pub use self::service::{ServiceCost, ServiceDetail, ServiceRecord, ServiceTask};
pub use self::transmission::{DriveMode, Gear};
pub use self::value::{Count, Quantity, Value, Values};
pub use self::wheel::{Tire, Tires};
