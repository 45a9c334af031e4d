//! The way in.

use async_nats::jetstream::message::PublishMessage;
use smartcar_webhook_core::inbox::{InboxStore, Stored, StoredDelivery};
use smartcar_webhook_core::{BoxError, async_trait};

use super::NatsInbox;

#[async_trait]
impl InboxStore for NatsInbox {
    async fn store(&self, delivery: &StoredDelivery) -> Result<Stored, BoxError> {
        let subject = format!("stored.{}", delivery.key());
        let message = PublishMessage::build().payload(delivery.encode().into());
        let is_new = self.call(self.inner.deliveries.keep(&subject, message));
        Ok(if is_new.await? {
            Stored::New
        } else {
            Stored::Duplicate
        })
    }
}
