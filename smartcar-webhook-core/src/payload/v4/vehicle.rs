//! Whom and what a 4.0 delivery is about.

use super::Meta;
use crate::error::Error;
use crate::json::{Elsewhere, Odd, Personal, Text, Wire, object, open_string};
use crate::payload::Mode;
use crate::payload::envelope::{DataHead, VehicleHead};

object! {
    /// The owner who connected the vehicle.
    #[non_exhaustive]
    pub struct User keeps extra {
        /// Smartcar's id of the user; not always a UUID.
        pub id: Option<Personal> = "id" expected,
        /// Your own id of the user, if you gave Smartcar one.
        pub external_id: Option<Personal> = "externalId",
    }
}

object! {
    /// The vehicle.
    #[non_exhaustive]
    pub struct Vehicle keeps extra {
        /// Smartcar's id of the vehicle.
        pub id: Text = "id" expected,
        /// The make, in upper case (`TESLA`) or title case (`Tesla`).
        pub make: Option<Text> = "make" expected,
        /// The model.
        pub model: Option<Text> = "model" expected,
        /// The model year.
        pub year: Option<u16> = "year" expected,
        /// Whether it is a real car.
        pub mode: Option<Mode> = "mode",
        /// How it is driven.
        pub powertrain_type: Option<Powertrain> = "powertrainType",
        /// The vehicle identification number, on the page of version 3.0 alone; now it is a signal.
        pub vin: Option<Personal> = "vin",
    }
}

open_string! {
    /// How a vehicle is driven. Only BEV has been seen; no page lists the others.
    pub struct Powertrain {
        /// By a battery.
        BEV = "BEV",
        /// By a battery and, where it is empty, an engine.
        PHEV = "PHEV",
        /// By an engine, helped by a battery.
        HEV = "HEV",
        /// By an engine.
        ICE = "ICE",
    }
}

impl Vehicle {
    /// Demands an id, if need be the one at the top level that documentation has and deliveries do not.
    pub(super) fn or_id(mut self, top_level: Option<&Text>) -> Result<Self, Error> {
        if self.id.is_empty() {
            let top_level = top_level.filter(|it| !it.is_empty());
            self.id = top_level
                .cloned()
                .ok_or_else(|| Error::misfit("data.vehicle.id"))?;
        }
        Ok(self)
    }

    /// What the envelope of a delivery about this vehicle is made of; odd if not all of it is shown here.
    pub(super) fn head(&self, meta: &Elsewhere<Meta>) -> Result<DataHead, Odd> {
        self.extra.only_unknown_to(VehicleHead::fields())?;
        let vehicle = VehicleHead {
            id: Some(self.id.clone()),
            make: self.make.clone(),
            mode: self.mode.clone(),
        };
        Ok(DataHead {
            vehicle,
            meta: meta.clone(),
        })
    }

    /// The vehicle as it was before it got its id from beside `data`, unless it has another one by now.
    pub(super) fn to_sent(&self, id_beside: Option<&Text>) -> Self {
        let mut sent = self.clone();
        if id_beside == Some(&sent.id) {
            sent.id = Text::default();
        }
        sent
    }
}
