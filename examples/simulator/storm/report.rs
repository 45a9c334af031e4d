//! Which kinds of requests got which answers.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{ContentArrangement, Table};
use serde_json::{Map, Value};

pub(super) const GENUINE: &str = "genuine";
pub(super) const COPIES: &str = "copies of them";
pub(super) const OVERTAKEN: &str = "genuine, out of order";
pub(super) const REDELIVERED: &str = "genuine, sent again";
pub(super) const FORGED: &str = "forged signature";
pub(super) const UNSIGNED: &str = "no signature";
pub(super) const OVERSIZED: &str = "oversized body";
pub(super) const GARBAGE: &str = "bytes that are no HTTP";
pub(super) const BROKEN: &str = "broken HTTP";
pub(super) const SLOW: &str = "a byte a second";
pub(super) const IDLE: &str = "an idle connection";

/// Those that no receiver should accept or break at.
const STRANGERS: [&str; 7] = [FORGED, UNSIGNED, OVERSIZED, GARBAGE, BROKEN, SLOW, IDLE];

/// How often which kind of request got which answer.
#[derive(Debug, Default)]
pub(super) struct Report {
    answers: Mutex<BTreeMap<&'static str, BTreeMap<String, u64>>>,
}

impl Report {
    /// Counts an answer: its status, or what came in place of one.
    pub(super) fn count(&self, kind: &'static str, answer: &str) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        *answers
            .entry(kind)
            .or_default()
            .entry(answer.to_owned())
            .or_default() += 1;
    }

    /// How many requests of strangers were accepted.
    pub(super) fn accepted(&self) -> u64 {
        self.strangers(|status| (200..300).contains(&status))
    }

    /// How many requests of strangers the receiver broke at; 501 says that a method is not known, 503 that there is too much to do.
    pub(super) fn broken(&self) -> u64 {
        self.strangers(|status| status >= 500 && status != 501 && status != 503)
    }

    fn strangers(&self, is_meant: impl Fn(u16) -> bool) -> u64 {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let answers = STRANGERS.iter().filter_map(|it| answers.get(it)).flatten();
        let meant = answers.filter(|(answer, _)| answer.parse().is_ok_and(&is_meant));
        meant.map(|it| it.1).sum()
    }

    pub(super) fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_style(UTF8_FULL_CONDENSED);
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(110);
        table.set_header(["requests", "number", "answers"]);
        for (kind, answers) in &*self.answers.lock().unwrap_or_else(PoisonError::into_inner) {
            let number: u64 = answers.values().sum();
            let answers = answers
                .iter()
                .map(|(answer, times)| format!("{answer}: {times}"));
            table.add_row([
                (*kind).to_owned(),
                number.to_string(),
                answers.collect::<Vec<_>>().join("\n"),
            ]);
        }
        table
    }

    pub(super) fn json(&self) -> Value {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = answers.iter().map(|(kind, answers)| {
            let answers = answers
                .iter()
                .map(|(answer, times)| (answer.clone(), (*times).into()));
            ((*kind).to_owned(), Value::Object(answers.collect()))
        });
        Value::Object(rows.collect::<Map<_, _>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_are_told_from_others() {
        let report = Report::default();
        for (kind, answer) in [
            (GENUINE, "200"),
            (GENUINE, "500"),
            (FORGED, "401"),
            (FORGED, "204"),
            (OVERSIZED, "500"),
            (GARBAGE, "501"),
            (IDLE, "503"),
            (SLOW, "closed"),
            (BROKEN, "505"),
        ] {
            report.count(kind, answer);
        }
        assert_eq!((report.accepted(), report.broken()), (1, 2));
        assert_eq!(report.json()[FORGED]["204"], 1);
    }
}
