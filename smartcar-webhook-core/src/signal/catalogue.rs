//! The table of known signals.

use std::fmt;

use super::body::{
    BatteryHealth, BatteryRange, ChargeLimits, ChargeRecord, ChargeTimer, ChargingStatus, Count,
    Cover, Doors, DriveMode, Gear, Lid, NominalCapacity, PreciseLocation, Quantity, ServiceRecord,
    SystemStatus, Tires, TroubleCode, Value, Values, Windows,
};
use super::signal_type::SignalType;
use crate::error::Error;
use crate::json::{Inspection, Wire, read};
use crate::payload::{Personal, RawJson, Text};
use crate::unit::Unit;

/// What is known of a signal without its type.
#[derive(Clone, Copy)]
pub struct KnownSignal {
    code: &'static str,
    group: &'static str,
    name: &'static str,
    unit: Option<&'static str>,
    pub(crate) inspect: fn(&str, &mut Inspection),
    #[cfg(feature = "schemars")]
    pub(crate) schema: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
}

impl KnownSignal {
    /// Every known signal, in the order of their codes.
    pub fn all() -> &'static [Self] {
        CATALOGUE
    }

    /// The known signal with this code.
    pub fn by_code(code: &str) -> Option<&'static Self> {
        let at = CATALOGUE.binary_search_by(|it| it.code.cmp(code));
        at.ok().map(|at| &CATALOGUE[at])
    }

    /// Group and name in lower case: `tractionbattery-stateofcharge`.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// `TractionBattery`.
    pub fn group(&self) -> &'static str {
        self.group
    }

    /// `StateOfCharge`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The label its values are sent with, or documented with, if there is but one.
    pub fn unit(&self) -> Option<Unit> {
        self.unit.map(Unit::from_static)
    }
}

impl fmt::Debug for KnownSignal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KnownSignal").field(&self.code).finish()
    }
}

/// Declares the type of each signal: its code, group, name, body and unit. In the order of the codes.
macro_rules! signals {
    ($(
        $(#[doc = $doc:literal])*
        $signal:ident($code:literal, $group:literal, $name:literal): $body:ty $(=> $unit:literal)?,
    )*) => {
        $(
            $(#[doc = $doc])*
            $(#[doc = concat!("In **", $unit, "**.")])?
            #[doc = concat!("`", $code, "`")]
            #[doc = concat!("\n\nIts body is a `", stringify!($body), "` of [`signal::body`](super::body).")]
            #[non_exhaustive]
            #[derive(Clone, Copy, Debug)]
            pub struct $signal;

            impl SignalType for $signal {
                const CODE: &'static str = $code;
                const GROUP: &'static str = $group;
                const NAME: &'static str = $name;
                const UNIT: Option<Unit> = signals!(@unit $($unit)?);

                type Body = $body;

                fn read(body: &RawJson) -> Result<$body, Error> {
                    read(body)
                }
            }
        )*

        static CATALOGUE: &[KnownSignal] = &[$(KnownSignal {
            code: $code,
            group: $group,
            name: $name,
            unit: signals!(@text $($unit)?),
            inspect: <$body as Wire>::inspect,
            #[cfg(feature = "schemars")]
            schema: <$body as Wire>::schema,
        },)*];
    };
    (@unit $unit:literal) => { Some(Unit::from_static($unit)) };
    (@unit) => { None };
    (@text $unit:literal) => { Some($unit) };
    (@text) => { None };
}

signals! {
    /// The current the vehicle charges with.
    ChargeAmperage("charge-amperage", "Charge", "Amperage"): Quantity => "ampere",
    /// The highest current the vehicle can charge with where it is.
    ChargeAmperageMax("charge-amperagemax", "Charge", "AmperageMax"): Quantity => "ampere",
    /// The current the vehicle asks for.
    ChargeAmperageRequested("charge-amperagerequested", "Charge", "AmperageRequested"): Quantity => "ampere",
    /// Up to where the battery is charged: 0 to 100.
    ChargeChargeLimits("charge-chargelimits", "Charge", "ChargeLimits"): ChargeLimits => "percent",
    /// The colour of the light at the charge port: `GREEN`, `BLUE`, `ORANGE`, in any case.
    ChargeChargePortStatusColor("charge-chargeportstatuscolor", "Charge", "ChargePortStatusColor"): Value<Text>,
    /// The range gained for each hour of charging.
    ChargeChargeRate("charge-chargerate", "Charge", "ChargeRate"): Quantity => "km/h",
    /// The charging sessions that are over.
    ChargeChargeRecords("charge-chargerecords", "Charge", "ChargeRecords"): Values<ChargeRecord>,
    /// How many phases of alternating current are in use.
    ChargeChargerPhases("charge-chargerphases", "Charge", "ChargerPhases"): Count => "count",
    /// When the vehicle is to charge, or to be ready.
    ChargeChargeTimers("charge-chargetimers", "Charge", "ChargeTimers"): Values<ChargeTimer>,
    /// The plug in use: `J1772`.
    ChargeChargingConnectorType("charge-chargingconnectortype", "Charge", "ChargingConnectorType"): Value<Text>,
    /// Whether it charges, does not, or is full.
    ChargeDetailedChargingStatus("charge-detailedchargingstatus", "Charge", "DetailedChargingStatus"): Value<ChargingStatus>,
    /// The energy this charging session has brought.
    ChargeEnergyAdded("charge-energyadded", "Charge", "EnergyAdded"): Quantity => "kWh",
    /// The kind of fast charger: `CCS`.
    ChargeFastChargerType("charge-fastchargertype", "Charge", "FastChargerType"): Value<Text>,
    /// Whether it charges.
    ChargeIsCharging("charge-ischarging", "Charge", "IsCharging"): Value<bool>,
    /// Whether it is plugged in.
    ChargeIsChargingCableConnected("charge-ischargingcableconnected", "Charge", "IsChargingCableConnected"): Value<bool>,
    /// Whether the cable is latched.
    ChargeIsChargingCableLatched("charge-ischargingcablelatched", "Charge", "IsChargingCableLatched"): Value<bool>,
    /// Whether the flap of the charge port is open.
    ChargeIsChargingPortFlapOpen("charge-ischargingportflapopen", "Charge", "IsChargingPortFlapOpen"): Value<bool>,
    /// Whether it is plugged into a fast charger.
    ChargeIsFastChargerPresent("charge-isfastchargerpresent", "Charge", "IsFastChargerPresent"): Value<bool>,
    /// The time until the limit is reached; the unit is often not sent.
    ChargeTimeToComplete("charge-timetocomplete", "Charge", "TimeToComplete"): Quantity => "minutes",
    /// The voltage it charges with.
    ChargeVoltage("charge-voltage", "Charge", "Voltage"): Quantity => "volts",
    /// The power it charges with.
    ChargeWattage("charge-wattage", "Charge", "Wattage"): Quantity => "watts",
    /// The temperature outside, in celsius or fahrenheit as sent.
    ClimateExternalTemperature("climate-externaltemperature", "Climate", "ExternalTemperature"): Quantity,
    /// The temperature inside, in celsius or fahrenheit as sent.
    ClimateInternalTemperature("climate-internaltemperature", "Climate", "InternalTemperature"): Quantity,
    /// The doors: which are open, which are locked.
    ClosureDoors("closure-doors", "Closure", "Doors"): Doors,
    /// The cover of the engine.
    ClosureEngineCover("closure-enginecover", "Closure", "EngineCover"): Cover,
    /// The trunk in the front.
    ClosureFrontTrunk("closure-fronttrunk", "Closure", "FrontTrunk"): Lid,
    /// Whether the vehicle is locked.
    ClosureIsLocked("closure-islocked", "Closure", "IsLocked"): Value<bool>,
    /// The trunk in the rear.
    ClosureRearTrunk("closure-reartrunk", "Closure", "RearTrunk"): Lid,
    /// The sunroof.
    ClosureSunroof("closure-sunroof", "Closure", "Sunroof"): Cover,
    /// The tailgate.
    ClosureTailgate("closure-tailgate", "Closure", "Tailgate"): Lid,
    /// The windows: which are open.
    ClosureWindows("closure-windows", "Closure", "Windows"): Windows,
    /// The version of the vehicle's software.
    ConnectivitySoftwareCurrentFirmwareVersion("connectivitysoftware-currentfirmwareversion", "ConnectivitySoftware", "CurrentFirmwareVersion"): Value<Text>,
    /// Whether the vehicle sleeps.
    ConnectivityStatusIsAsleep("connectivitystatus-isasleep", "ConnectivityStatus", "IsAsleep"): Value<bool>,
    /// Whether a digital key is paired.
    ConnectivityStatusIsDigitalKeyPaired("connectivitystatus-isdigitalkeypaired", "ConnectivityStatus", "IsDigitalKeyPaired"): Value<bool>,
    /// Whether the vehicle is online.
    ConnectivityStatusIsOnline("connectivitystatus-isonline", "ConnectivityStatus", "IsOnline"): Value<bool>,
    /// Whether the anti-lock brakes are well.
    DiagnosticsAbs("diagnostics-abs", "Diagnostics", "ABS"): SystemStatus,
    /// Whether the active safety systems are well.
    DiagnosticsActiveSafety("diagnostics-activesafety", "Diagnostics", "ActiveSafety"): SystemStatus,
    /// Whether the airbags are well.
    DiagnosticsAirbag("diagnostics-airbag", "Diagnostics", "Airbag"): SystemStatus,
    /// Whether the brake fluid is well.
    DiagnosticsBrakeFluid("diagnostics-brakefluid", "Diagnostics", "BrakeFluid"): SystemStatus,
    /// Whether the driver assistance is well.
    DiagnosticsDriverAssistance("diagnostics-driverassistance", "Diagnostics", "DriverAssistance"): SystemStatus,
    /// How many trouble codes are active.
    DiagnosticsDtcCount("diagnostics-dtccount", "Diagnostics", "DTCCount"): Count => "count",
    /// The trouble codes that are active.
    DiagnosticsDtcList("diagnostics-dtclist", "Diagnostics", "DTCList"): Values<TroubleCode>,
    /// Whether the emission controls are well.
    DiagnosticsEmissions("diagnostics-emissions", "Diagnostics", "Emissions"): SystemStatus,
    /// Whether the conditioning of the traction battery is well.
    DiagnosticsEvBatteryConditioning("diagnostics-evbatteryconditioning", "Diagnostics", "EVBatteryConditioning"): SystemStatus,
    /// Whether the charging system is well.
    DiagnosticsEvCharging("diagnostics-evcharging", "Diagnostics", "EVCharging"): SystemStatus,
    /// Whether the electric drive is well.
    DiagnosticsEvDriveUnit("diagnostics-evdriveunit", "Diagnostics", "EVDriveUnit"): SystemStatus,
    /// Whether the high-voltage battery is well.
    DiagnosticsEvHvBattery("diagnostics-evhvbattery", "Diagnostics", "EVHVBattery"): SystemStatus,
    /// Whether the lights are well.
    DiagnosticsLighting("diagnostics-lighting", "Diagnostics", "Lighting"): SystemStatus,
    /// Whether the malfunction indicator lamp is well.
    DiagnosticsMil("diagnostics-mil", "Diagnostics", "MIL"): SystemStatus,
    /// Whether the life of the oil is well.
    DiagnosticsOilLife("diagnostics-oillife", "Diagnostics", "OilLife"): SystemStatus,
    /// Whether the pressure of the oil is well.
    DiagnosticsOilPressure("diagnostics-oilpressure", "Diagnostics", "OilPressure"): SystemStatus,
    /// Whether the temperature of the oil is well.
    DiagnosticsOilTemperature("diagnostics-oiltemperature", "Diagnostics", "OilTemperature"): SystemStatus,
    /// Whether the telematics is well.
    DiagnosticsTelematics("diagnostics-telematics", "Diagnostics", "Telematics"): SystemStatus,
    /// Whether the tyre pressures are well; for their values see [`WheelTires`].
    DiagnosticsTirePressure("diagnostics-tirepressure", "Diagnostics", "TirePressure"): SystemStatus,
    /// Whether the monitoring of the tyre pressures is well.
    DiagnosticsTirePressureMonitoring("diagnostics-tirepressuremonitoring", "Diagnostics", "TirePressureMonitoring"): SystemStatus,
    /// Whether the transmission is well.
    DiagnosticsTransmission("diagnostics-transmission", "Diagnostics", "Transmission"): SystemStatus,
    /// Whether the washer fluid is well.
    DiagnosticsWasherFluid("diagnostics-washerfluid", "Diagnostics", "WasherFluid"): SystemStatus,
    /// Whether there is water in the fuel.
    DiagnosticsWaterInFuel("diagnostics-waterinfuel", "Diagnostics", "WaterInFuel"): SystemStatus,
    /// The temperature the cabin is to have.
    HvacCabinTargetTemperature("hvac-cabintargettemperature", "HVAC", "CabinTargetTemperature"): Quantity => "celsius",
    /// Whether the air conditioning or heating runs.
    HvacIsCabinHvacActive("hvac-iscabinhvacactive", "HVAC", "IsCabinHVACActive"): Value<bool>,
    /// Whether the front defroster runs.
    HvacIsFrontDefrosterActive("hvac-isfrontdefrosteractive", "HVAC", "IsFrontDefrosterActive"): Value<bool>,
    /// Whether the rear defroster runs.
    HvacIsRearDefrosterActive("hvac-isreardefrosteractive", "HVAC", "IsRearDefrosterActive"): Value<bool>,
    /// Whether the steering wheel is heated.
    HvacIsSteeringHeaterActive("hvac-issteeringheateractive", "HVAC", "IsSteeringHeaterActive"): Value<bool>,
    /// The fuel in the tank.
    InternalCombustionEngineAmountRemaining("internalcombustionengine-amountremaining", "InternalCombustionEngine", "AmountRemaining"): Quantity => "liters",
    /// How full the tank is: 0 to 100; without a unit, a share of 0 to 1 has been seen.
    InternalCombustionEngineFuelLevel("internalcombustionengine-fuellevel", "InternalCombustionEngine", "FuelLevel"): Quantity => "percent",
    /// How much life the oil has left: 0 to 100.
    InternalCombustionEngineOilLife("internalcombustionengine-oillife", "InternalCombustionEngine", "OilLife"): Quantity => "percent",
    /// How far the fuel will take the vehicle.
    InternalCombustionEngineRange("internalcombustionengine-range", "InternalCombustionEngine", "Range"): Quantity => "km",
    /// Whether the vehicle is at home.
    LocationIsAtHome("location-isathome", "Location", "IsAtHome"): Value<Personal<bool>>,
    /// The position of the vehicle, in degrees.
    LocationPreciseLocation("location-preciselocation", "Location", "PreciseLocation"): PreciseLocation,
    /// How full the low-voltage battery is: 0 to 100.
    LowVoltageBatteryStateOfCharge("lowvoltagebattery-stateofcharge", "LowVoltageBattery", "StateOfCharge"): Quantity => "percent",
    /// How well the low-voltage battery is.
    LowVoltageBatteryStatus("lowvoltagebattery-status", "LowVoltageBattery", "Status"): Value<BatteryHealth>,
    /// The speed; documented as `kph`, and never seen.
    MotionCurrentSpeed("motion-currentspeed", "Motion", "CurrentSpeed"): Quantity => "km/h",
    /// The odometer.
    OdometerTraveledDistance("odometer-traveleddistance", "Odometer", "TraveledDistance"): Quantity => "km",
    /// Whether the vehicle is at a workshop.
    ServiceIsInService("service-isinservice", "Service", "IsInService"): Value<bool>,
    /// The services the vehicle had.
    ServiceRecords("service-records", "Service", "Records"): Values<ServiceRecord>,
    /// The brand of the surveillance system.
    SurveillanceBrand("surveillance-brand", "Surveillance", "Brand"): Value<Text>,
    /// Whether the surveillance is on.
    SurveillanceIsEnabled("surveillance-isenabled", "Surveillance", "IsEnabled"): Value<bool>,
    /// How far the battery will take the vehicle, by estimate; named in the compatibility matrix alone: it may never be sent, and its unit is not known.
    TractionBatteryEstimatedRange("tractionbattery-estimatedrange", "TractionBattery", "EstimatedRange"): Quantity,
    /// How far the battery would take the vehicle in ideal conditions; named in the compatibility matrix alone: it may never be sent, and its unit is not known.
    TractionBatteryIdealRange("tractionbattery-idealrange", "TractionBattery", "IdealRange"): Quantity,
    /// Whether the battery is heated.
    TractionBatteryIsHeaterActive("tractionbattery-isheateractive", "TractionBattery", "IsHeaterActive"): Value<bool>,
    /// How often the battery was charged to its full range.
    TractionBatteryMaxRangeChargeCounter("tractionbattery-maxrangechargecounter", "TractionBattery", "MaxRangeChargeCounter"): Count => "count",
    /// The capacity of the battery when it was new.
    TractionBatteryNominalCapacity("tractionbattery-nominalcapacity", "TractionBattery", "NominalCapacity"): NominalCapacity => "kWh",
    /// How far the battery will take the vehicle.
    TractionBatteryRange("tractionbattery-range", "TractionBattery", "Range"): BatteryRange => "km",
    /// How far the battery would take the vehicle as rated; named in the compatibility matrix alone: it may never be sent, and its unit is not known.
    TractionBatteryRatedRange("tractionbattery-ratedrange", "TractionBattery", "RatedRange"): Quantity,
    /// How full the battery is: 0 to 100.
    TractionBatteryStateOfCharge("tractionbattery-stateofcharge", "TractionBattery", "StateOfCharge"): Quantity => "percent",
    /// How the vehicle is set to drive.
    TransmissionDriveMode("transmission-drivemode", "Transmission", "DriveMode"): DriveMode,
    /// The gear.
    TransmissionGearState("transmission-gearstate", "Transmission", "GearState"): Value<Gear>,
    /// The colour of the vehicle.
    VehicleIdentificationExteriorColor("vehicleidentification-exteriorcolor", "VehicleIdentification", "ExteriorColor"): Value<Text>,
    /// What the owner calls the vehicle.
    VehicleIdentificationNickname("vehicleidentification-nickname", "VehicleIdentification", "Nickname"): Value<Personal>,
    /// The packages it was sold with.
    VehicleIdentificationPackages("vehicleidentification-packages", "VehicleIdentification", "Packages"): Values<Text>,
    /// The trim.
    VehicleIdentificationTrim("vehicleidentification-trim", "VehicleIdentification", "Trim"): Value<Text>,
    /// The vehicle identification number.
    VehicleIdentificationVin("vehicleidentification-vin", "VehicleIdentification", "VIN"): Value<Personal>,
    /// What the owner's account may do.
    VehicleUserAccountPermissions("vehicleuseraccount-permissions", "VehicleUserAccount", "Permissions"): Values<Text>,
    /// The role of the owner's account: `Driver`.
    VehicleUserAccountRole("vehicleuseraccount-role", "VehicleUserAccount", "Role"): Value<Text>,
    /// The style of the wheels.
    WheelStyle("wheel-style", "Wheel", "Style"): Value<Text>,
    /// The tyre pressures; the label is not to be relied on: 258 and 699.9 have been sent under it, which can only be kPa.
    WheelTires("wheel-tires", "Wheel", "Tires"): Tires => "bar",
}
