//! Where watermarks are kept.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use hashlink::LruCache;

use super::watermark::Watermarks;
use crate::error::BoxError;

/// Keeps the [`Watermarks`] of vehicles: implement it to keep them in a database that several processes share.
///
/// What is lost does no harm but that an old reading passes for a fresh one.
#[async_trait]
pub trait WatermarkStore: Send + Sync + 'static {
    /// The watermarks of a vehicle; none if nothing is known of it.
    ///
    /// # Errors
    ///
    /// Whatever keeps them from being read; the delivery is then not handled.
    async fn load(&self, vehicle_id: &str) -> Result<Watermarks, BoxError>;

    /// [Raises](Watermarks::raise) the watermarks of a vehicle to these, as one step: nobody else may write those of the vehicle between its read and its write.
    ///
    /// # Errors
    ///
    /// Whatever keeps them from being written; the delivery, which was handled, is then sent again.
    async fn raise(&self, vehicle_id: &str, to: Watermarks) -> Result<(), BoxError>;
}

/// Watermarks in memory: those of the vehicles heard of last, up to a number of signals in all.
///
/// A signal takes some 130 bytes, and a vehicle some 200 more.
///
/// A clone is the same memory, for several trackers to share.
#[derive(Clone)]
pub struct MemoryWatermarks {
    capacity: usize,
    kept: Arc<Mutex<Kept>>,
}

struct Kept {
    vehicles: LruCache<Box<str>, Watermarks>,
    signals: usize,
}

impl MemoryWatermarks {
    /// The number of signals kept unless told otherwise: 250,000, say 25 each of 10,000 vehicles, in some 35 MB.
    pub const DEFAULT_CAPACITY: usize = 250_000;

    /// Keeps so many signals.
    pub fn with_capacity(signals: usize) -> Self {
        let kept = Kept {
            vehicles: LruCache::new_unbounded(),
            signals: 0,
        };
        Self {
            capacity: signals,
            kept: Arc::new(Mutex::new(kept)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryWatermarks {
    fn default() -> Self {
        Self::with_capacity(Self::DEFAULT_CAPACITY)
    }
}

#[async_trait]
impl WatermarkStore for MemoryWatermarks {
    async fn load(&self, vehicle_id: &str) -> Result<Watermarks, BoxError> {
        let watermarks = self.lock().vehicles.get(vehicle_id).cloned();
        Ok(watermarks.unwrap_or_default())
    }

    async fn raise(&self, vehicle_id: &str, to: Watermarks) -> Result<(), BoxError> {
        // A vehicle without signals would not count, and so never be forgotten.
        if to.is_empty() {
            return Ok(());
        }
        let mut kept = self.lock();
        let mut watermarks = kept.vehicles.remove(vehicle_id).unwrap_or_default();
        kept.signals -= watermarks.len();
        watermarks.raise(to);
        kept.signals += watermarks.len();
        kept.vehicles.insert(vehicle_id.into(), watermarks);
        while kept.signals > self.capacity {
            let Some((_, oldest)) = kept.vehicles.remove_lru() else {
                break;
            };
            kept.signals -= oldest.len();
        }
        Ok(())
    }
}

impl fmt::Debug for MemoryWatermarks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryWatermarks")
            .field("capacity", &self.capacity)
            .field("vehicles", &self.lock().vehicles.len())
            .finish_non_exhaustive()
    }
}
