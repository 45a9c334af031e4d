//! An attempt as a line.

use serde_json::{Value, json};
use smartcar_webhook_core::Delivery;
use smartcar_webhook_core::testing::simulator::Attempt;
use smartcar_webhook_examples::gist;
use smartcar_webhook_examples::text::{millis, plain, spoken};

/// When, what about which vehicle, what was answered, after how long, at which attempt.
pub(super) fn of(attempt: &Attempt) -> String {
    let vehicle = attempt.vehicle_id.as_deref().map_or("-", short);
    let answer = match &attempt.problem {
        Some(problem) if attempt.answer.acknowledges() => {
            format!("{}, but {problem}", attempt.answer)
        }
        Some(problem) => format!("{} ({problem})", attempt.answer),
        None => attempt.answer.to_string(),
    };
    let number = match attempt.number {
        0 => ", a copy".to_owned(),
        1 => String::new(),
        number => format!(", attempt {number}"),
    };
    let again = attempt.again_after.map(spoken);
    let again = again.map_or_else(String::new, |it| format!(", again in {it}"));
    let answer = format!("{answer} after {}{number}{again}", spoken(attempt.took));
    let sent = attempt.sent.as_secs_f64();
    let line = format!(
        "{sent:>7.2}  {:<18}  {vehicle:<8}  {answer:<20}  {}",
        attempt.event_type,
        what(attempt)
    );
    plain(line.trim_end())
}

pub(super) fn json(attempt: &Attempt) -> Value {
    json!({
        "type": "attempt",
        "sent_ms": millis(attempt.sent),
        "event_type": attempt.event_type,
        "key": attempt.key,
        "webhook": attempt.webhook,
        "vehicle_id": attempt.vehicle_id,
        "what": what(attempt),
        "answer": attempt.answer.to_string(),
        "acknowledged": attempt.answer.acknowledges(),
        "problem": attempt.problem,
        "ms": millis(attempt.took),
        "attempt": attempt.number,
        "copy": attempt.number == 0,
        "again_after_ms": attempt.again_after.map(millis),
    })
}

fn what(attempt: &Attempt) -> String {
    let delivery = Delivery::assume_verified(attempt.body.clone());
    delivery.map(|it| gist::of(&it)).unwrap_or_default()
}

/// The beginning of an id, or of the key of an event, behind what it is of.
pub(super) fn short(id: &str) -> &str {
    let id = id.rsplit(':').next().unwrap_or(id);
    id.char_indices().nth(8).map_or(id, |(end, _)| &id[..end])
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn ids_are_cut_between_characters() {
        let cases = [
            ("", ""),
            ("v1", "v1"),
            ("event:0b6f6a0e-6f0d", "0b6f6a0e"),
            ("0b6f6a0e-6f0d", "0b6f6a0e"),
            ("ëëëëëëëëë", "ëëëëëëëë"),
        ];
        for (id, expected) in cases {
            assert_eq!(short(id), expected);
        }
    }
}
