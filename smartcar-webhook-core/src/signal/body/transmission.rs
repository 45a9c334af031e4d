//! The transmission.

use crate::json::{Text, object, open_string};

object! {
    /// How the vehicle is set to drive.
    #[non_exhaustive]
    pub struct DriveMode keeps extra {
        /// The mode by a name that is the same for all makes.
        pub canonical: Option<Text> = "canonical" expected,
        /// The mode as the vehicle calls it.
        pub oem_display_name: Option<Text> = "oemDisplayName" expected,
    }
}

open_string! {
    /// The gear, by its lever.
    pub struct Gear {
        /// P.
        PARK = "PARK",
        /// D.
        DRIVE = "DRIVE",
        /// R.
        REVERSE = "REVERSE",
        /// N.
        NEUTRAL = "NEUTRAL",
    }
}
