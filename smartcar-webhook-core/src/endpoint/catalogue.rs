//! The table of known endpoints.

use std::fmt;

use super::body::{
    Battery, BatteryCapacity, Charge, ChargeLimit, Diagnostics, EngineOil, Fuel, Location,
    NominalCapacity, Odometer, Permissions, Security, TirePressure, TroubleCodes, VehicleInfo, Vin,
};
use super::endpoint_type::Endpoint;
use super::service::ServiceHistory;
use crate::error::Error;
use crate::json::{Inspection, Wire, read};
use crate::payload::RawJson;

/// What is known of an endpoint without its type.
#[derive(Clone, Copy)]
pub struct KnownEndpoint {
    path: &'static str,
    pub(crate) inspect: fn(&str, &mut Inspection),
    #[cfg(feature = "schemars")]
    pub(crate) schema: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
}

impl KnownEndpoint {
    /// Every known endpoint.
    pub fn all() -> &'static [Self] {
        CATALOGUE
    }

    /// The known endpoint at this path; the leading slash does not count.
    pub fn by_path(path: &str) -> Option<&'static Self> {
        let own = path.trim_start_matches('/');
        CATALOGUE
            .iter()
            .find(|it| !path.is_empty() && &it.path[1..] == own)
    }

    /// Its path, with the leading slash.
    pub fn path(&self) -> &'static str {
        self.path
    }
}

impl fmt::Debug for KnownEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KnownEndpoint").field(&self.path).finish()
    }
}

/// Ties bodies to their paths.
macro_rules! endpoints {
    ($($path:literal: $body:ty,)*) => {
        $(impl Endpoint for $body {
            const PATH: &'static str = $path;

            fn read(body: &RawJson) -> Result<Self, Error> {
                read(body)
            }
        })*

        static CATALOGUE: &[KnownEndpoint] = &[$(KnownEndpoint {
            path: $path,
            inspect: <$body as Wire>::inspect,
            #[cfg(feature = "schemars")]
            schema: <$body as Wire>::schema,
        },)*];
    };
}

endpoints! {
    "/": VehicleInfo,
    "/battery": Battery,
    "/battery/capacity": BatteryCapacity,
    "/battery/nominal_capacity": NominalCapacity,
    "/charge": Charge,
    "/charge/limit": ChargeLimit,
    "/diagnostics/dtcs": TroubleCodes,
    "/diagnostics/system_status": Diagnostics,
    "/engine/oil": EngineOil,
    "/fuel": Fuel,
    "/location": Location,
    "/odometer": Odometer,
    "/permissions": Permissions,
    "/security": Security,
    "/service/history": ServiceHistory,
    "/tires/pressure": TirePressure,
    "/vin": Vin,
}
