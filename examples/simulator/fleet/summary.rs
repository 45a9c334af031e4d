//! What came of a run.

use std::fmt;
use std::time::Duration;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Cell, CellAlignment, Table};
use serde_json::{Value, json};
use smartcar_webhook_core::testing::simulator::{EventRecord, Fate, Ledger, WebhookStatus};
use smartcar_webhook_examples::text::{millis, spoken};

use super::latency::Latency;
use super::line::short;

/// How many events are listed.
const LISTED: usize = 20;

/// What came of a run, as a table and lists.
pub(super) struct Summary<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) latency: Latency,
    /// For how long events were made.
    pub(super) made_for: Duration,
    /// How long it took in all.
    pub(super) now: Duration,
}

impl Summary<'_> {
    #[expect(clippy::cast_precision_loss, reason = "2^52 events are not made")]
    fn rate(&self) -> f64 {
        self.ledger.totals().events as f64 / self.made_for.as_secs_f64().max(0.001)
    }

    fn rows(&self) -> Vec<(&'static str, String)> {
        let totals = self.ledger.totals();
        let answers = self.ledger.answers();
        let answers = answers
            .iter()
            .map(|(answer, times)| format!("{answer}: {times}"));
        let time = |percent| spoken(self.latency.percentile(percent));
        vec![
            ("events", totals.events.to_string()),
            ("acknowledged", totals.acknowledged.to_string()),
            (
                "  at the first attempt",
                (totals.acknowledged - totals.redelivered).to_string(),
            ),
            ("  redelivered", totals.redelivered.to_string()),
            ("under way or to be sent again", totals.waiting.to_string()),
            ("dropped after the last attempt", totals.dropped.to_string()),
            (
                "discarded with a disabled webhook",
                totals.discarded.to_string(),
            ),
            (
                "never sent by a disabled webhook",
                totals.unsent.to_string(),
            ),
            ("attempts", totals.attempts.to_string()),
            ("  copies", totals.copies.to_string()),
            ("challenges", totals.challenges.to_string()),
            ("  answered wrongly", totals.challenges_failed.to_string()),
            ("answers", answers.collect::<Vec<_>>().join("\n")),
            (
                "time of answers, p50 / p99 / max",
                format!(
                    "{} / {} / {}",
                    time(50),
                    time(99),
                    spoken(self.latency.longest())
                ),
            ),
            ("events a second", format!("{:.1}", self.rate())),
        ]
    }

    /// The same as an object of JSON, with every event that is not acknowledged.
    pub(super) fn json(&self) -> Value {
        let totals = self.ledger.totals();
        let answers = self.ledger.answers().into_iter();
        let answers: serde_json::Map<_, _> = answers
            .map(|(answer, times)| (answer.to_string(), times.into()))
            .collect();
        let webhooks = self.ledger.webhooks().into_iter().map(|it| {
            json!({
                "id": it.id,
                "name": it.name,
                "status": match it.status {
                    WebhookStatus::Unverified => "unverified",
                    WebhookStatus::Active => "active",
                    _ => "disabled",
                },
                "times_disabled": it.disabled,
            })
        });
        let events = |records: Vec<EventRecord>| -> Vec<_> {
            records.iter().map(|it| self.event(it)).collect()
        };
        json!({
            "type": "summary",
            "complete": self.ledger.is_complete(),
            "events": totals.events,
            "acknowledged": totals.acknowledged,
            "at_first_attempt": totals.acknowledged - totals.redelivered,
            "redelivered": totals.redelivered,
            "waiting": totals.waiting,
            "dropped": totals.dropped,
            "discarded": totals.discarded,
            "unsent": totals.unsent,
            "attempts": totals.attempts,
            "copies": totals.copies,
            "challenges": totals.challenges,
            "challenges_failed": totals.challenges_failed,
            "answers": answers,
            "p50_ms": millis(self.latency.percentile(50)),
            "p99_ms": millis(self.latency.percentile(99)),
            "max_ms": millis(self.latency.longest()),
            "events_per_second": self.rate(),
            "webhooks": webhooks.collect::<Vec<_>>(),
            "to_be_redelivered": events(self.ledger.waiting()),
            "lost": events(self.ledger.lost()),
        })
    }

    fn event(&self, record: &EventRecord) -> Value {
        let (fate, next) = match record.fate {
            Fate::Waiting { next_attempt } => ("waiting", next_attempt),
            Fate::Dropped => ("dropped", None),
            _ => ("discarded", None),
        };
        json!({
            "event_type": record.event_type,
            "key": record.key,
            "webhook": record.webhook,
            "vehicle_id": record.vehicle_id,
            "attempts": record.attempts,
            "last_answer": record.last_answer.map(|it| it.to_string()),
            "fate": fate,
            "next_attempt_in_ms": next.map(|at| millis(at.saturating_sub(self.now))),
        })
    }

    fn list(
        &self,
        f: &mut fmt::Formatter<'_>,
        title: &str,
        records: &[EventRecord],
    ) -> fmt::Result {
        if records.is_empty() {
            return Ok(());
        }
        let mut table = Table::new();
        table.load_style(UTF8_FULL_CONDENSED);
        table.set_header([
            "event",
            "key",
            "vehicle",
            "attempts",
            "last answer",
            "what becomes of it",
        ]);
        for record in records.iter().take(LISTED) {
            let fate = match record.fate {
                Fate::Waiting {
                    next_attempt: Some(at),
                } => {
                    let word = if record.attempts == 0 {
                        "first"
                    } else {
                        "again"
                    };
                    format!("{word} in {}", spoken(at.saturating_sub(self.now)))
                }
                Fate::Waiting { next_attempt: None } => "under way".to_owned(),
                Fate::Dropped => "dropped".to_owned(),
                _ => "discarded, for its webhook was disabled".to_owned(),
            };
            table.add_row([
                record.event_type.to_owned(),
                short(&record.key).to_owned(),
                record.vehicle_id.as_deref().map_or("-", short).to_owned(),
                record.attempts.to_string(),
                record
                    .last_answer
                    .map_or_else(|| "-".to_owned(), |it| it.to_string()),
                fate,
            ]);
        }
        write!(f, "\n\n{title}:\n{table}")?;
        match records.len().saturating_sub(LISTED) {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.load_style(UTF8_FULL_CONDENSED);
        for (name, value) in self.rows() {
            table.add_row([
                Cell::new(name),
                Cell::new(value).set_alignment(CellAlignment::Right),
            ]);
        }
        for webhook in self.ledger.webhooks() {
            table.add_row([format!("webhook {:?}", webhook.name), webhook.to_string()]);
        }
        write!(f, "{table}")?;
        self.list(f, "Under way or to be sent again", &self.ledger.waiting())?;
        self.list(f, "Lost", &self.ledger.lost())
    }
}
