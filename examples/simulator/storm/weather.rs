//! What all parts of a storm share.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Uri};
use smartcar_webhook_core::ManagementToken;
use smartcar_webhook_core::testing::vehicle_state;
use uuid::Uuid;

use super::report::Report;
use super::wire::Wire;
use crate::client::{Client, Exchange};

/// What all parts of a storm share.
pub(super) struct Weather {
    pub(super) client: Client,
    pub(super) url: Uri,
    pub(super) token: ManagementToken,
    pub(super) end: Instant,
    pub(super) report: Arc<Report>,
    pub(super) wire: Wire,
}

impl Weather {
    pub(super) fn is_over(&self) -> bool {
        Instant::now() >= self.end
    }

    /// Waits, but not beyond the end.
    pub(super) async fn pause(&self, time: Duration) {
        let left = self.end.saturating_duration_since(Instant::now());
        tokio::time::sleep(time.min(left)).await;
    }

    /// Sends a request and counts its answer.
    pub(super) async fn send(&self, kind: &'static str, request: Request<Bytes>) -> Exchange {
        let exchange = self.client.send(request).await;
        self.report.count(kind, &exchange.in_short());
        exchange
    }

    /// An event nobody has seen before.
    pub(super) fn event() -> Bytes {
        let event = vehicle_state()
            .with("/eventId", Uuid::new_v4().to_string())
            .with("/meta/deliveryId", Uuid::new_v4().to_string());
        event.to_value().to_string().into()
    }
}
