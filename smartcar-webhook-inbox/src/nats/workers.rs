//! What the workers of an inbox share on the server.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_nats::jetstream::consumer::pull::Config;
use async_nats::jetstream::consumer::{AckPolicy, Consumer, DeliverPolicy};
use smartcar_webhook_core::BoxError;

use super::log::Log;
use crate::Worker;

/// The consumer that knows which deliveries are leased, which rest, and which are done.
pub(super) struct Workers {
    consumer: Consumer<Config>,
    log: Log,
    lease: Mutex<Duration>,
}

const NAME: &str = "workers";

impl Workers {
    /// Makes the consumer, unless it is there; one that is there must be as it would be made, but for the length of its leases.
    pub(super) async fn open(log: &Log) -> Result<Self, BoxError> {
        let wanted = config(Worker::<(), ()>::DEFAULT_LEASE);
        let consumer: Consumer<Config> = log.stream().get_or_create_consumer(NAME, wanted).await?;
        let found = &consumer.cached_info().config;
        let settings = [
            ("deliver_policy", found.deliver_policy == DeliverPolicy::All),
            ("ack_policy", found.ack_policy == AckPolicy::Explicit),
            ("max_deliver", found.max_deliver <= 0),
            ("max_ack_pending", found.max_ack_pending < 0),
            ("filter_subject", found.filter_subject.is_empty()),
            ("backoff", found.backoff.is_empty()),
            ("headers_only", !found.headers_only),
            ("mem_storage", !found.memory_storage),
        ];
        if let Some((setting, _)) = settings.into_iter().find(|(_, is_right)| !is_right) {
            let error = format!("consumer `{NAME}` is there, but with another `{setting}`");
            return Err(error.into());
        }
        let lease = Mutex::new(found.ack_wait);
        Ok(Self {
            consumer,
            log: log.clone(),
            lease,
        })
    }

    pub(super) fn consumer(&self) -> &Consumer<Config> {
        &self.consumer
    }

    /// Has all leases be so long.
    pub(super) async fn set_lease(&self, lease: Duration) -> Result<(), BoxError> {
        if lease == *self.lease() {
            return Ok(());
        }
        self.log.stream().create_consumer(config(lease)).await?;
        *self.lease() = lease;
        Ok(())
    }

    /// The number of the message up to which all are done.
    pub(super) async fn done(&self) -> Result<u64, BoxError> {
        Ok(self.consumer.get_info().await?.ack_floor.stream_sequence)
    }

    fn lease(&self) -> std::sync::MutexGuard<'_, Duration> {
        self.lease.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Without a limit of attempts, for the worker counts those; nor of deliveries that are leased or rest, for a thousand that fail must not keep all others from being handed out.
fn config(lease: Duration) -> Config {
    Config {
        durable_name: Some(NAME.to_owned()),
        deliver_policy: DeliverPolicy::All,
        ack_policy: AckPolicy::Explicit,
        ack_wait: lease,
        max_deliver: -1,
        max_ack_pending: -1,
        ..Config::default()
    }
}
