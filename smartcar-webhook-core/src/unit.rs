//! Units of measurement.

use crate::json::{RawJson, object, open_string, read};

open_string! {
    /// The unit of a value, as sent; equal to any other spelling of the same unit.
    ///
    /// Smartcar writes the same unit in several ways: deliveries have `km` where the documentation has `kilometers`.
    /// Each constant is spelled as in deliveries, where it was seen there; those spellings are known that were seen or documented.
    /// See [Smartcar Docs/Signals](https://smartcar.com/docs/api-reference/signals).
    ///
    /// ```
    /// use smartcar_webhook_core::Unit;
    ///
    /// let unit = Unit::from("kilometers");
    /// assert_eq!(unit, Unit::KILOMETERS);
    /// assert_eq!(unit.as_str(), "kilometers");
    /// assert_eq!(unit.known(), Some(Unit::KILOMETERS));
    /// assert_eq!(unit.convert(160.9344, &Unit::MILES), Some(100.0));
    /// ```
    pub struct Unit {
        /// Hundredths, 0 to 100 in 4.0.
        PERCENT = "percent" | "percentage",
        /// A share of one, 0 to 1, as 2.0 has it. Never sent by this name.
        FRACTION = "fraction",
        /// A number of things.
        COUNT = "count",
        /// Kilometres.
        KILOMETERS = "km" | "kilometers",
        /// Miles, of 1.609344 km.
        MILES = "miles",
        /// Kilometres per hour, also of range gained by charging.
        KILOMETERS_PER_HOUR = "km/h" | "kph",
        /// Miles per hour.
        MILES_PER_HOUR = "miles_per_hour",
        /// Kilowatt-hours.
        KILOWATT_HOURS = "kWh" | "kWhr" | "kilowatt_hours" | "kilowatt-hours",
        /// Kilowatts.
        KILOWATTS = "kilowatts",
        /// Watts.
        WATTS = "watts" | "watt",
        /// Amperes.
        AMPERES = "ampere" | "amps",
        /// Volts.
        VOLTS = "volts",
        /// Litres.
        LITERS = "liters",
        /// US gallons, of 3.785411784 litres.
        GALLONS = "gallons",
        /// Bar, of 100 kPa. Tyre pressures so labelled have been seen that can only be kilopascals; they are passed as sent.
        BAR = "bar",
        /// Kilopascals.
        KILOPASCALS = "kPa",
        /// Pounds per square inch, of 6.894757293168361 kPa.
        PSI = "psi",
        /// Degrees Celsius.
        CELSIUS = "celsius" | "degrees-celsius",
        /// Degrees Fahrenheit.
        FAHRENHEIT = "fahrenheit",
        /// Degrees of an angle.
        DEGREES = "degrees",
        /// Seconds.
        SECONDS = "seconds",
        /// Minutes.
        MINUTES = "minutes" | "minute",
        /// Hours.
        HOURS = "hours",
    }
}

/// What units measure that can be converted into each other.
#[derive(Eq, PartialEq)]
enum Dimension {
    Share,
    Length,
    Speed,
    Power,
    Volume,
    Pressure,
    Time,
}

impl Unit {
    /// A value in this unit, in another one; `None` if they measure different things, or either is not known and they differ.
    ///
    /// The factors are exact by definition, the pound per square inch to all digits of an `f64`.
    /// The result is rounded as floating point is, and not further, except that percent made of a share are rounded to ten decimal places, so that 0.58 is 58.
    /// A value is not looked at: what is labelled wrongly is converted wrongly.
    pub fn convert(&self, value: f64, to: &Self) -> Option<f64> {
        if self == to {
            return Some(value);
        }
        let (from, to) = (self.known()?, to.known()?);
        if from == Self::CELSIUS && to == Self::FAHRENHEIT {
            return Some(value * 9.0 / 5.0 + 32.0);
        }
        if from == Self::FAHRENHEIT && to == Self::CELSIUS {
            return Some((value - 32.0) * 5.0 / 9.0);
        }
        if from == Self::FRACTION && to == Self::PERCENT {
            return Some((value * 1e12).round() / 1e10);
        }
        let (from, to) = (from.scale()?, to.scale()?);
        (from.0 == to.0).then(|| value * (from.1 * to.2) / (from.2 * to.1))
    }

    /// The unit that a body of a signal is labelled with.
    pub(crate) fn of_body(body: &RawJson) -> Option<Self> {
        let labelled: Labelled = read(body).ok()?;
        labelled.unit
    }

    /// What a known unit measures, and its size as a numerator and a denominator, one of which is 1.
    fn scale(&self) -> Option<(Dimension, f64, f64)> {
        let scales = [
            (Self::FRACTION, Dimension::Share, 1.0, 1.0),
            (Self::PERCENT, Dimension::Share, 1.0, 100.0),
            (Self::KILOMETERS, Dimension::Length, 1.0, 1.0),
            (Self::MILES, Dimension::Length, 1.609_344, 1.0),
            (Self::KILOMETERS_PER_HOUR, Dimension::Speed, 1.0, 1.0),
            (Self::MILES_PER_HOUR, Dimension::Speed, 1.609_344, 1.0),
            (Self::WATTS, Dimension::Power, 1.0, 1.0),
            (Self::KILOWATTS, Dimension::Power, 1000.0, 1.0),
            (Self::LITERS, Dimension::Volume, 1.0, 1.0),
            (Self::GALLONS, Dimension::Volume, 3.785_411_784, 1.0),
            (Self::KILOPASCALS, Dimension::Pressure, 1.0, 1.0),
            (Self::BAR, Dimension::Pressure, 100.0, 1.0),
            (Self::PSI, Dimension::Pressure, 6.894_757_293_168_361, 1.0),
            (Self::SECONDS, Dimension::Time, 1.0, 1.0),
            (Self::MINUTES, Dimension::Time, 60.0, 1.0),
            (Self::HOURS, Dimension::Time, 3600.0, 1.0),
        ];
        let mut scales = scales.into_iter();
        let found = scales.find(|it| it.0 == *self);
        found.map(|(_, dimension, over, under)| (dimension, over, under))
    }
}

object! {
    struct Labelled {
        unit: Option<Unit> = "unit",
    }
}

#[cfg(test)]
mod tests {
    use super::Unit;

    #[test]
    fn row_25_every_spelling_is_of_a_known_unit() {
        let spellings = [
            (Unit::PERCENT, "percent percentage"),
            (Unit::KILOMETERS, "km kilometers"),
            (Unit::MILES, "miles"),
            (Unit::KILOMETERS_PER_HOUR, "km/h kph"),
            (Unit::MILES_PER_HOUR, "miles_per_hour"),
            (
                Unit::KILOWATT_HOURS,
                "kWh kWhr kilowatt_hours kilowatt-hours",
            ),
            (Unit::KILOWATTS, "kilowatts"),
            (Unit::WATTS, "watts watt"),
            (Unit::AMPERES, "ampere amps"),
            (Unit::VOLTS, "volts"),
            (Unit::LITERS, "liters"),
            (Unit::GALLONS, "gallons"),
            (Unit::BAR, "bar"),
            (Unit::PSI, "psi"),
            (Unit::CELSIUS, "celsius degrees-celsius"),
            (Unit::FAHRENHEIT, "fahrenheit"),
            (Unit::COUNT, "count"),
            (Unit::DEGREES, "degrees"),
            (Unit::SECONDS, "seconds"),
            (Unit::MINUTES, "minutes minute"),
            (Unit::HOURS, "hours"),
        ];
        for (unit, spellings) in spellings {
            for spelling in spellings.split(' ') {
                let sent = Unit::from(spelling);
                assert_eq!(sent, unit, "{spelling}");
                assert_eq!(sent.as_str(), spelling);
                assert_eq!(sent.known().unwrap().as_str(), unit.as_str());
            }
        }
        assert_eq!(Unit::from("parsec").known(), None);
        assert_ne!(Unit::from("parsec"), Unit::KILOMETERS);
    }

    #[test]
    fn conversions_are_exact() {
        let cases = [
            (1.609_344, Unit::KILOMETERS, Unit::MILES, 1.0),
            (1.0, Unit::MILES, Unit::KILOMETERS, 1.609_344),
            (
                100.0,
                Unit::KILOMETERS_PER_HOUR,
                Unit::MILES_PER_HOUR,
                100.0 / 1.609_344,
            ),
            (2.5, Unit::BAR, Unit::KILOPASCALS, 250.0),
            (219.0, Unit::KILOPASCALS, Unit::BAR, 2.19),
            (36.0, Unit::PSI, Unit::KILOPASCALS, 248.211_262_554_061),
            (37.0, Unit::CELSIUS, Unit::FAHRENHEIT, 98.6),
            (-40.0, Unit::FAHRENHEIT, Unit::CELSIUS, -40.0),
            (0.58, Unit::FRACTION, Unit::PERCENT, 58.0),
            (0.07, Unit::FRACTION, Unit::PERCENT, 7.0),
            (58.0, Unit::PERCENT, Unit::FRACTION, 0.58),
            (10.0, Unit::GALLONS, Unit::LITERS, 37.854_117_84),
            (7200.0, Unit::WATTS, Unit::KILOWATTS, 7.2),
            (1.5, Unit::HOURS, Unit::MINUTES, 90.0),
            (700.0, Unit::BAR, Unit::from("BAR"), 700.0),
        ];
        for (value, from, to, expected) in cases {
            let converted = from.convert(value, &to).unwrap();
            assert!(
                (converted - expected).abs() <= expected.abs() * 1e-15,
                "{value} {from} is {converted} {to}"
            );
        }
        for hundredths in 0..=10_000_u32 {
            let percent = f64::from(hundredths) / 100.0;
            let share = format!("{:.4}", f64::from(hundredths) / 10_000.0)
                .parse()
                .unwrap();
            assert_eq!(Unit::FRACTION.convert(share, &Unit::PERCENT), Some(percent));
        }
        assert_eq!(Unit::KILOMETERS.convert(1.0, &Unit::BAR), None);
        assert_eq!(Unit::CELSIUS.convert(1.0, &Unit::from("kelvin")), None);
    }
}
