//! Numbers as JavaScript writes them.

/// The number as `JSON.stringify` writes it, if it is finite.
///
/// See [ECMA-262, Number::toString](https://tc39.es/ecma262/#sec-numeric-types-number-tostring).
pub(super) fn ecmascript(number: f64) -> Option<String> {
    if !number.is_finite() {
        return None;
    }
    if number == 0.0 {
        return Some("0".to_owned());
    }
    let sign = if number < 0.0 { "-" } else { "" };
    // The shortest digits that name the number are the same in both languages.
    let scientific = format!("{:e}", number.abs());
    let (digits, exponent) = scientific.split_once('e')?;
    let digits = digits.replace('.', "");
    let count = i32::try_from(digits.len()).ok()?;
    let point = exponent.parse::<i32>().ok()? + 1;
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    let text = if count <= point && point <= 21 {
        format!("{digits}{}", zeros(point - count))
    } else if 0 < point && point <= 21 {
        let (whole, part) = digits.split_at(usize::try_from(point).ok()?);
        format!("{whole}.{part}")
    } else if -6 < point && point <= 0 {
        format!("0.{}{digits}", zeros(-point))
    } else {
        let (first, rest) = digits.split_at(1);
        let dot = if rest.is_empty() { "" } else { "." };
        format!("{first}{dot}{rest}e{:+}", point - 1)
    };
    Some(format!("{sign}{text}"))
}

#[cfg(test)]
mod tests {
    use super::ecmascript;

    /// Printed by Node 20.
    #[test]
    fn numbers_are_those_of_javascript() {
        for (number, text) in [
            (1.0, "1"),
            (-0.0, "0"),
            (64.5, "64.5"),
            (-57.0, "-57"),
            (100.0, "100"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (-1.5e300, "-1.5e+300"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
            (0.000_001, "0.000001"),
            (1e-7, "1e-7"),
            (5e-324, "5e-324"),
            (9_007_199_254_740_993.0, "9007199254740992"),
            (1.797_693_134_862_315_7e308, "1.7976931348623157e+308"),
        ] {
            assert_eq!(ecmascript(number).as_deref(), Some(text));
        }
        assert_eq!(ecmascript(f64::INFINITY), None);
    }
}
