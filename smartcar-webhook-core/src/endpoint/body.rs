//! The bodies of endpoints.

use crate::json::{Personal, RawJson, Text, object, open_string};
use crate::signal::body::{
    AvailableCapacity, CapacitySource, ChargingStatus, SystemHealth, TroubleCode,
};

object! {
    /// `/`: which vehicle it is.
    #[non_exhaustive]
    pub struct VehicleInfo keeps extra {
        /// Smartcar's id of the vehicle.
        pub id: Option<Text> = "id" expected,
        /// The make.
        pub make: Option<Text> = "make" expected,
        /// The model.
        pub model: Option<Text> = "model" expected,
        /// The model year.
        pub year: Option<u16> = "year" expected,
    }
}

object! {
    /// `/vin`: the vehicle identification number.
    #[non_exhaustive]
    pub struct Vin keeps extra {
        /// The number.
        pub vin: Personal = "vin" needed,
    }
}

object! {
    /// `/battery`: how full the battery is. See [Smartcar Docs/EV battery](https://smartcar.com/docs/api-reference/evs/get-battery-level).
    #[non_exhaustive]
    pub struct Battery keeps extra {
        /// How full it is: a share, 0 to 1.
        pub percent_remaining: Option<f64> = "percentRemaining" expected,
        /// How far it will take the vehicle: km or miles.
        pub range: Option<f64> = "range" expected,
    }
}

object! {
    /// `/battery/capacity`: the capacity of the battery.
    #[non_exhaustive]
    pub struct BatteryCapacity keeps extra {
        /// The capacity: kWh.
        pub capacity: f64 = "capacity" needed,
    }
}

object! {
    /// `/battery/nominal_capacity`: the capacity of the battery when it was new.
    #[non_exhaustive]
    pub struct NominalCapacity keeps extra {
        /// The capacities this model is sold with: kWh.
        pub available_capacities: Vec<AvailableCapacity> = "availableCapacities",
        /// Which of them it has, if that is known.
        pub capacity: Option<ChosenCapacity> = "capacity",
        /// Where the owner can choose.
        ///
        /// The token in it opens that page without a login; see [Smartcar Docs/User selected battery capacity](https://smartcar.com/docs/connect/user-selected-batcap).
        pub url: Option<Personal> = "url",
    }
}

object! {
    /// Which of several capacities a battery has.
    #[non_exhaustive]
    pub struct ChosenCapacity keeps extra {
        /// The capacity: kWh.
        pub nominal: Option<f64> = "nominal",
        /// Who says so.
        pub source: Option<CapacitySource> = "source",
    }
}

object! {
    /// `/charge`: whether it charges. See [Smartcar Docs/EV charge status](https://smartcar.com/docs/api-reference/evs/get-charge-status).
    #[non_exhaustive]
    pub struct Charge keeps extra {
        /// Whether it is plugged in.
        pub is_plugged_in: Option<bool> = "isPluggedIn" expected,
        /// Whether it charges.
        pub state: Option<ChargingStatus> = "state" expected,
    }
}

object! {
    /// `/charge/limit`: up to where the battery is charged.
    #[non_exhaustive]
    pub struct ChargeLimit keeps extra {
        /// The limit: a share, 0 to 1.
        pub limit: f64 = "limit" needed,
    }
}

object! {
    /// `/location`: the position of the vehicle.
    #[non_exhaustive]
    pub struct Location keeps extra {
        /// Degrees, -90 to 90.
        pub latitude: Personal<f64> = "latitude" needed,
        /// Degrees, -180 to 180.
        pub longitude: Personal<f64> = "longitude" needed,
    }
}

object! {
    /// `/odometer`: the odometer.
    #[non_exhaustive]
    pub struct Odometer keeps extra {
        /// The distance: km or miles.
        pub distance: f64 = "distance" needed,
    }
}

object! {
    /// `/fuel`: how full the tank is. Cars in Europe leave some of it out. See [Smartcar Docs/Fuel tank](https://smartcar.com/docs/api-reference/get-fuel-tank).
    #[non_exhaustive]
    pub struct Fuel keeps extra {
        /// How full it is: a share, 0 to 1.
        pub percent_remaining: Option<f64> = "percentRemaining",
        /// The fuel in it: litres or US gallons.
        pub amount_remaining: Option<f64> = "amountRemaining",
        /// How far it will take the vehicle: km or miles.
        pub range: Option<f64> = "range",
    }
}

object! {
    /// `/tires/pressure`: the tyre pressures, in kPa or psi. See [Smartcar Docs/Tire pressure](https://smartcar.com/docs/api-reference/get-tire-pressure).
    #[non_exhaustive]
    pub struct TirePressure keeps extra {
        /// The one in front on the left.
        pub front_left: Option<f64> = "frontLeft" expected,
        /// The one in front on the right.
        pub front_right: Option<f64> = "frontRight" expected,
        /// The one at the back on the left.
        pub back_left: Option<f64> = "backLeft" expected,
        /// The one at the back on the right.
        pub back_right: Option<f64> = "backRight" expected,
    }
}

object! {
    /// `/engine/oil`: the life of the oil.
    #[non_exhaustive]
    pub struct EngineOil keeps extra {
        /// How much is left: a share, 0 to 1.
        pub life_remaining: f64 = "lifeRemaining" needed,
    }
}

object! {
    /// `/security`: what is open, and whether it is locked. A list is empty where the vehicle does not tell.
    ///
    /// See [Smartcar Docs/Lock status](https://smartcar.com/docs/api-reference/get-lock-status).
    #[non_exhaustive]
    pub struct Security keeps extra {
        /// Whether it is locked.
        pub is_locked: Option<bool> = "isLocked" expected,
        /// The doors.
        pub doors: Vec<Opening> = "doors",
        /// The windows.
        pub windows: Vec<Opening> = "windows",
        /// The sunroof.
        pub sunroof: Vec<Opening> = "sunroof",
        /// The trunks.
        pub storage: Vec<Opening> = "storage",
        /// The flap of the charge port.
        pub charging_port: Vec<Opening> = "chargingPort",
    }
}

object! {
    /// Something that opens.
    #[non_exhaustive]
    pub struct Opening keeps extra {
        /// Which one: `frontLeft`, `frontRight`, `backLeft`, `backRight`, `sunroof`, `rear`, `front`, `chargingPort`.
        pub opening_type: Option<Text> = "type" expected,
        /// Whether it is open.
        pub status: Option<OpeningStatus> = "status" expected,
    }
}

open_string! {
    /// Whether something is open.
    pub struct OpeningStatus {
        /// It is.
        OPEN = "OPEN",
        /// It is not.
        CLOSED = "CLOSED",
        /// It is not, and is locked; known from test data of Smartcar's SDK alone.
        LOCKED = "LOCKED",
        /// The vehicle does not know.
        UNKNOWN = "UNKNOWN",
    }
}

object! {
    /// `/permissions`: what the owner granted.
    #[non_exhaustive]
    pub struct Permissions keeps extra {
        /// The permissions: `read_odometer`.
        pub permissions: Vec<Text> = "permissions" needed,
        /// Which page of them this is.
        pub paging: Option<RawJson> = "paging",
    }
}

object! {
    /// `/diagnostics/system_status`: what the vehicle finds of itself.
    #[non_exhaustive]
    pub struct Diagnostics keeps extra {
        /// Each system.
        pub systems: Vec<DiagnosedSystem> = "systems" needed,
    }
}

object! {
    /// How a system of the vehicle is.
    #[non_exhaustive]
    pub struct DiagnosedSystem keeps extra {
        system_id: Option<Text> = "systemId",
        system_id_in_capitals: Option<Text> = "systemID",
        /// Well or not.
        pub status: Option<SystemHealth> = "status" expected,
        /// What is wrong.
        pub description: Option<Text> = "description",
    }
}

impl DiagnosedSystem {
    /// Which system: `SYSTEM_MIL`. See [Smartcar Docs/Diagnostic systems](https://smartcar.com/docs/help/diagnostic-systems).
    ///
    /// One place of the documentation spells its key `systemID`.
    pub fn system_id(&self) -> Option<&Text> {
        self.system_id
            .as_ref()
            .or(self.system_id_in_capitals.as_ref())
    }
}

object! {
    /// `/diagnostics/dtcs`: the trouble codes that are active.
    #[non_exhaustive]
    pub struct TroubleCodes keeps extra {
        /// Each of them.
        pub active_codes: Vec<TroubleCode> = "activeCodes" needed,
    }
}
