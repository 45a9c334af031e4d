//! Where the vehicle is.

use crate::json::{Personal, Text, object, open_string};

object! {
    /// The position of the vehicle.
    #[non_exhaustive]
    pub struct PreciseLocation keeps extra {
        /// Degrees, -90 to 90.
        pub latitude: Personal<f64> = "latitude" needed,
        /// Degrees, -180 to 180.
        pub longitude: Personal<f64> = "longitude" needed,
        /// Where it heads: degrees from north, 0 to 360.
        pub heading: Option<f64> = "heading",
        /// The same as a point of the compass: `N`, `NE`, `E`.
        pub direction: Option<Text> = "direction",
        /// Whether it is there now.
        pub location_type: Option<LocationType> = "locationType",
    }
}

open_string! {
    /// Whether a vehicle is at a position now.
    pub struct LocationType {
        /// It was parked there last.
        LAST_PARKED = "LAST_PARKED" | "PARKED",
        /// It is there.
        CURRENT = "CURRENT",
    }
}
