//! Bodies of one value, or of a list of values.

use crate::json::object;
use crate::unit::Unit;

object! {
    /// A measured value with its unit.
    ///
    /// ```
    /// use smartcar_webhook_core::Unit;
    /// use smartcar_webhook_core::signal::body::Quantity;
    ///
    /// # fn main() -> Result<(), serde_json::Error> {
    /// let range: Quantity = serde_json::from_str(r#"{"value":241.4016,"unit":"km"}"#)?;
    /// assert_eq!(range.value, 241.4016);
    /// assert_eq!(range.convert_to(&Unit::MILES), Some(150.0));
    /// # Ok(())
    /// # }
    /// ```
    #[non_exhaustive]
    pub struct Quantity keeps extra {
        /// The value.
        pub value: f64 = "value" needed,
        /// Its unit; at times not sent.
        pub unit: Option<Unit> = "unit",
    }
}

impl Quantity {
    /// The value in another unit; `None` if its own was not sent, or it [cannot be converted](Unit::convert).
    pub fn convert_to(&self, unit: &Unit) -> Option<f64> {
        self.unit.as_ref()?.convert(self.value, unit)
    }

    pub(crate) fn of(value: f64, unit: Option<Unit>) -> Self {
        Self {
            value,
            unit,
            ..Self::default()
        }
    }
}

object! {
    /// A number of things.
    #[non_exhaustive]
    pub struct Count keeps extra {
        /// The number.
        pub value: i64 = "value" needed,
        /// `count`; not always sent.
        pub unit: Option<Unit> = "unit",
    }
}

object! {
    /// A value without a unit: `Value<bool>`, `Value<Text>`.
    #[non_exhaustive]
    pub struct Value<T> keeps extra {
        /// The value.
        pub value: T = "value" needed,
    }
}

object! {
    /// A list of values: `Values<Text>`, `Values<ChargeRecord>`.
    #[non_exhaustive]
    pub struct Values<T> keeps extra {
        /// The values, in the order sent.
        pub values: Vec<T> = "values" needed,
    }
}
