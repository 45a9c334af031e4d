use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::{BoxError, EventRouter};

async fn on_state(_: VehicleState) -> Result<(), BoxError> {
    Ok(())
}

fn main() {
    let _ = EventRouter::new().on::<VehicleState, _>(on_state);
}
