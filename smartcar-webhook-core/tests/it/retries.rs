//! The webhook as it comes out of the box against a model of Smartcar, in virtual time: one that retries, repeats itself, mixes up the order and goes away, while handlers are slow, fail and panic, and the process dies.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::mem::take;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{RngSeed, TestRunner};
use smartcar_webhook_core::testing::Dispatcher;
use smartcar_webhook_core::{BoxError, Delivery, EventRouter, ManagementToken, Outcome, Webhook};
use tokio::runtime::Builder;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::TOKEN;

/// How long Smartcar waits for an answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long the webhook waits for a handler.
const DEADLINE: Duration = Duration::from_secs(10);

/// One way of Smartcar's to deliver an event.
#[derive(Clone, Copy, Debug)]
struct Schedule {
    /// The body of an attempt: of which event, and which attempt of all.
    body: fn(usize, usize) -> String,
    /// Seconds from each failure to the next attempt.
    waits: &'static [u64],
    /// What happens when the last attempt has failed: the webhook is disabled, or the event alone is dropped.
    disables: bool,
}

/// Smartcar does not say how the retries of 2.0 are spread.
const SCHEDULES: [Schedule; 4] = [
    Schedule {
        body: v4,
        waits: &[25, 50, 100],
        disables: false,
    },
    Schedule {
        body: v2_event_based,
        waits: &[120; 5],
        disables: true,
    },
    Schedule {
        body: v2_schedule,
        waits: &[20, 40, 80, 160, 300],
        disables: true,
    },
    Schedule {
        body: v2_dynamic,
        waits: &[10, 20, 40, 80, 160, 320],
        disables: true,
    },
];

fn v4(event: usize, attempt: usize) -> String {
    format!(
        r#"{{"eventId":"e{event}","eventType":"VEHICLE_STATE",
            "data":{{"user":{{"id":"u1"}},"vehicle":{{"id":"{event}"}},"signals":[]}},
            "meta":{{"version":"4.0","webhookId":"w1","deliveryId":"d{attempt}","deliveredAt":{attempt}}}}}"#
    )
}

fn v2_event_based(event: usize, _: usize) -> String {
    format!(
        r#"{{"version":"2.0","webhookId":"w1","eventName":"eventBased","mode":"live","payload":{{
            "eventId":"e{event}","vehicleId":"{event}","eventType":"CHARGING_STARTED"}}}}"#
    )
}

fn v2_schedule(event: usize, _: usize) -> String {
    v2_vehicles("schedule", event)
}

fn v2_dynamic(event: usize, _: usize) -> String {
    v2_vehicles("dynamic", event)
}

fn v2_vehicles(name: &str, event: usize) -> String {
    format!(
        r#"{{"version":"2.0","webhookId":"w1","eventName":"{name}","payload":{{"vehicles":[
            {{"vehicleId":"{event}","requestId":"r{event}","data":[]}}]}}}}"#
    )
}

/// What the handler does when it runs.
#[derive(Clone, Copy, Debug)]
struct Run {
    takes: Duration,
    ending: Ending,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Ending {
    Succeeds,
    Fails,
    Panics,
}

/// What becomes of the connection of an attempt.
#[derive(Clone, Copy, Debug)]
enum Network {
    Fine,
    /// It is reset after so long.
    Reset(Duration),
    /// Smartcar waits in vain for the answer.
    AnswerLost,
}

#[derive(Clone, Debug)]
struct Event {
    at: Duration,
    /// One after another; every further run succeeds at once.
    runs: Vec<Run>,
    /// One per attempt; all further connections are fine.
    networks: Vec<Network>,
    /// When it is sent besides, each time once.
    copies: Vec<Duration>,
}

#[derive(Clone, Debug)]
struct Story {
    schedule: Schedule,
    events: Vec<Event>,
    /// When the process dies, and how long it stays dead.
    crashes: Vec<(Duration, Duration)>,
}

/// What happened to one event.
#[derive(Clone, Copy, Debug)]
enum Entry {
    /// An attempt, by its number.
    Sent(usize),
    /// The attempt was answered: the status, its reason, after how long.
    Answered(usize, u16, &'static str, Duration),
    /// Smartcar heard no answer to this attempt.
    Unanswered(usize),
    Began,
    Ended(Ending),
    Crashed,
    /// Smartcar gives the event up, for this attempt has failed.
    Dropped(usize),
}

/// The entries of each event.
type History = Arc<Mutex<Vec<Vec<Entry>>>>;

fn note(history: &History, event: usize, entry: Entry) {
    history.lock().unwrap()[event].push(entry);
}

fn webhook(story: &Story, history: &History) -> Webhook {
    let (story, history) = (story.clone(), Arc::clone(history));
    let handler = move |delivery: Delivery| {
        let event: usize = delivery.envelope().vehicle_id().unwrap().parse().unwrap();
        let begun = runs_begun(&history.lock().unwrap()[event]);
        note(&history, event, Entry::Began);
        let run = story.events[event].runs.get(begun).copied();
        let history = Arc::clone(&history);
        async move {
            let run = run.unwrap_or(AT_ONCE);
            sleep(run.takes).await;
            note(&history, event, Entry::Ended(run.ending));
            match run.ending {
                Ending::Succeeds => Ok(()),
                Ending::Fails => Err(BoxError::from("out of disk")),
                // Unlike `panic!`, it prints nothing.
                Ending::Panics => resume_unwind(Box::new("a bug")),
            }
        }
    };
    let token = ManagementToken::new(TOKEN).unwrap();
    Webhook::new(token, EventRouter::new().fallback(handler))
}

const AT_ONCE: Run = Run {
    takes: Duration::ZERO,
    ending: Ending::Succeeds,
};

fn runs_begun(entries: &[Entry]) -> usize {
    let begun = entries.iter().filter(|it| matches!(it, Entry::Began));
    begun.count()
}

#[derive(Clone, Copy)]
struct Attempt {
    event: usize,
    number: usize,
    /// How many attempts of the event have failed before; `None` for a copy, whose end Smartcar does not look at.
    failures: Option<usize>,
}

#[derive(Clone, Copy)]
enum Todo {
    Send(Attempt),
    /// The process dies, and stays dead for so long.
    Crash(Duration),
}

struct Smartcar<'a> {
    story: &'a Story,
    history: History,
    now: Duration,
    /// By time, then in the order they were planned.
    agenda: BTreeMap<(Duration, usize), Todo>,
    planned: usize,
    under_way: HashMap<usize, Attempt>,
    is_disabled: bool,
}

impl<'a> Smartcar<'a> {
    fn new(story: &'a Story) -> Self {
        let mut smartcar = Self {
            story,
            history: Arc::new(Mutex::new(vec![Vec::new(); story.events.len()])),
            now: Duration::ZERO,
            agenda: BTreeMap::new(),
            planned: 0,
            under_way: HashMap::new(),
            is_disabled: false,
        };
        for (event, it) in story.events.iter().enumerate() {
            smartcar.plan_to_send(it.at, event, Some(0));
            for copy in &it.copies {
                smartcar.plan_to_send(*copy, event, None);
            }
        }
        for (at, down_for) in &story.crashes {
            smartcar.plan(*at, Todo::Crash(*down_for));
        }
        smartcar
    }

    fn plan(&mut self, at: Duration, todo: Todo) {
        self.planned += 1;
        self.agenda.insert((at, self.planned), todo);
    }

    fn plan_to_send(&mut self, at: Duration, event: usize, failures: Option<usize>) {
        if !self.is_disabled {
            let attempt = Attempt {
                event,
                number: self.planned,
                failures,
            };
            self.plan(at, Todo::Send(attempt));
        }
    }

    /// Plays the story to its end, each life of the process on a runtime of its own, with which all its tasks die.
    fn play(mut self) -> Vec<Vec<Entry>> {
        loop {
            let runtime = Builder::new_current_thread()
                .enable_time()
                .start_paused(true)
                .build()
                .unwrap();
            let webhook = webhook(self.story, &self.history);
            if runtime.block_on(self.send_to(&webhook)) {
                break;
            }
        }
        take(&mut *self.history.lock().unwrap())
    }

    /// Sends until all is said, or until the process dies; says which.
    async fn send_to(&mut self, webhook: &Webhook) -> bool {
        let (began, from) = (Instant::now(), self.now);
        let mut answers = FuturesUnordered::new();
        let mut is_quiet = false;
        loop {
            let next = self.agenda.first_key_value().map(|((at, _), _)| *at);
            let next_at = began + next.unwrap_or_default().saturating_sub(from);
            tokio::select! {
                biased;
                Some((attempt, answer)) = answers.next() => {
                    self.now = from + began.elapsed();
                    self.hear(attempt, answer);
                }
                () = sleep_until(next_at), if next.is_some() => {
                    self.now = from + began.elapsed();
                    match self.agenda.pop_first().unwrap().1 {
                        Todo::Send(attempt) => answers.push(self.send(attempt, webhook)),
                        Todo::Crash(down_for) => {
                            self.crash(down_for);
                            return false;
                        }
                    }
                }
                else => {
                    // What is under way comes to its end; then nothing is stuck.
                    sleep(Duration::from_secs(100)).await;
                    if is_quiet {
                        assert_eq!(webhook.shutdown(Duration::ZERO).await.left(), 0);
                        return true;
                    }
                    is_quiet = true;
                    self.is_disabled = false;
                    self.now = from + began.elapsed();
                    for event in 0..self.story.events.len() {
                        self.plan_to_send(self.now, event, None);
                    }
                }
            }
        }
    }

    fn send(
        &mut self,
        attempt: Attempt,
        webhook: &Webhook,
    ) -> impl Future<Output = (Attempt, Option<Entry>)> + use<> {
        let Attempt { event, number, .. } = attempt;
        note(&self.history, event, Entry::Sent(number));
        self.under_way.insert(number, attempt);
        let networks = &self.story.events[event].networks;
        let network = attempt.failures.and_then(|it| networks.get(it));
        let network = *network.unwrap_or(&Network::Fine);
        let body = (self.story.schedule.body)(event, number);
        let dispatcher = Dispatcher::new(webhook.clone());
        async move {
            let sent = Instant::now();
            let patience = match network {
                Network::Reset(after) => after,
                Network::Fine | Network::AnswerLost => PATIENCE,
            };
            let reply = timeout(patience, dispatcher.send_raw(body)).await.ok();
            if matches!(network, Network::AnswerLost) {
                sleep_until(sent + PATIENCE).await;
                return (attempt, None);
            }
            let answer = reply.map(|it| {
                let outcome = it.outcome().map(Outcome::code);
                let code = outcome.or_else(|| Some(it.error()?.kind().code()));
                Entry::Answered(number, it.status(), code.unwrap(), sent.elapsed())
            });
            (attempt, answer)
        }
    }

    fn hear(&mut self, attempt: Attempt, answer: Option<Entry>) {
        let Attempt { event, number, .. } = attempt;
        self.under_way.remove(&number);
        let entry = answer.unwrap_or(Entry::Unanswered(number));
        note(&self.history, event, entry);
        if !matches!(entry, Entry::Answered(_, 200..=299, ..)) {
            self.failed(attempt);
        }
    }

    fn failed(&mut self, attempt: Attempt) {
        let Some(failures) = attempt.failures else {
            return;
        };
        if let Some(wait) = self.story.schedule.waits.get(failures) {
            let at = self.now + Duration::from_secs(*wait);
            self.plan_to_send(at, attempt.event, Some(failures + 1));
            return;
        }
        note(&self.history, attempt.event, Entry::Dropped(attempt.number));
        if self.story.schedule.disables {
            self.is_disabled = true;
            self.agenda.retain(|_, it| matches!(it, Todo::Crash(_)));
        }
    }

    fn crash(&mut self, down_for: Duration) {
        for event in 0..self.story.events.len() {
            note(&self.history, event, Entry::Crashed);
        }
        let mut cut: Vec<_> = take(&mut self.under_way).into_values().collect();
        cut.sort_unstable_by_key(|it| it.number);
        for attempt in cut {
            self.hear(attempt, None);
        }
        let up_at = self.now + down_for;
        while let Some(next) = self.agenda.first_entry()
            && next.key().0 < up_at
        {
            self.now = next.key().0;
            if let Todo::Send(attempt) = next.remove() {
                note(&self.history, attempt.event, Entry::Sent(attempt.number));
                self.hear(attempt, None);
            }
        }
        self.now = up_at;
    }
}

/// What one process knows of an event.
#[derive(Clone, Copy, Default)]
struct Known {
    is_running: bool,
    is_done: bool,
    begun: usize,
}

/// What holds of the history of every event, and what else of one that Smartcar sends until it is acknowledged or given up.
fn check(entries: &[Entry], is_sent_to_the_end: bool) -> Result<(), String> {
    let mut known = Known::default();
    let mut sent = HashMap::new();
    let mut unanswered = HashSet::new();
    let (mut is_handled, mut is_acknowledged, mut is_dropped) = (false, false, false);
    for entry in entries {
        let holds = match *entry {
            Entry::Sent(number) => sent.insert(number, known).is_none(),
            Entry::Began => {
                let holds = !known.is_running && !known.is_done;
                known.is_running = true;
                known.begun += 1;
                holds
            }
            Entry::Ended(ending) => {
                let holds = known.is_running;
                known.is_running = false;
                known.is_done = ending == Ending::Succeeds;
                is_handled |= known.is_done;
                holds
            }
            Entry::Answered(number, status, code, after) => {
                is_acknowledged |= status == 200;
                answer_holds(sent[&number], known, status, code, after)
            }
            Entry::Unanswered(number) => unanswered.insert(number),
            Entry::Crashed => {
                known.is_running = false;
                known.is_done = false;
                true
            }
            // Had it been done when the last attempt came, that would have been acknowledged.
            Entry::Dropped(number) => {
                is_dropped = true;
                unanswered.contains(&number) || !sent[&number].is_done
            }
        };
        if !holds {
            return Err(format!("{entry:?} must not be"));
        }
    }
    if is_acknowledged && !is_handled {
        return Err("acknowledged, but not handled".into());
    }
    if is_sent_to_the_end && !is_dropped && !is_handled {
        return Err("neither handled nor given up".into());
    }
    Ok(())
}

/// Whether an answer is right, by what was known of the event when the attempt came and is known when it is answered.
fn answer_holds(then: Known, now: Known, status: u16, code: &str, after: Duration) -> bool {
    let is_new = now.begun > then.begun;
    let at_once = after.is_zero();
    let (expected, holds) = match code {
        "fell_back" => (200, is_new && now.is_done),
        "duplicate" => (200, now.is_done && at_once),
        "handler_failed" | "handler_panicked" => (500, is_new),
        "deadline_exceeded" => (503, is_new && after.as_secs() == DEADLINE.as_secs()),
        "in_flight" => (503, (then.is_running || is_new) && at_once),
        _ => (0, false),
    };
    let is_known = !then.is_done || code == "duplicate";
    status == expected && holds && is_known && after < PATIENCE
}

/// Plays the story; what holds of every story holds of this one.
fn played(story: &Story) -> Vec<Vec<Entry>> {
    let history = Smartcar::new(story).play();
    // A webhook that is disabled is sent nothing any more.
    let is_disabled = story.schedule.disables && history.iter().any(|it| is_dropped(it));
    for entries in &history {
        if let Err(err) = check(entries, !is_disabled) {
            panic!("{err}: {entries:#?}");
        }
    }
    history
}

fn is_dropped(entries: &[Entry]) -> bool {
    entries.iter().any(|it| matches!(it, Entry::Dropped(_)))
}

fn times_handled(entries: &[Entry]) -> usize {
    let handled = |it: &&Entry| matches!(it, Entry::Ended(Ending::Succeeds));
    entries.iter().filter(handled).count()
}

/// A story of one event.
fn story_of(schedule: Schedule, runs: Vec<Run>) -> Story {
    let event = Event {
        at: Duration::ZERO,
        runs,
        networks: Vec::new(),
        copies: Vec::new(),
    };
    Story {
        schedule,
        events: vec![event],
        crashes: Vec::new(),
    }
}

#[test]
fn after_every_number_of_failures_the_next_success_is_the_last_run() {
    for schedule in SCHEDULES {
        let attempts = schedule.waits.len() + 1;
        for failures in 0..attempts {
            for ending in [Ending::Fails, Ending::Panics] {
                // Beyond the deadline, and done before the next attempt.
                for (seconds, needs) in [(0, 1), (9, 1), (12, 2), (19, 2)] {
                    let fails = Run { ending, ..AT_ONCE };
                    let mut runs = vec![fails; failures];
                    runs.push(Run {
                        takes: Duration::from_secs(seconds),
                        ..AT_ONCE
                    });
                    let story = story_of(schedule, runs);
                    let entries = &played(&story)[0];
                    assert_eq!(times_handled(entries), 1, "{story:?}");
                    assert_eq!(runs_begun(entries), failures + 1, "{story:?}");
                    let is_late = failures + needs > attempts;
                    assert_eq!(is_dropped(entries), is_late, "{story:?}");
                }
            }
        }
    }
}

#[test]
fn at_every_moment_the_process_may_die() {
    let fails = Run {
        ending: Ending::Fails,
        ..AT_ONCE
    };
    let slow = Run {
        takes: Duration::from_secs(12),
        ..AT_ONCE
    };
    for schedule in SCHEDULES {
        for (runs, down_for) in [(vec![slow], 30), (vec![fails, slow], 0)] {
            for half_seconds in 0..200 {
                let mut story = story_of(schedule, runs.clone());
                let at = Duration::from_millis(half_seconds * 500);
                story.crashes = vec![(at, Duration::from_secs(down_for))];
                let entries = &played(&story)[0];
                assert!(!is_dropped(entries), "{story:?}");
                assert!((1..=2).contains(&times_handled(entries)), "{story:?}");
            }
        }
    }
}

fn millis(to: u64) -> impl Strategy<Value = Duration> {
    (0..to).prop_map(Duration::from_millis)
}

fn runs() -> impl Strategy<Value = Run> {
    let takes = prop_oneof![Just(Duration::ZERO), millis(10_000), millis(40_000)];
    let ending = vec![Ending::Succeeds, Ending::Fails, Ending::Panics];
    (takes, select(ending)).prop_map(|(takes, ending)| Run { takes, ending })
}

fn networks() -> impl Strategy<Value = Network> {
    prop_oneof![
        4 => Just(Network::Fine),
        1 => millis(15_000).prop_map(Network::Reset),
        1 => Just(Network::AnswerLost),
    ]
}

prop_compose! {
    fn events()(
        at in millis(200_000),
        runs in vec(runs(), 0..6),
        networks in vec(networks(), 0..5),
        copies in vec(prop_oneof![Just(Duration::ZERO), millis(30_000), millis(400_000)], 0..4),
    ) -> Event {
        // A copy comes with the first attempt or later.
        let copies = copies.into_iter().map(|it| at + it).collect();
        Event { at, runs, networks, copies }
    }
}

prop_compose! {
    fn stories()(
        schedule in select(&SCHEDULES[..]),
        events in vec(events(), 1..5),
        crashes in prop_oneof![
            Just(Vec::new()),
            vec((millis(400_000), millis(60_000)), 1..3),
        ],
    ) -> Story {
        Story { schedule, events, crashes }
    }
}

#[test]
fn whatever_happens_nothing_is_lost_and_nothing_is_done_twice() {
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 3000,
        rng_seed: RngSeed::Fixed(0),
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let seen = RefCell::new(BTreeSet::new());
    let result = runner.run(&stories(), |story| {
        let history = played(&story);
        for entries in &history {
            let most = story.crashes.len() + 1;
            prop_assert!(times_handled(entries) <= most);
            for entry in entries {
                seen.borrow_mut().insert(match entry {
                    Entry::Answered(_, _, code, _) => code,
                    Entry::Dropped(_) => "dropped",
                    _ => continue,
                });
            }
        }
        Ok(())
    });
    if let Err(err) = result {
        panic!("{err}");
    }
    let all = [
        "deadline_exceeded",
        "dropped",
        "duplicate",
        "fell_back",
        "handler_failed",
        "handler_panicked",
        "in_flight",
    ];
    assert!(seen.into_inner().into_iter().eq(all));
}
