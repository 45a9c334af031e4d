use smartcar_webhook_core::EventRouter;
use smartcar_webhook_core::payload::v4::VehicleState;

struct Desk;

fn main() {
    let _ = EventRouter::new().on::<VehicleState, _>(Desk);
}
