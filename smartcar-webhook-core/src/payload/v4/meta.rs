//! `meta` of a 4.0 delivery.

use crate::json::{Text, object};
use crate::payload::Mode;
use crate::time::Timestamp;

object! {
    /// What Smartcar says of the delivery itself.
    ///
    /// See [Smartcar Docs/Webhook events](https://smartcar.com/docs/api-reference/webhooks/events/overview).
    #[non_exhaustive]
    pub struct Meta keeps extra {
        /// `4.0`; `3.0` in early documentation; absent in deliveries of September 2025.
        pub version: Option<Text> = "version" expected,
        /// The id of this attempt; another one for every retry.
        pub delivery_id: Option<Text> = "deliveryId" expected,
        delivered_at: Option<Timestamp> = "deliveredAt" expected,
        delivery_timestamp: Option<Timestamp> = "deliveryTimestamp",
        /// A second time beside [`delivered_at`](Self::delivered_at), in deliveries of September 2025.
        pub delivery_time: Option<Timestamp> = "deliveryTime",
        /// The id of the webhook.
        pub webhook_id: Option<Text> = "webhookId" expected,
        /// The name of the webhook, as chosen in the dashboard.
        pub webhook_name: Option<Text> = "webhookName" expected,
        /// The id of the application.
        pub application_id: Option<Text> = "applicationId",
        /// Whether it is about a real car; absent on VERIFY.
        pub mode: Option<Mode> = "mode",
        /// The number of signals in the delivery.
        pub signal_count: Option<u64> = "signalCount",
        /// A number to order deliveries of equal times by; whether it always grows is not known.
        pub sequence: Option<i64> = "sequence",
    }
}

impl Meta {
    /// When this attempt was made.
    ///
    /// Deliveries have it as `deliveredAt`, one tutorial as `deliveryTimestamp`.
    pub fn delivered_at(&self) -> Option<&Timestamp> {
        self.delivered_at
            .as_ref()
            .or(self.delivery_timestamp.as_ref())
    }
}
