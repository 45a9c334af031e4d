use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::{Delivery, EventRouter};

async fn on_state(_: Delivery<VehicleState>) -> usize {
    1
}

fn main() {
    let _ = EventRouter::new().on(on_state);
}
