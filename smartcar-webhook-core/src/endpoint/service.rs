//! The service history.

use serde::Serializer;

use crate::json::{Inspection, Kind, Piece, RawJson, Taken, Text, Wire, impl_serde, object, read};
use crate::time::Timestamp;

/// `/service/history`: the services the vehicle had.
///
/// The documentation shows one record, test data of Smartcar's SDK a list; both are read.
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceHistory {
    /// The records, in the order sent.
    pub records: Vec<ServiceRecord>,
    sent: RawJson,
}

object! {
    /// A service the vehicle had.
    #[non_exhaustive]
    pub struct ServiceRecord keeps extra {
        /// Its id; at times a number.
        pub service_id: Option<Text> = "serviceId",
        /// When it was.
        pub service_date: Option<Timestamp> = "serviceDate",
        /// The odometer: km.
        pub odometer_distance: Option<f64> = "odometerDistance",
        /// What was done.
        pub service_tasks: Vec<ServiceTask> = "serviceTasks",
        /// More on it: a list of types and values, or one object.
        pub service_details: Option<RawJson> = "serviceDetails",
        /// What it cost.
        pub service_cost: Option<ServiceCost> = "serviceCost",
    }
}

object! {
    /// Something that was done at a service.
    #[non_exhaustive]
    pub struct ServiceTask keeps extra {
        /// Its id; at times a number.
        pub task_id: Option<Text> = "taskId",
        /// In words.
        pub task_description: Option<Text> = "taskDescription",
    }
}

object! {
    /// What a service cost.
    #[non_exhaustive]
    pub struct ServiceCost keeps extra {
        /// The amount, in that currency.
        pub total_cost: Option<f64> = "totalCost",
        /// The currency, in three letters.
        pub currency: Option<Text> = "currency",
    }
}

impl Wire for ServiceHistory {
    const KIND: Kind = Kind::Leaf;

    fn take_raw(&mut self, value: Piece<'_>) -> Taken {
        let sent = value.to_json();
        let records = match read::<Vec<ServiceRecord>>(&sent) {
            Ok(records) => records,
            Err(_) => match read::<ServiceRecord>(&sent) {
                Ok(record) => vec![record],
                Err(_) => return Taken::Not,
            },
        };
        *self = Self { records, sent };
        Taken::Exactly
    }

    /// As it was sent, unless the records were changed.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut again = Self::default();
        again.take_raw(Piece::whole(&self.sent));
        match &self.records[..] {
            records if records == again.records => self.sent.write(serializer),
            records => serializer.collect_seq(records),
        }
    }

    fn inspect(json: &str, inspection: &mut Inspection) {
        if json.starts_with('[') {
            Vec::<ServiceRecord>::inspect(json, inspection);
        } else {
            ServiceRecord::inspect(json, inspection);
        }
    }

    #[cfg(feature = "schemars")]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let record = ServiceRecord::schema(generator);
        schemars::json_schema!({"anyOf": [record, {"type": "array", "items": record}]})
    }
}

impl_serde!(ServiceHistory);

#[cfg(feature = "schemars")]
crate::json::impl_json_schema!(ServiceHistory);
