//! Whom and what a 4.0 delivery is about.

use crate::error::Error;
use crate::json::{Personal, Text, object};
use crate::payload::Mode;

object! {
    /// The owner who connected the vehicle.
    #[non_exhaustive]
    pub struct User keeps extra {
        /// Smartcar's id of the user; not always a UUID.
        pub id: Option<Personal> = "id",
        /// Your own id of the user, if you gave Smartcar one.
        pub external_id: Option<Personal> = "externalId",
    }
}

object! {
    /// The vehicle.
    #[non_exhaustive]
    pub struct Vehicle keeps extra {
        /// Smartcar's id of the vehicle.
        pub id: Text = "id",
        /// The make, in upper case (`TESLA`) or title case (`Tesla`).
        pub make: Option<Text> = "make",
        /// The model.
        pub model: Option<Text> = "model",
        /// The model year.
        pub year: Option<u16> = "year",
        /// Whether it is a real car.
        pub mode: Option<Mode> = "mode",
        /// `BEV` and the like.
        pub powertrain_type: Option<Text> = "powertrainType",
        /// The vehicle identification number, where it is sent.
        pub vin: Option<Personal> = "vin",
    }
}

impl Vehicle {
    /// Demands an id, if need be the one at the top level that documentation has and deliveries do not.
    pub(super) fn or_id(mut self, top_level: Option<Text>) -> Result<Self, Error> {
        if self.id.is_empty() {
            let top_level = top_level.filter(|it| !it.is_empty());
            self.id = top_level.ok_or_else(|| Error::misfit("data.vehicle.id"))?;
        }
        Ok(self)
    }
}
