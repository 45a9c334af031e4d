use smartcar_webhook_core::{BoxError, Delivery, EventRouter};

async fn on_anything(_: Delivery) -> Result<(), BoxError> {
    Ok(())
}

fn main() {
    let _ = EventRouter::new().on(on_anything);
}
