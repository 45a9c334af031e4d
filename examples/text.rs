//! Texts of the command line, and those fit for a terminal.

use std::time::Duration;

use bytes::Bytes;

/// Reads `500ms`, `90s`, `1.5m`, `1h` and `30d`.
///
/// # Errors
///
/// When it is none of these, or more than a year.
pub fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "takes a number with ms, s, m, h or d behind it, such as 90s".to_owned();
    let unit = text.find(|it: char| it.is_ascii_alphabetic());
    let (number, unit) = text.split_at(unit.ok_or_else(wrong)?);
    let seconds = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        _ => return Err(wrong()),
    };
    let number: f64 = number.parse().map_err(|_| wrong())?;
    // A year is enough for everybody.
    let seconds = (0.0..=31_536_000.0)
        .contains(&(number * seconds))
        .then_some(number * seconds);
    seconds.map(Duration::from_secs_f64).ok_or_else(wrong)
}

/// Reads a share, from 0 to 1.
///
/// # Errors
///
/// When it is none.
pub fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|it| (0.0..=1.0).contains(it));
    share.ok_or_else(|| "takes a share from 0 to 1".to_owned())
}

/// Reads how many a second.
///
/// # Errors
///
/// When it is not from 0.001 to 100000.
pub fn rate(text: &str) -> Result<f64, String> {
    let rate = text
        .parse()
        .ok()
        .filter(|it| (0.001..=100_000.0).contains(it));
    rate.ok_or_else(|| "takes how many a second, from 0.001 to 100000".to_owned())
}

/// A time as people say it: `3 ms`, `2.5 s`, `4 min`, `3 h`, `30 d`.
pub fn spoken(time: Duration) -> String {
    match time.as_millis() {
        0..1000 => format!("{} ms", time.as_millis()),
        1000..10_000 => format!("{:.1} s", time.as_secs_f64()),
        10_000..120_000 => format!("{:.0} s", time.as_secs_f64()),
        120_000..7_200_000 => format!("{:.0} min", time.as_secs_f64() / 60.0),
        7_200_000..172_800_000 => format!("{:.0} h", time.as_secs_f64() / 3600.0),
        172_800_000.. => format!("{:.0} d", time.as_secs_f64() / 86_400.0),
    }
}

/// Whole milliseconds, for JSON.
pub fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The beginning of an answer, on one line and without what draws on a terminal.
pub fn excerpt(body: &Bytes) -> String {
    const LENGTH: usize = 200;
    let text = String::from_utf8_lossy(body);
    let mut shown: String = text.chars().take(LENGTH).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    plain(&shown)
}

/// A text without what draws on a terminal.
pub fn plain(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read() {
        let cases = [
            ("500ms", 500),
            ("25s", 25_000),
            ("1.5m", 90_000),
            ("1h", 3_600_000),
            ("30d", 2_592_000_000),
            ("0s", 0),
        ];
        for (text, ms) in cases {
            assert_eq!(duration(text), Ok(Duration::from_millis(ms)), "{text}");
        }
        for text in ["", "5", "s", "-1s", "1w", "1 min", "NaNs", "infs", "1e99h"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_have_bounds() {
        assert_eq!(share("0.5"), Ok(0.5));
        for text in ["", "-0.1", "1.1", "NaN"] {
            assert!(share(text).is_err(), "{text}");
            assert!(
                rate(text.trim_end_matches(".1")).is_err() || text == "1.1",
                "{text}"
            );
        }
        assert!(rate("0").is_err() && rate("inf").is_err());
    }

    #[test]
    fn times_are_spoken() {
        let cases = [
            (3, "3 ms"),
            (2_510, "2.5 s"),
            (25_000, "25 s"),
            (240_000, "4 min"),
            (10_800_000, "3 h"),
            (2_592_000_000, "30 d"),
        ];
        for (ms, text) in cases {
            assert_eq!(spoken(Duration::from_millis(ms)), text);
        }
    }

    #[test]
    fn answers_cannot_draw() {
        assert_eq!(
            excerpt(&Bytes::from("a\u{1b}[2J\nb")),
            "a\u{fffd}[2J\u{fffd}b"
        );
        assert_eq!(excerpt(&Bytes::from("x".repeat(500))).chars().count(), 201);
    }
}
