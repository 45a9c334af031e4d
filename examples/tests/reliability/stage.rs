//! A handler that is watched, and that waits in its middle until it may go on.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use smartcar_webhook_core::{BoxError, Delivery, EventRouter};
use tokio::sync::watch;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Runs {
    pub(crate) begun: usize,
    pub(crate) finished: usize,
}

impl Runs {
    pub(crate) const ONCE: Self = Self {
        begun: 1,
        finished: 1,
    };
}

/// What handlers did.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) events: BTreeMap<String, Runs>,
    /// How many were at work, and at most.
    at_once: usize,
    pub(crate) most_at_once: usize,
}

#[derive(Default)]
pub(crate) struct Stage {
    may_go_on: watch::Sender<bool>,
    begun: watch::Sender<usize>,
    seen: Mutex<Seen>,
}

impl Stage {
    /// One with a handler that waits in its middle.
    pub(crate) fn closed() -> Arc<Self> {
        Arc::default()
    }

    /// One with a handler that does not wait.
    pub(crate) fn opened() -> Arc<Self> {
        let stage = Self::closed();
        stage.open();
        stage
    }

    /// Lets the handler go on, also for what comes later.
    pub(crate) fn open(&self) {
        self.may_go_on.send_replace(true);
    }

    pub(crate) fn router(self: &Arc<Self>) -> EventRouter {
        let stage = Arc::clone(self);
        EventRouter::new().fallback(move |delivery: Delivery| Arc::clone(&stage).handle(delivery))
    }

    /// Panics at the first run of an event that is called so.
    async fn handle(self: Arc<Self>, delivery: Delivery) -> Result<(), BoxError> {
        let event = delivery.envelope().event_id.as_deref().unwrap().to_owned();
        let run = self.see(|seen| {
            seen.at_once += 1;
            seen.most_at_once = seen.most_at_once.max(seen.at_once);
            let runs = seen.events.entry(event.clone()).or_default();
            runs.begun += 1;
            runs.begun
        });
        self.begun.send_modify(|it| *it += 1);
        let _at_work = AtWork(&self);
        assert!(run > 1 || event != "panic", "the first run panics");
        self.may_go_on.subscribe().wait_for(|it| *it).await?;
        self.see(|seen| seen.events.entry(event).or_default().finished += 1);
        Ok(())
    }

    /// Waits until so many runs have begun.
    pub(crate) async fn begun(&self, runs: usize) {
        self.begun
            .subscribe()
            .wait_for(|it| *it >= runs)
            .await
            .unwrap();
    }

    pub(crate) fn seen(&self) -> Seen {
        self.see(|seen| seen.clone())
    }

    pub(crate) fn runs(&self, event: &str) -> Runs {
        self.see(|seen| seen.events.get(event).cloned().unwrap_or_default())
    }

    fn see<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.seen.lock().unwrap())
    }
}

struct AtWork<'a>(&'a Stage);

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.0.see(|seen| seen.at_once -= 1);
    }
}
