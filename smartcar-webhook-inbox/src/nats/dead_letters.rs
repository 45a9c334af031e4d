//! What nobody could handle.

use std::time::{Duration, SystemTime};

use async_nats::jetstream::message::{PublishMessage, StreamMessage};
use smartcar_webhook_core::inbox::{DeadLetter, DeadLetters};
use smartcar_webhook_core::{BoxError, async_trait};

use super::{NatsInbox, origin};

pub(super) const ERROR: &str = "Smartcar-Error";
pub(super) const ATTEMPTS: &str = "Smartcar-Attempts";

#[async_trait]
impl DeadLetters for NatsInbox {
    async fn list(&self, after: Option<u64>, limit: usize) -> Result<Vec<DeadLetter>, BoxError> {
        let mut listed = Vec::new();
        let mut sequence = after.map_or(0, |it| it.saturating_add(1));
        while listed.len() < limit
            && let Some(message) = self.call(self.inner.dead.next(sequence)).await?
        {
            sequence = message.sequence + 1;
            listed.push(dead_letter(&message));
        }
        Ok(listed)
    }

    async fn get(&self, id: u64) -> Result<Option<DeadLetter>, BoxError> {
        Ok(self.buried(id).await?.as_ref().map(dead_letter))
    }

    async fn replay(&self, id: u64) -> Result<bool, BoxError> {
        let Some(message) = self.buried(id).await? else {
            return Ok(false);
        };
        self.replay_message(message).await?;
        Ok(true)
    }

    async fn replay_all(&self) -> Result<u64, BoxError> {
        let (mut sequence, last) = self.call(self.inner.dead.bounds()).await?;
        let mut replayed = 0;
        while sequence <= last
            && let Some(message) = self.call(self.inner.dead.next(sequence)).await?
            && message.sequence <= last
        {
            sequence = message.sequence + 1;
            self.replay_message(message).await?;
            replayed += 1;
        }
        Ok(replayed)
    }

    async fn delete(&self, id: u64) -> Result<bool, BoxError> {
        self.call(self.inner.dead.delete(id)).await
    }

    async fn prune(&self, older_than: Duration) -> Result<u64, BoxError> {
        let Some(until) = SystemTime::now().checked_sub(older_than) else {
            return Ok(0);
        };
        let (_, last) = self.call(self.inner.dead.bounds()).await?;
        self.inner.dead.delete_until(until, last).await
    }
}

impl NatsInbox {
    async fn buried(&self, id: u64) -> Result<Option<StreamMessage>, BoxError> {
        let message = self.call(self.inner.dead.next(id)).await?;
        Ok(message.filter(|it| it.sequence == id))
    }

    async fn replay_message(&self, message: StreamMessage) -> Result<(), BoxError> {
        let id = message.sequence;
        // Its own subject, not that of the event, which is taken; refused only if an earlier call got as far.
        let subject = format!("replayed.{}", origin(id, SystemTime::from(message.time)));
        let again = PublishMessage::build().payload(message.payload);
        self.call(self.inner.deliveries.keep(&subject, again))
            .await?;
        self.call(self.inner.dead.delete(id)).await?;
        Ok(())
    }
}

fn dead_letter(message: &StreamMessage) -> DeadLetter {
    let header = |name| message.headers.get(name).map_or("", |it| it.as_str());
    DeadLetter::new(
        message.sequence,
        message.payload.clone(),
        header(ERROR),
        header(ATTEMPTS).parse().unwrap_or_default(),
        SystemTime::from(message.time),
    )
}

/// A header is one line, and should be no longer than one.
pub(super) fn one_line(error: &str) -> String {
    let plain = |it: char| if it.is_control() { ' ' } else { it };
    error.chars().map(plain).take(500).collect()
}
