//! Service at a workshop.

use crate::json::{Text, object};
use crate::time::Timestamp;

object! {
    /// A service the vehicle had.
    #[non_exhaustive]
    pub struct ServiceRecord keeps extra {
        /// Its id.
        pub id: Option<Text> = "id",
        /// What it cost.
        pub cost: Option<ServiceCost> = "cost",
        /// When it was.
        pub time: Option<Timestamp> = "time",
        /// What was done.
        pub tasks: Vec<ServiceTask> = "tasks",
        /// More on it.
        pub details: Vec<ServiceDetail> = "details",
        /// The odometer, in km.
        pub odometer: Option<f64> = "odometer",
    }
}

object! {
    /// What a service cost.
    #[non_exhaustive]
    pub struct ServiceCost keeps extra {
        /// The amount, in that currency.
        pub amount: Option<f64> = "amount",
        /// The currency, in three letters.
        pub currency: Option<Text> = "currency",
    }
}

object! {
    /// Something that was done at a service.
    #[non_exhaustive]
    pub struct ServiceTask keeps extra {
        /// Its id.
        pub id: Option<Text> = "id",
        /// In words.
        pub description: Option<Text> = "description",
    }
}

object! {
    /// Something to know of a service.
    #[non_exhaustive]
    pub struct ServiceDetail keeps extra {
        /// Its id.
        pub id: Option<Text> = "id",
        /// In words.
        pub description: Option<Text> = "description",
    }
}
