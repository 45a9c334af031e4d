//! Makes and models, and what each can tell.

use fastrand::Rng;

use self::Cadence::{Hourly, Minutes, Seconds};

/// One model.
pub(super) struct Model {
    pub(super) make: &'static str,
    pub(super) name: &'static str,
    pub(super) trim: &'static str,
    manufacturer: &'static str,
    pub(super) cadence: Cadence,
    /// In kWh; 0 without one.
    pub(super) battery: f64,
    /// In litres; 0 without one.
    pub(super) tank: f64,
    /// In kWh for 100 km.
    pub(super) consumption: f64,
    /// In litres for 100 km.
    pub(super) thirst: f64,
    /// In kW.
    pub(super) ac: f64,
    /// In kW; 0 where it cannot charge so.
    pub(super) dc: f64,
    /// Signals it does not have, beside those of a powertrain that is not its own: codes, or how they begin.
    lacks: &'static [&'static str],
}

/// How often the make has news of a vehicle in use.
#[derive(Clone, Copy)]
pub(super) enum Cadence {
    Seconds,
    Minutes,
    Hourly,
}

impl Cadence {
    /// The minutes between two readings.
    pub(super) fn minutes(self, rng: &mut Rng) -> f64 {
        let share = rng.f64();
        match self {
            Seconds => 0.4 + 1.4 * share,
            Minutes => 2.0 + 4.0 * share,
            Hourly => 55.0 + 10.0 * share,
        }
    }
}

impl Model {
    pub(super) fn powertrain(&self) -> &'static str {
        match (self.battery > 0.0, self.tank > 0.0) {
            (true, false) => "BEV",
            (true, true) => "PHEV",
            _ => "ICE",
        }
    }

    pub(super) fn supports(&self, code: &str) -> bool {
        let is_electric = code.starts_with("charge-") || code.starts_with("tractionbattery-");
        let burns = code.starts_with("internalcombustionengine-") || code == "diagnostics-oillife";
        let is_foreign = is_electric && self.battery == 0.0 || burns && self.tank == 0.0;
        !is_foreign && !self.lacks.iter().any(|it| code.starts_with(it))
    }

    /// A vehicle identification number, of the right form and of no real vehicle.
    pub(super) fn vin(&self, rng: &mut Rng) -> String {
        // Without I, O and Q, which no number has.
        const LETTERS: &[u8] = b"ABCDEFGHJKLMNPRSTUVWXYZ0123456789";
        let middle = (0..8).map(|_| char::from(LETTERS[rng.usize(..LETTERS.len())]));
        let middle: String = middle.collect();
        format!("{}{middle}{:06}", self.manufacturer, rng.u32(..1_000_000))
    }
}

macro_rules! models {
    ($($make:literal $name:literal $trim:literal $manufacturer:literal $cadence:ident,
        battery $battery:literal, tank $tank:literal, per 100 km $consumption:literal and $thirst:literal,
        ac $ac:literal, dc $dc:literal, lacks [$($lacks:literal),*];)*) => {
        pub(super) static MODELS: &[Model] = &[$(Model {
            make: $make,
            name: $name,
            trim: $trim,
            manufacturer: $manufacturer,
            cadence: $cadence,
            battery: $battery,
            tank: $tank,
            consumption: $consumption,
            thirst: $thirst,
            ac: $ac,
            dc: $dc,
            lacks: &[$($lacks),*],
        },)*];
    };
}

models! {
    "TESLA" "Model 3" "Long Range" "5YJ" Seconds, battery 75.0, tank 0.0, per 100 km 15.5 and 0.0,
        ac 11.0, dc 150.0, lacks ["diagnostics-dtc"];
    "TESLA" "Model Y" "Performance" "7SA" Seconds, battery 78.0, tank 0.0, per 100 km 17.0 and 0.0,
        ac 11.0, dc 150.0, lacks ["diagnostics-dtc"];
    "POLESTAR" "2" "Pilot" "LPS" Minutes, battery 78.0, tank 0.0, per 100 km 18.5 and 0.0,
        ac 11.0, dc 120.0, lacks ["motion-", "surveillance-", "closure-reartrunk"];
    "VOLKSWAGEN" "ID.4" "Pro" "WVG" Minutes, battery 77.0, tank 0.0, per 100 km 18.0 and 0.0,
        ac 11.0, dc 110.0, lacks ["motion-", "surveillance-", "wheel-", "diagnostics-tire", "transmission-"];
    "Hyundai" "Ioniq 5" "SEL" "KM8" Minutes, battery 72.6, tank 0.0, per 100 km 17.5 and 0.0,
        ac 7.2, dc 150.0, lacks ["surveillance-", "charge-voltage", "charge-amperage"];
    "KIA" "EV6" "Wind" "KNA" Minutes, battery 77.4, tank 0.0, per 100 km 17.5 and 0.0,
        ac 7.2, dc 150.0, lacks ["surveillance-", "climate-", "charge-energyadded"];
    "Ford" "Mustang Mach-E" "Premium" "3FM" Minutes, battery 68.0, tank 0.0, per 100 km 19.0 and 0.0,
        ac 10.5, dc 90.0, lacks ["motion-", "hvac-"];
    "Chevrolet" "Bolt EUV" "LT" "1G1" Hourly, battery 65.0, tank 0.0, per 100 km 17.0 and 0.0,
        ac 7.2, dc 50.0, lacks ["motion-", "hvac-", "climate-", "closure-windows"];
    "NISSAN" "Leaf" "SV" "1N4" Hourly, battery 40.0, tank 0.0, per 100 km 17.0 and 0.0,
        ac 6.6, dc 45.0, lacks ["motion-", "location-", "wheel-", "diagnostics-", "surveillance-"];
    "VOLVO" "XC60" "Recharge" "YV4" Minutes, battery 18.8, tank 71.0, per 100 km 22.0 and 8.0,
        ac 3.6, dc 0.0, lacks ["motion-", "charge-isfastcharger", "charge-voltage"];
    "BMW" "330e" "M Sport" "WBA" Minutes, battery 12.0, tank 40.0, per 100 km 19.0 and 7.0,
        ac 3.7, dc 0.0, lacks ["motion-", "charge-isfastcharger", "surveillance-"];
    "JEEP" "Wrangler 4xe" "Sahara" "1C4" Hourly, battery 17.3, tank 65.0, per 100 km 30.0 and 11.5,
        ac 7.2, dc 0.0, lacks ["motion-", "hvac-", "climate-", "charge-isfastcharger", "surveillance-"];
    "TOYOTA" "Corolla" "LE" "JTD" Minutes, battery 0.0, tank 50.0, per 100 km 0.0 and 6.2,
        ac 0.0, dc 0.0, lacks ["motion-", "hvac-", "surveillance-"];
    "Ford" "F-150" "XLT" "1FT" Minutes, battery 0.0, tank 98.0, per 100 km 0.0 and 12.0,
        ac 0.0, dc 0.0, lacks ["hvac-", "transmission-"];
    "MERCEDES-BENZ" "GLC" "300" "W1N" Hourly, battery 0.0, tank 66.0, per 100 km 0.0 and 8.5,
        ac 0.0, dc 0.0, lacks ["motion-", "hvac-", "climate-", "location-isathome"];
}
