//! What is shown while it runs.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use smartcar_webhook_core::testing::simulator::{Fate, Ledger};
use smartcar_webhook_examples::printer::say;
use smartcar_webhook_examples::text::spoken;

/// A bar on standard error, if that is a terminal; else a line when the waiting begins.
pub(super) struct Progress {
    bar: ProgressBar,
    is_quiet: bool,
}

impl Progress {
    pub(super) fn new(time: Duration, is_quiet: bool) -> Self {
        let length = u64::try_from(time.as_millis()).ok();
        let bar = if is_quiet || !std::io::stderr().is_terminal() {
            ProgressBar::hidden()
        } else {
            ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr())
        };
        if let Ok(style) = ProgressStyle::with_template("[{bar:20}] {wide_msg}") {
            bar.set_style(style.progress_chars("=> "));
        }
        Self { bar, is_quiet }
    }

    pub(super) fn bar(&self) -> ProgressBar {
        self.bar.clone()
    }

    /// No more events are made.
    pub(super) fn waits(&self, ledger: &Ledger) {
        let waiting = ledger.totals().waiting;
        if waiting == 0 || self.is_quiet {
            return;
        }
        let text = format!(
            "no more events; waiting for {waiting} to be acknowledged or dropped, Ctrl-C stops at once"
        );
        self.bar.suspend(|| say(&text));
    }

    pub(super) fn show(&self, ledger: &Ledger, now: Duration) {
        if self.bar.is_hidden() {
            return;
        }
        self.bar
            .set_position(u64::try_from(now.as_millis()).unwrap_or(u64::MAX));
        let totals = ledger.totals();
        #[expect(clippy::cast_precision_loss, reason = "2^52 attempts are not made")]
        let rate = totals.attempts as f64 / now.as_secs_f64().max(0.001);
        let waiting = ledger.waiting();
        let again = waiting.iter().filter_map(|it| match it.fate {
            Fate::Waiting { next_attempt } => next_attempt,
            _ => None,
        });
        let next = again.clone().min();
        let next = next.map(|at| format!(", the next in {}", spoken(at.saturating_sub(now))));
        self.bar.set_message(format!(
            "{} events, {rate:.1} attempts a second, {} to be sent{}",
            totals.events,
            again.count(),
            next.unwrap_or_default()
        ));
    }

    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
