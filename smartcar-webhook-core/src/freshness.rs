//! Which readings are newer than those handled before.
//!
//! Deliveries come in no order, and several at once, so that an old reading may come after a newer one.
//! A [`FreshnessTracker`] around a handler of [`VehicleState`](crate::payload::v4::VehicleState) knows how far each signal of each vehicle was handled, and says of each reading whether it is [fresh](Freshness).
//!
//! ```
//! use smartcar_webhook_core::freshness::{Freshness, FreshnessTracker};
//! use smartcar_webhook_core::payload::v4::VehicleState;
//! use smartcar_webhook_core::signal::{SignalReading, TractionBatteryStateOfCharge};
//! use smartcar_webhook_core::{BoxError, Delivery, EventRouter, SignalRouter};
//!
//! async fn on_state(state: Delivery<VehicleState>) -> Result<(), BoxError> {
//!     if state.freshness::<TractionBatteryStateOfCharge>() == Some(Freshness::Stale) {
//!         println!("an old reading");
//!     }
//!     Ok(())
//! }
//!
//! let router = EventRouter::new().on(FreshnessTracker::new(on_state));
//!
//! // Handlers of signals are spared what is not fresh.
//! let signals = SignalRouter::new()
//!     .on(async |charge: Delivery<SignalReading<TractionBatteryStateOfCharge>>| {
//!         println!("{} %", charge.value);
//!         Ok::<_, BoxError>(())
//!     })
//!     .fresh_only();
//! let router = EventRouter::new().on(FreshnessTracker::new(signals));
//! ```

mod store;
mod tracker;
mod watermark;

pub use self::store::{MemoryWatermarks, WatermarkStore};
pub use self::tracker::{Freshness, FreshnessTracker};
pub use self::watermark::{Watermark, Watermarks};
