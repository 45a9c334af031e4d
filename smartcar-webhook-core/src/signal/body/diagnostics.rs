//! What the vehicle finds of itself.

use crate::json::{Text, object, open_string};
use crate::time::Timestamp;

object! {
    /// How a system of the vehicle is.
    #[non_exhaustive]
    pub struct SystemStatus keeps extra {
        /// Well or not.
        pub status: SystemHealth = "status" needed,
        /// What is wrong.
        pub description: Option<Text> = "description",
    }
}

open_string! {
    /// Whether a system of the vehicle is well.
    pub struct SystemHealth {
        /// It is.
        OK = "OK",
        /// It is not.
        ALERT = "ALERT",
    }
}

object! {
    /// A diagnostic trouble code.
    #[non_exhaustive]
    pub struct TroubleCode keeps extra {
        /// The code: `P0300`.
        pub code: Option<Text> = "code" expected,
        /// Since when it is active.
        pub timestamp: Option<Timestamp> = "timestamp",
    }
}
