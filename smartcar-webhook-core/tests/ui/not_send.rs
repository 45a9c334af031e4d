use std::rc::Rc;

use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::{BoxError, Delivery, EventRouter};

fn main() {
    let shared = Rc::new(1);
    let _ = EventRouter::new().on(move |_: Delivery<VehicleState>| {
        let shared = Rc::clone(&shared);
        async move {
            println!("{shared}");
            Ok::<_, BoxError>(())
        }
    });
}
