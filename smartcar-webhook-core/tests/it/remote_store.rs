//! A store that can be out of reach.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use smartcar_webhook_core::layer::idempotency::{Claim, Claimed, IdempotencyStore, MemoryStore};
use smartcar_webhook_core::{BoxError, Outcome, async_trait};

/// What goes wrong with a call of a store.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fault {
    /// It has no effect, and an error is returned.
    Fails,
    /// It has no effect, and nothing is ever returned.
    Hangs,
    /// It has its effect, and an error is returned.
    FailsLate,
    /// It has its effect, and nothing is ever returned.
    HangsLate,
}

/// A store somewhere else: every call takes a moment, and each of the next ones named here goes wrong.
#[derive(Clone, Default)]
pub(crate) struct Remote {
    pub(crate) store: MemoryStore,
    pub(crate) faults: Arc<Mutex<Vec<(&'static str, Fault)>>>,
    /// Fingerprints of what the store remembers as done.
    pub(crate) remembered: Arc<Mutex<Vec<u64>>>,
}

impl Remote {
    pub(crate) fn with(faults: &[(&'static str, Fault)]) -> Self {
        let remote = Self::default();
        remote.faults.lock().unwrap().extend(faults);
        remote
    }

    async fn call<T>(
        &self,
        name: &str,
        effect: impl Future<Output = Result<T, BoxError>>,
    ) -> Result<T, BoxError> {
        tokio::task::yield_now().await;
        let fault = {
            let mut faults = self.faults.lock().unwrap();
            let at = faults.iter().position(|it| it.0 == name);
            at.map(|at| faults.remove(at).1)
        };
        match fault {
            None => return effect.await,
            Some(Fault::Fails | Fault::Hangs) => {}
            Some(Fault::FailsLate | Fault::HangsLate) => drop(effect.await),
        }
        if matches!(fault, Some(Fault::Hangs | Fault::HangsLate)) {
            std::future::pending::<()>().await;
        }
        Err("connection reset".into())
    }
}

#[async_trait]
impl IdempotencyStore for Remote {
    async fn claim(&self, claim: &Claim, lease: Duration) -> Result<Claimed, BoxError> {
        self.call("claim", self.store.claim(claim, lease)).await
    }

    async fn renew(&self, claim: &Claim, lease: Duration) -> Result<bool, BoxError> {
        self.call("renew", self.store.renew(claim, lease)).await
    }

    async fn complete(
        &self,
        claim: &Claim,
        outcome: Outcome,
        time_to_live: Duration,
    ) -> Result<bool, BoxError> {
        let effect = async {
            let is_done = self.store.complete(claim, outcome, time_to_live).await?;
            if is_done {
                self.remembered.lock().unwrap().push(claim.fingerprint());
            }
            Ok(is_done)
        };
        self.call("complete", effect).await
    }

    async fn release(&self, claim: &Claim) -> Result<(), BoxError> {
        self.call("release", self.store.release(claim)).await
    }
}
