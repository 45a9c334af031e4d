//! The headers of an endpoint's response.

use std::fmt;

use serde::Serializer;
use serde::de::MapAccess;

use crate::json::{Inspection, Leftover, Members, Place, Taken, Text, Wire, open_string};
use crate::time::Timestamp;

/// The headers of an [`EndpointResponse`](super::EndpointResponse), looked up whatever their case.
///
/// In use are `sc-data-age`, `sc-fetched-at` and `sc-unit-system`, which have methods of their own.
/// `Debug` shows the values of these, and the names of all.
#[derive(Clone, Default, PartialEq)]
pub struct Headers {
    fields: Vec<(Text, Text)>,
}

const DATA_AGE: &str = "sc-data-age";
const FETCHED_AT: &str = "sc-fetched-at";
const UNIT_SYSTEM: &str = "sc-unit-system";

impl Headers {
    /// The value of the header of this name; the last, if there are several.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter().rev();
        let found = fields.find(|(it, _)| it.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// When the vehicle recorded what the body says: `sc-data-age`.
    pub fn data_age(&self) -> Option<Timestamp> {
        self.get(DATA_AGE).map(Timestamp::from_text)
    }

    /// When Smartcar read it from the manufacturer: `sc-fetched-at`, sent since December 2024.
    pub fn fetched_at(&self) -> Option<Timestamp> {
        self.get(FETCHED_AT).map(Timestamp::from_text)
    }

    /// The system of the units in the body: `sc-unit-system`, or metric where that is not sent.
    pub fn unit_system(&self) -> UnitSystem {
        self.get(UNIT_SYSTEM)
            .map_or(UnitSystem::METRIC, UnitSystem::from)
    }

    /// Every header, in the order sent.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.fields.iter();
        fields.map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (name, value) in self.iter() {
            let in_use = [DATA_AGE, FETCHED_AT, UNIT_SYSTEM];
            if in_use.iter().any(|it| it.eq_ignore_ascii_case(name)) {
                map.entry(&name, &value);
            } else {
                map.entry(&name, &format_args!(".."));
            }
        }
        map.finish()
    }
}

impl Wire for Headers {
    fn take_object<'de, A, L>(
        &mut self,
        mut place: Place<'_, L>,
        mut map: A,
    ) -> Result<bool, A::Error>
    where
        A: MapAccess<'de>,
        L: Leftover,
    {
        self.fields.clear();
        let mut same = true;
        while let Some(name) = place.next_key(&mut map)? {
            let mut value = Text::default();
            let taken = map.next_value_seed(place.part().reader(&mut value))?;
            same &= taken == Taken::Exactly;
            if taken != Taken::Not {
                // A constant counts no references.
                let name = match &*name.0 {
                    DATA_AGE => Text::from_static(DATA_AGE),
                    FETCHED_AT => Text::from_static(FETCHED_AT),
                    UNIT_SYSTEM => Text::from_static(UNIT_SYSTEM),
                    _ => name.into_text(place.source())?,
                };
                self.fields.retain(|it| it.0 != name);
                self.fields.push((name, value));
            }
        }
        Ok(same)
    }

    fn is_blank(&self) -> bool {
        self.fields.is_empty()
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }

    fn inspect(json: &str, inspection: &mut Inspection) {
        let Ok(Members(members)) = serde_json::from_str(json) else {
            return inspection.wrong_type();
        };
        for (name, value) in members {
            inspection.member(&name.0, |it| Text::inspect(value.get(), it));
        }
    }

    #[cfg(feature = "schemars")]
    fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "object", "additionalProperties": {"type": "string"}})
    }
}

open_string! {
    /// The system of the units in a body.
    pub struct UnitSystem {
        /// Kilometres, litres, kilopascals.
        METRIC = "metric",
        /// Miles, US gallons, pounds per square inch.
        IMPERIAL = "imperial",
    }
}
