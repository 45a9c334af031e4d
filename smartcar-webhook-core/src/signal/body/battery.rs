//! Batteries.

use crate::json::{Text, object, open_string};
use crate::unit::Unit;

object! {
    /// How far the battery will take the vehicle.
    #[non_exhaustive]
    pub struct BatteryRange keeps extra {
        /// The range, in `unit`.
        pub value: f64 = "value" needed,
        /// How it was estimated.
        pub range_type: Option<RangeType> = "type",
        /// Other estimates; often none.
        pub additional_values: Vec<RangeEstimate> = "additionalValues",
        /// The unit of all: `km`.
        pub unit: Option<Unit> = "unit",
    }
}

object! {
    /// One of several estimates of a range.
    #[non_exhaustive]
    pub struct RangeEstimate keeps extra {
        /// How it was estimated.
        pub range_type: Option<RangeType> = "type",
        /// The range, in the unit of the whole.
        pub value: Option<f64> = "value",
    }
}

open_string! {
    /// How a range was estimated.
    pub struct RangeType {
        /// As the vehicle shows it.
        DEFAULT = "DEFAULT",
        /// For ideal conditions.
        IDEAL_CONDITIONS = "IDEAL_CONDITIONS",
        /// For the way it is driven.
        ESTIMATED = "ESTIMATED",
        /// As rated for the model.
        RATED = "RATED",
    }
}

object! {
    /// The capacity of the battery when it was new.
    #[non_exhaustive]
    pub struct NominalCapacity keeps extra {
        /// The capacity, in `unit`; null if it is not known which of several it is.
        pub capacity: Option<f64> = "capacity",
        /// Who says so.
        pub source: Option<CapacitySource> = "source",
        /// The capacities this model is sold with.
        pub available_capacities: Vec<AvailableCapacity> = "availableCapacities",
        /// The unit of all: `kWh`.
        pub unit: Option<Unit> = "unit",
    }
}

object! {
    /// A capacity that a model is sold with.
    #[non_exhaustive]
    pub struct AvailableCapacity keeps extra {
        /// The capacity, in the unit of the whole.
        pub capacity: Option<f64> = "capacity",
        /// Engine and trim: `BEV:Extended Range`.
        pub description: Option<Text> = "description",
    }
}

open_string! {
    /// Who says what the capacity is.
    pub struct CapacitySource {
        /// Smartcar.
        SMARTCAR = "SMARTCAR",
        /// The owner, who chose it in Smartcar Connect.
        USER_SELECTED = "USER_SELECTED",
    }
}

open_string! {
    /// How well a low-voltage battery is.
    pub struct BatteryHealth {
        /// Well.
        GOOD = "GOOD",
        /// Not well.
        WARN = "WARN",
        /// To be replaced.
        BAD = "BAD",
    }
}
