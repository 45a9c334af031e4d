//! A handler that is told what is fresh.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::store::{MemoryWatermarks, WatermarkStore};
use super::watermark::{Watermark, Watermarks};
use crate::error::{BoxError, Error, ErrorKind};
use crate::handler::Handler;
use crate::payload::Delivery;
use crate::payload::v4::VehicleState;
use crate::signal::SignalType;

/// How a reading stands to those of the same signal of the same vehicle that were handled before.
///
/// Readings are ordered by when the vehicle or its manufacturer recorded them, then by when Smartcar read them, then by the sequence number of the delivery, then by when it was made: by the first of these that both have and that differs.
/// What is unknown, which is also sent as 0, never makes a reading an old one.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Freshness {
    /// It is the first, or not older than the last, and says something else.
    Fresh,
    /// It is not older than the last, and says the same, byte for byte.
    Unchanged,
    /// It is older than one that was handled.
    Stale,
}

/// A handler of [`VehicleState`] around another, which it tells the [`Freshness`] of each reading: see [`Delivery::freshness`].
///
/// What was handled counts as such when the inner handler has succeeded: where it fails, the next attempt finds the same readings fresh.
/// Two deliveries of one vehicle at once may both be found fresh; [`Lanes`](crate::layer::Lanes) keep them apart.
///
/// Times are taken as they are sent: after a reading from the future, all later ones of its signal are stale until that time has come.
/// Vehicles are told apart by their ids alone, so give each tenant a tracker of its own where tenants do not trust each other.
#[derive(Clone)]
pub struct FreshnessTracker<H> {
    handler: H,
    store: Arc<dyn WatermarkStore>,
}

impl<H: Handler<VehicleState>> FreshnessTracker<H> {
    /// Puts a tracker around a handler; what was handled is kept [in memory](MemoryWatermarks).
    pub fn new(handler: H) -> Self {
        Self {
            handler,
            store: Arc::new(MemoryWatermarks::default()),
        }
    }

    /// Keeps what was handled in this store.
    ///
    /// While it cannot be reached, no delivery is handled: each is answered 500, and so sent again.
    #[must_use]
    pub fn with_store(mut self, store: impl WatermarkStore) -> Self {
        self.store = Arc::new(store);
        self
    }
}

#[diagnostic::do_not_recommend]
#[async_trait]
impl<H: Handler<VehicleState>> Handler<VehicleState> for FreshnessTracker<H> {
    async fn handle(&self, mut delivery: Delivery<VehicleState>) -> Result<(), BoxError> {
        let unavailable = |err| Error::with_source(ErrorKind::StoreUnavailable, err);
        let vehicle_id = delivery.vehicle.id.clone();
        let before = self.store.load(&vehicle_id).await.map_err(unavailable)?;
        let mut after = Watermarks::default();
        for signal in &delivery.signals {
            if let Some(watermark) = Watermark::of(signal, &delivery.envelope().meta) {
                after.add(&signal.code(), watermark);
            }
        }
        let readings = Readings(Arc::new((before, after.clone())));
        delivery.extensions_mut().insert(readings);
        self.handler.handle(delivery).await?;
        // Those that are stale raise nothing.
        let raised = self.store.raise(&vehicle_id, after).await;
        raised.map_err(|err| unavailable(err).into())
    }
}

/// The watermarks before a delivery, and those of its readings.
#[derive(Clone)]
struct Readings(Arc<(Watermarks, Watermarks)>);

impl<E> Delivery<E> {
    /// Whether the reading of a signal is fresh.
    ///
    /// `None` outside of a [`FreshnessTracker`], and of a signal that was not sent or could not be read.
    pub fn freshness<S: SignalType>(&self) -> Option<Freshness> {
        self.freshness_by_code(S::CODE)
    }

    /// The same of the signal with this code.
    pub fn freshness_by_code(&self, code: &str) -> Option<Freshness> {
        let Readings(readings) = self.extensions().get()?;
        let own = readings.1.get(code)?;
        Some(match readings.0.get(code) {
            Some(last) if own.is_before(last) => Freshness::Stale,
            Some(last) if own.says_the_same_as(last) => Freshness::Unchanged,
            _ => Freshness::Fresh,
        })
    }
}

impl<H> fmt::Debug for FreshnessTracker<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FreshnessTracker")
    }
}
