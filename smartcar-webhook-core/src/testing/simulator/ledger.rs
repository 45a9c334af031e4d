//! What was sent, what was answered, and what was lost.

mod record;
mod totals;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::answer::Answer;
use super::event::{Attempt, Event};

pub use self::record::{EventRecord, Fate, WebhookRecord, WebhookStatus};
pub use self::totals::Totals;

/// What Smartcar's side knows at any moment of a simulation: what was sent, what was answered, what was lost, and which webhooks were disabled.
///
/// Clones are of the same ledger, so that one can look while the simulation runs.
/// It keeps the key of every event that was acknowledged, about 70 bytes each, and the others whole.
#[derive(Clone, Default)]
pub struct Ledger {
    books: Arc<Mutex<Books>>,
}

#[derive(Default)]
struct Books {
    totals: Totals,
    answers: BTreeMap<Answer, u64>,
    /// Those that are not acknowledged yet, in the order of their events.
    waiting: BTreeMap<u64, EventRecord>,
    lost: Vec<EventRecord>,
    acknowledged: HashSet<String>,
    webhooks: Vec<WebhookRecord>,
}

impl Ledger {
    /// The numbers so far.
    pub fn totals(&self) -> Totals {
        let books = self.books();
        let waiting = u64::try_from(books.waiting.len()).unwrap_or(u64::MAX);
        Totals {
            waiting,
            ..books.totals
        }
    }

    /// How often each answer came, those to challenges and to copies too.
    pub fn answers(&self) -> BTreeMap<Answer, u64> {
        self.books().answers.clone()
    }

    /// The webhooks, in the order they were given.
    pub fn webhooks(&self) -> Vec<WebhookRecord> {
        self.books().webhooks.clone()
    }

    /// The events that Smartcar would send again: neither acknowledged nor given up so far.
    pub fn waiting(&self) -> Vec<EventRecord> {
        self.books().waiting.values().cloned().collect()
    }

    /// The events that Smartcar gave up, in that order.
    pub fn lost(&self) -> Vec<EventRecord> {
        self.books().lost.clone()
    }

    /// The [keys](crate::Delivery::idempotency_key) of all events that were acknowledged.
    pub fn acknowledged(&self) -> HashSet<String> {
        self.books().acknowledged.clone()
    }

    /// Whether every event was acknowledged.
    ///
    /// Not so if one was given up or still waits to be sent again, if one came while its webhook was disabled, or if a webhook could not be verified.
    pub fn is_complete(&self) -> bool {
        let totals = self.totals();
        let all_verified = !self
            .webhooks()
            .iter()
            .any(|it| it.status == WebhookStatus::Unverified);
        all_verified
            && [
                totals.dropped,
                totals.discarded,
                totals.unsent,
                totals.waiting,
            ] == [0; 4]
    }

    /// Asserts that there were events, and that every one was acknowledged.
    ///
    /// # Panics
    ///
    /// If [it is not so](Self::is_complete), with what was lost.
    #[track_caller]
    pub fn assert_nothing_lost(&self) {
        assert!(self.totals().events > 0, "no event came\n{self}");
        assert!(
            self.is_complete(),
            "events were lost\n{self}{}",
            self.excerpt()
        );
    }

    /// Asserts that the receiver handled every event it acknowledged, given the [keys](crate::Delivery::idempotency_key) of those it handled.
    ///
    /// # Panics
    ///
    /// If an acknowledged event was not handled, or one was handled that Smartcar never sent.
    #[track_caller]
    pub fn assert_handled<K: AsRef<str>>(&self, handled: impl IntoIterator<Item = K>) {
        let handled: HashSet<_> = handled
            .into_iter()
            .map(|it| it.as_ref().to_owned())
            .collect();
        let books = self.books();
        let missing: Vec<_> = books.acknowledged.difference(&handled).take(10).collect();
        assert!(
            missing.is_empty(),
            "acknowledged and not handled: {missing:?}"
        );
        let open = books.waiting.values().chain(&books.lost);
        let open: HashSet<_> = open.map(|it| &it.key).collect();
        let is_known = |it: &&String| books.acknowledged.contains(*it) || open.contains(it);
        let unknown: Vec<_> = handled.iter().filter(|it| !is_known(it)).take(10).collect();
        assert!(unknown.is_empty(), "handled and never sent: {unknown:?}");
    }

    /// Asserts that the receiver handled every event it acknowledged, and none twice.
    ///
    /// # Panics
    ///
    /// As [`assert_handled`](Self::assert_handled), and if a key comes twice.
    #[track_caller]
    pub fn assert_handled_once<K: AsRef<str>>(&self, handled: impl IntoIterator<Item = K>) {
        let mut times = HashMap::<_, u32>::new();
        for key in handled {
            *times.entry(key.as_ref().to_owned()).or_default() += 1;
        }
        let twice: Vec<_> = times
            .iter()
            .filter(|(_, times)| **times > 1)
            .take(10)
            .collect();
        assert!(twice.is_empty(), "handled more than once: {twice:?}");
        self.assert_handled(times.keys());
    }

    fn excerpt(&self) -> String {
        let lost = self.lost().into_iter().chain(self.waiting());
        let lines = lost.take(10).map(|it| format!("\n  {it}"));
        lines.collect()
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the simulation writes down.
impl Ledger {
    pub(super) fn open(&self, webhooks: Vec<WebhookRecord>) {
        *self.books() = Books {
            webhooks,
            ..Books::default()
        };
    }

    pub(super) fn status(&self, webhook: usize) -> WebhookStatus {
        self.books().webhooks[webhook].status
    }

    /// Disables a webhook; whether it was active.
    pub(super) fn disable(&self, webhook: usize) -> bool {
        let mut books = self.books();
        let record = &mut books.webhooks[webhook];
        let was_active = record.status == WebhookStatus::Active;
        if was_active {
            record.status = WebhookStatus::Disabled;
            record.disabled += 1;
        }
        was_active
    }

    pub(super) fn enable(&self, webhook: usize) {
        self.books().webhooks[webhook].status = WebhookStatus::Active;
    }

    pub(super) fn unsent(&self) {
        self.books().totals.unsent += 1;
    }

    pub(super) fn challenged(&self, answer: Answer, is_right: bool) {
        let mut books = self.books();
        books.totals.challenges += 1;
        books.totals.challenges_failed += u64::from(!is_right);
        *books.answers.entry(answer).or_default() += 1;
    }

    pub(super) fn began(&self, event: &Event, at: Duration) {
        let mut books = self.books();
        books.totals.events += 1;
        let webhook = books.webhooks[event.webhook].name.clone();
        let record = EventRecord::new(event, webhook, at);
        books.waiting.insert(event.number, record);
    }

    /// How often a webhook was disabled.
    pub(super) fn times_disabled(&self, webhook: usize) -> u64 {
        self.books().webhooks[webhook].disabled
    }

    /// An attempt of an event is under way.
    pub(super) fn attempting(&self, event: &Event) {
        let mut books = self.books();
        if let Some(record) = books.waiting.get_mut(&event.number) {
            record.fate = Fate::Waiting { next_attempt: None };
        }
    }

    /// An attempt of an event, or a copy, is over.
    pub(super) fn attempted(&self, event: &Event, attempt: &Attempt) {
        let mut books = self.books();
        books.totals.attempts += 1;
        *books.answers.entry(attempt.answer).or_default() += 1;
        books.totals.copies += u64::from(attempt.number == 0);
        let Some(record) = books.waiting.get_mut(&event.number) else {
            return;
        };
        // A copy that is acknowledged is as good as an attempt.
        let came_before = record.attempts > 0;
        if attempt.answer.acknowledges() {
            books.totals.acknowledged += 1;
            books.totals.redelivered += u64::from(came_before);
            if let Some(record) = books.waiting.remove(&event.number) {
                books.acknowledged.insert(record.key);
            }
        } else if attempt.number > 0 {
            record.attempts = attempt.number;
            record.last_answer = Some(attempt.answer);
            record.fate = Fate::Waiting {
                next_attempt: attempt
                    .again_after
                    .map(|it| it.saturating_add(attempt.sent + attempt.took)),
            };
        }
    }

    /// Whether an event is neither acknowledged nor given up.
    pub(super) fn is_waiting(&self, event: &Event) -> bool {
        self.books().waiting.contains_key(&event.number)
    }

    /// Whether an event was given up.
    pub(super) fn is_lost(&self, event: &Event) -> bool {
        let books = self.books();
        !books.waiting.contains_key(&event.number) && !books.acknowledged.contains(&event.key)
    }

    /// Smartcar gives an event up.
    pub(super) fn gave_up(&self, event: &Event, fate: Fate) {
        let mut books = self.books();
        if let Some(mut record) = books.waiting.remove(&event.number) {
            match fate {
                Fate::Discarded => books.totals.discarded += 1,
                _ => books.totals.dropped += 1,
            }
            record.fate = fate;
            books.lost.push(record);
        }
    }
}

/// The totals as a table of text.
impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.totals())?;
        let answers = self.answers();
        let answers = answers
            .iter()
            .map(|(answer, times)| format!("{answer} ({times})"));
        writeln!(
            f,
            "  {:<34}{}",
            "answers",
            answers.collect::<Vec<_>>().join(", ")
        )?;
        for webhook in self.webhooks() {
            writeln!(
                f,
                "  {:<34}{}",
                format!("webhook {:?}", webhook.name),
                webhook
            )?;
        }
        Ok(())
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger")
            .field("totals", &self.totals())
            .field("webhooks", &self.webhooks())
            .finish_non_exhaustive()
    }
}
