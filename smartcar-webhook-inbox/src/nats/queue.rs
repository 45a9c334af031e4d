//! The way out.

use std::time::{Duration, Instant, SystemTime};

use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::{AckKind, Message};
use futures_util::StreamExt;
use smartcar_webhook_core::inbox::{Leased, Queue};
use smartcar_webhook_core::{BoxError, async_trait};
use tokio::time::timeout;

use super::dead_letters::{ATTEMPTS, ERROR, one_line};
use super::receipt::{NatsReceipt, YEAR, later};
use super::{NatsInbox, origin};

#[async_trait]
impl Queue for NatsInbox {
    type Receipt = NatsReceipt;

    async fn claim(
        &self,
        max: usize,
        lease: Duration,
        wait: Duration,
    ) -> Result<Vec<Leased<NatsReceipt>>, BoxError> {
        if max == 0 {
            return Ok(Vec::new());
        }
        self.call(self.inner.workers.set_lease(lease)).await?;
        self.forget_now_and_then();
        let until = later(Instant::now(), wait);
        loop {
            // When the server began to count is not known; it was after this.
            let asked_at = Instant::now();
            let left = until.saturating_duration_since(asked_at);
            let messages = self.pull(max, left.min(lease / 4)).await?;
            if messages.is_empty() && Instant::now() < until {
                continue;
            }
            let ends_at = later(asked_at, lease);
            let leased = messages.into_iter().map(|it| leased(it, ends_at));
            return leased.collect();
        }
    }

    async fn renew(&self, receipt: &NatsReceipt, lease: Duration) -> Result<bool, BoxError> {
        let ends_at = later(Instant::now(), lease);
        self.tell(receipt, AckKind::Progress, Some(ends_at)).await
    }

    async fn complete(&self, receipt: &NatsReceipt) -> Result<bool, BoxError> {
        self.tell(receipt, AckKind::Ack, None).await
    }

    async fn retry(
        &self,
        receipt: &NatsReceipt,
        delay: Duration,
        _: &str,
    ) -> Result<bool, BoxError> {
        let delay = (!delay.is_zero()).then_some(delay.min(YEAR));
        self.tell(receipt, AckKind::Nak(delay), None).await
    }

    async fn bury(&self, leased: &Leased<NatsReceipt>, error: &str) -> Result<bool, BoxError> {
        if !leased.receipt.is_held() {
            return Ok(false);
        }
        let message = PublishMessage::build()
            .payload(leased.row.clone())
            .header(ERROR, one_line(error))
            .header(ATTEMPTS, leased.attempt.to_string());
        // Refused only if it is there, of an earlier call whose end was not heard of.
        self.call(self.inner.dead.keep(&leased.receipt.origin, message))
            .await?;
        self.tell(&leased.receipt, AckKind::Term, None).await
    }
}

impl NatsInbox {
    /// Up to so many of those there are, or, if there are none, of those that come within `wait`.
    async fn pull(&self, max: usize, wait: Duration) -> Result<Vec<Message>, BoxError> {
        self.is_connected()?;
        let fetch = self.inner.workers.consumer().fetch().max_messages(max);
        let fetch = if wait.is_zero() {
            fetch
        } else {
            fetch.expires(wait)
        };
        let mut messages = Vec::new();
        let pulled = timeout(wait + Self::PATIENCE, async {
            let mut batch = fetch.messages().await?;
            while let Some(message) = batch.next().await {
                messages.push(message?);
            }
            Ok::<_, BoxError>(())
        });
        let pulled = pulled.await.map_err(BoxError::from).and_then(|it| it);
        // Those that came are leased, whatever became of the rest.
        if messages.is_empty() {
            pulled?;
        }
        Ok(messages)
    }

    /// Tells the server, waits until it has heard, and notes when the lease ends from now on.
    async fn tell(
        &self,
        receipt: &NatsReceipt,
        what: AckKind,
        ends_at: Option<Instant>,
    ) -> Result<bool, BoxError> {
        if !receipt.is_held() {
            return Ok(false);
        }
        // As a request, for an error if nobody hears it; the client's own double ack takes that for an answer.
        let request = self
            .inner
            .client
            .request(receipt.reply.clone(), what.into());
        self.call(async { Ok(request.await?) }).await?;
        receipt.set_end(ends_at);
        Ok(true)
    }
}

fn leased(message: Message, ends_at: Instant) -> Result<Leased<NatsReceipt>, BoxError> {
    let info = message.info()?;
    let attempt = u32::try_from(info.delivered).unwrap_or(u32::MAX);
    let origin = origin(info.stream_sequence, SystemTime::from(info.published));
    let message = message.message;
    let reply = message.reply.ok_or("message cannot be answered")?;
    let receipt = NatsReceipt::new(reply, origin, ends_at);
    Ok(Leased::new(receipt, attempt, message.payload))
}
