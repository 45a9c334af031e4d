//! The service history.

use serde::Serializer;
use serde::de::{MapAccess, SeqAccess};

use crate::json::{Inspection, Leftover, Place, RawJson, Text, Wire, impl_serde, object};
use crate::time::Timestamp;

/// `/service/history`: the services the vehicle had.
///
/// The documentation shows one record, test data of Smartcar's SDK a list; both are read.
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceHistory {
    /// The records, in the order sent.
    pub records: Vec<ServiceRecord>,
    is_list: bool,
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
    fn take_array<'de, A, L>(&mut self, place: Place<'_, L>, seq: A) -> Result<bool, A::Error>
    where
        A: SeqAccess<'de>,
        L: Leftover,
    {
        self.is_list = true;
        self.records.take_array(place, seq)?;
        Ok(true)
    }

    fn take_object<'de, A, L>(&mut self, place: Place<'_, L>, map: A) -> Result<bool, A::Error>
    where
        A: MapAccess<'de>,
        L: Leftover,
    {
        let mut record = ServiceRecord::default();
        let same = record.take_object(place, map)?;
        self.records = vec![record];
        Ok(same)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.records[..] {
            [record] if !self.is_list => record.write(serializer),
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
