//! What is asked for.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use clap::ValueEnum;
use http::Uri;
use smartcar_webhook_core::testing::Spelling;
use smartcar_webhook_core::testing::simulator::{
    Faults, RetrySchedule, SimulatedWebhook, Simulator,
};
use smartcar_webhook_core::{BoxError, ManagementToken};
use smartcar_webhook_examples::text::{duration, rate, share};
use smartcar_webhook_examples::token::in_file;
use uuid::Uuid;

use crate::receiver::{ReceiverArgs, url};
use crate::send::spelling;

/// Has a fleet live, tells the receiver of it as Smartcar does, and says what was acknowledged, sent again and lost.
///
/// First the webhooks are verified.
/// After --for no more happens, and what was not acknowledged is sent again until it is or until it is dropped.
/// The first Ctrl-C ends the making of events, the second one stops at once; either way what would be sent again is listed.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  simulator fleet http://127.0.0.1:8080/webhooks/smartcar --vehicles 100 --rate 20 --for 30s --token secret
  simulator fleet http://127.0.0.1:8080/webhooks/smartcar --faults storm --any-spelling --retries 1s,2s,4s --quiet
  simulator fleet http://127.0.0.1:8080/webhooks/smartcar --webhook signals --webhook event-based --tests-every 10s --json")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct Args {
    #[command(flatten)]
    receiver: ReceiverArgs,

    /// How many vehicles there are; they are subscribed one by one.
    #[arg(long, default_value_t = 1000, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    vehicles: u64,

    /// How many events happen a second.
    #[arg(long, default_value = "20", value_name = "N", value_parser = rate)]
    rate: f64,

    /// For how long events happen.
    #[arg(long = "for", default_value = "60s", value_name = "TIME", value_parser = duration)]
    pub(super) time: Duration,

    /// A webhook; may be given several times.
    #[arg(long, default_value = "signals", value_name = "KIND")]
    webhook: Vec<Kind>,

    /// Where webhooks of 4.0 send errors to; else to URL.
    #[arg(long, value_name = "URL", value_parser = url)]
    error_url: Option<Uri>,

    /// When to send again: `v4` (after 25 s, 50 s and 100 s), `none`, or the waits, such as `1s,2s,4s`; else as documented for each kind of webhook.
    ///
    /// After the last one the event is dropped.
    #[arg(long, value_name = "WAITS", value_parser = retries)]
    retries: Option<RetrySchedule>,

    /// What goes wrong on the way; the shares below change single parts of it.
    #[arg(long, default_value = "none")]
    faults: Weather,

    /// This share of events is sent once more for no reason, at once or up to a minute later.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    copies: Option<f64>,

    /// This share of answers is lost on the way.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    lost_answers: Option<f64>,

    /// This share of connections breaks before the answer.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    cut_off: Option<f64>,

    /// This share of events is held up, for two minutes at most.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    delayed: Option<f64>,

    /// After this share of events everything is held up for five minutes.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    bursts: Option<f64>,

    /// This share of errors is told twice, as two events.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    repeated_errors: Option<f64>,

    /// After a rotation live deliveries are still signed with the first token.
    #[arg(long, requires = "rotate_after")]
    stale_signer: bool,

    /// Spell every event in some of all known ways, with its keys in any order.
    #[arg(long)]
    any_spelling: bool,

    /// Spell every event so; may be given several times.
    #[arg(long, value_name = "NAME", value_parser = spelling)]
    spelling: Vec<Spelling>,

    /// Press the test button of the dashboard every so often.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    tests_every: Option<Duration>,

    /// Sign with another token after this time.
    #[arg(long, value_name = "TIME", value_parser = duration, requires = "next")]
    rotate_after: Option<Duration>,

    /// The token after the rotation; prefer a file for a real one.
    #[arg(long, value_name = "TOKEN", group = "next", requires = "rotate_after", value_parser = hidden)]
    next_token: Option<Hidden>,

    /// A file with the token after the rotation.
    #[arg(long, value_name = "FILE", group = "next", requires = "rotate_after")]
    next_token_file: Option<PathBuf>,

    /// The same seed makes the same events; else random.
    #[arg(long)]
    seed: Option<u64>,

    /// Print the summary alone.
    #[arg(long)]
    pub(super) quiet: bool,

    /// Print a line of JSON for each attempt, and one of the summary.
    #[arg(long)]
    pub(super) json: bool,
}

/// What a webhook sends.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Kind {
    /// 4.0: states, when a signal changes, and errors
    Signals,
    /// 2.0: every vehicle every hour of its life
    Schedule,
    /// 2.0: a vehicle when it changes
    Dynamic,
    /// 2.0: when charging starts, stops and is complete
    EventBased,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Weather {
    /// Nothing
    None,
    /// Everything, much more often than it should
    Storm,
}

/// A token that `Debug` does not show.
#[derive(Clone)]
struct Hidden(String);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

#[expect(clippy::unnecessary_wraps, reason = "what clap takes")]
fn hidden(text: &str) -> Result<Hidden, String> {
    Ok(Hidden(text.to_owned()))
}

impl Args {
    /// How many addresses have to be verified.
    pub(super) fn callbacks(&self) -> u64 {
        let of = |kind: &Kind| match (kind, &self.error_url) {
            (Kind::Signals, Some(_)) => 2,
            _ => 1,
        };
        self.webhook.iter().map(of).sum()
    }

    pub(super) fn is_quiet(&self) -> bool {
        self.json
    }

    pub(super) fn simulator(&self) -> Result<Simulator, BoxError> {
        let seed = self.seed.unwrap_or_else(|| Uuid::new_v4().as_u64_pair().0);
        let mut simulator = Simulator::new(self.receiver.token.read()?)
            .seed(seed)
            .vehicles(self.vehicles)
            .rate(self.rate)
            .faults(self.faults())
            .starting_at(SystemTime::now())
            // One every ten minutes of their lives: most of what is seen is to be what happens to them, not that they were subscribed.
            .subscribing_within(Duration::from_secs(600 * self.vehicles));
        for (number, kind) in self.webhook.iter().enumerate() {
            simulator = simulator.webhook(self.webhook(number, *kind));
        }
        for spelling in &self.spelling {
            simulator = simulator.spelling(*spelling);
        }
        if self.any_spelling {
            simulator = simulator.any_spelling();
        }
        if let Some(every) = self.tests_every {
            simulator = simulator.tests_every(every);
        }
        if let Some(after) = self.rotate_after {
            let next = match (&self.next_token, &self.next_token_file) {
                (Some(Hidden(token)), _) => token.clone(),
                (None, Some(file)) => in_file(file)?,
                (None, None) => {
                    return Err("--rotate-after takes --next-token or --next-token-file".into());
                }
            };
            simulator = simulator.rotate(after, ManagementToken::new(next)?);
        }
        Ok(simulator)
    }

    fn webhook(&self, number: usize, kind: Kind) -> SimulatedWebhook {
        let name = format!(
            "{} {}",
            kind.to_possible_value()
                .map_or_else(String::new, |it| it.get_name().to_owned()),
            number + 1
        );
        let mut webhook = match kind {
            Kind::Signals => SimulatedWebhook::signals(&name),
            Kind::Schedule => SimulatedWebhook::schedule(&name, Duration::from_secs(3600)),
            Kind::Dynamic => SimulatedWebhook::dynamic(&name),
            Kind::EventBased => SimulatedWebhook::event_based(&name),
        };
        webhook = webhook.callback(self.receiver.url.clone());
        if let (Kind::Signals, Some(url)) = (kind, &self.error_url) {
            webhook = webhook.error_callback(url.clone());
        }
        match &self.retries {
            Some(retries) => webhook.retries(retries.clone()),
            None => webhook,
        }
    }

    fn faults(&self) -> Faults {
        let mut faults = match self.faults {
            Weather::None => Faults::none(),
            Weather::Storm => Faults::storm(),
        };
        let shares: [(_, Setter); 6] = [
            (self.copies, Faults::copies),
            (self.lost_answers, Faults::lost_answers),
            (self.cut_off, Faults::cut_off),
            (self.delayed, Faults::delayed),
            (self.bursts, Faults::bursts),
            (self.repeated_errors, Faults::repeated_errors),
        ];
        for (share, set) in shares {
            if let Some(share) = share {
                faults = set(faults, share);
            }
        }
        if self.stale_signer {
            faults = faults.stale_signer();
        }
        faults
    }
}

type Setter = fn(Faults, f64) -> Faults;

/// Reads when to send again.
fn retries(text: &str) -> Result<RetrySchedule, String> {
    match text {
        "v4" => Ok(RetrySchedule::v4()),
        "none" => Ok(RetrySchedule::dropping([])),
        waits => {
            let waits: Result<Vec<_>, _> = waits.split(',').map(duration).collect();
            Ok(RetrySchedule::dropping(waits?))
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    fn args(flags: &str) -> Result<Args, clap::Error> {
        let line = format!("fleet http://localhost/hook --token secret {flags}");
        Line::try_parse_from(line.split_whitespace()).map(|it| it.args)
    }

    #[test]
    fn retries_are_read() {
        assert_eq!(retries("v4").unwrap(), RetrySchedule::v4());
        assert_eq!(retries("none").unwrap().attempts(), 1);
        let waits = [1, 2].map(Duration::from_secs);
        assert_eq!(retries("1s,2s").unwrap(), RetrySchedule::dropping(waits));
        assert!(retries("often").is_err());
    }

    #[test]
    fn flags_become_settings() {
        let plain = args("").unwrap();
        assert_eq!(plain.callbacks(), 1);
        assert!(plain.simulator().is_ok());
        let stormy = args("--faults storm --copies 0 --webhook signals --webhook dynamic --error-url http://localhost/errors").unwrap();
        assert_eq!(stormy.callbacks(), 3);
        let faults = format!("{:?}", stormy.faults());
        assert!(
            faults.contains("copies: 0.0") && faults.contains("delayed: 0.2"),
            "{faults}"
        );
    }

    #[test]
    fn a_rotation_takes_a_token_that_is_not_shown() {
        assert!(args("--rotate-after 1s").is_err());
        assert!(args("--next-token other").is_err());
        let rotated = args("--rotate-after 1s --next-token other").unwrap();
        assert!(!format!("{rotated:?}").contains("other"));
        assert!(rotated.simulator().is_ok());
    }
}
