use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::signal::ChargeIsCharging;
use smartcar_webhook_core::{BoxError, Delivery, SignalRouter};

async fn on_state(_: Delivery<VehicleState>) -> Result<(), BoxError> {
    Ok(())
}

fn main() {
    let _ = SignalRouter::new().on::<ChargeIsCharging, _>(on_state);
}
