//! What a fleet app does about deliveries: the same handlers under every framework.

mod database;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use smartcar_webhook_core::payload::v4::{ReportedError, VehicleError, VehicleState};
use smartcar_webhook_core::signal::TractionBatteryStateOfCharge;
use smartcar_webhook_core::{BoxError, Delivery, EventRouter, Handler, async_trait};

pub use self::database::{Database, DatabaseError, Memory, Vehicle};

/// The handlers of everything that the app wants of Smartcar.
pub fn router(database: Arc<dyn Database>) -> EventRouter {
    let fleet = Fleet { database };
    EventRouter::new()
        .on::<VehicleState, _>(fleet.clone())
        .on::<VehicleError, _>(fleet)
        .fallback(on_other)
}

#[derive(Clone)]
struct Fleet {
    database: Arc<dyn Database>,
}

// A database that fails is passed on by `?`: Smartcar is answered 500 and sends the event again.
#[async_trait]
impl Handler<VehicleState> for Fleet {
    async fn handle(&self, state: Delivery<VehicleState>) -> Result<(), BoxError> {
        if let Some(charge) = state.current::<TractionBatteryStateOfCharge>() {
            let id = &state.vehicle.id;
            self.database.set_charge(id, charge.value).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Handler<VehicleError> for Fleet {
    async fn handle(&self, error: Delivery<VehicleError>) -> Result<(), BoxError> {
        if error.errors.iter().any(ReportedError::is_disconnection) {
            self.database.set_disconnected(&error.vehicle.id).await?;
        }
        Ok(())
    }
}

/// Acknowledged, for it would come again as it is, and logged, for somebody to have a look.
async fn on_other(other: Delivery) -> Result<(), BoxError> {
    let event_type = other.envelope().event_type.as_ref();
    tracing::warn!(?event_type, problem = ?other.problem(), "not handled");
    Ok(())
}
