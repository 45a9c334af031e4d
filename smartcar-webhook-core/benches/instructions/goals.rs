//! What must hold of the figures whatever compiler they are of.

use crate::count::HANDLERS;
use crate::record::Record;

/// The most that the whole webhook may take of the same job by hand, by size.
const OF_BY_HAND: [(&str, f64); 5] = if cfg!(any(feature = "aws-lc-rs", feature = "ring")) {
    [
        ("0.3KB", 1.50),
        ("1.4KB", 0.80),
        ("6KB", 0.60),
        ("60KB", 0.56),
        ("1MB", 0.60),
    ]
} else {
    [
        ("0.3KB", 1.40),
        ("1.4KB", 0.95),
        ("6KB", 0.78),
        ("60KB", 0.76),
        ("1MB", 0.78),
    ]
};

/// Says the ratios, and whether all goals are reached.
pub(crate) fn check(found: &Record) -> bool {
    let mut reached = true;
    let mut goal = |what: String, ratio: f64, most: f64| {
        let verdict = if ratio <= most { "" } else { ": MISSED" };
        println!("{what}: {ratio:.2}, at most {most:.2}{verdict}");
        reached &= ratio <= most;
    };
    for (size, most) in OF_BY_HAND {
        let ratio = ratio(found, (size, "webhook"), (size, "by hand"));
        goal(format!("{size} webhook / by hand"), ratio, most);
    }
    for size in ["6KB", "60KB", "1MB"] {
        let ratio = ratio(found, (size, "webhook"), (size, "floor"));
        goal(format!("{size} webhook / floor"), ratio, 1.5);
    }
    // A body sixteen times as long may not cost more for each byte.
    let per_byte = ratio(found, ("1MB", "webhook"), ("60KB", "webhook")) / 16.7;
    goal(
        "1MB webhook / 60KB, for each byte".to_owned(),
        per_byte,
        1.1,
    );
    if !HANDLERS.is_empty() {
        let handlers = ratio(found, ("0.3KB", "1000 handlers"), ("0.3KB", "1 handler"));
        goal("1000 handlers / 1".to_owned(), handlers, 1.02);
    }
    let keys = ratio(found, ("0.3KB", "4th key"), ("0.3KB", "1st key"));
    goal("4th key / 1st".to_owned(), keys, 4.05);
    reached
}

#[expect(clippy::cast_precision_loss, reason = "instructions are below 2^53")]
fn ratio(found: &Record, one: (&str, &str), other: (&str, &str)) -> f64 {
    let get = |(size, case)| found.get(size, case).unwrap() as f64;
    get(one) / get(other)
}
