//! Wheels.

use crate::json::object;
use crate::unit::Unit;

object! {
    /// The tyres.
    #[non_exhaustive]
    pub struct Tires keeps extra {
        /// Each of them.
        pub values: Vec<Tire> = "values" needed,
        /// How many rows of tyres there are.
        pub row_count: Option<i64> = "rowCount",
        /// How many tyres there are in a row.
        pub column_count: Option<i64> = "columnCount",
        /// The unit of the pressures, as labelled: `bar`, which has been seen beside 258 and 699.9, and is not made right here.
        pub unit: Option<Unit> = "unit",
    }
}

object! {
    /// A tyre.
    #[non_exhaustive]
    pub struct Tire keeps extra {
        /// Its row, from the front, where it is 0.
        pub row: Option<i64> = "row" expected,
        /// Its place in the row, from the left, where it is 0.
        pub column: Option<i64> = "column" expected,
        /// The pressure, in the unit of the whole; null if it is not known.
        pub tire_pressure: Option<f64> = "tirePressure",
    }
}
