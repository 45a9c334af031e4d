use smartcar_webhook_core::{BoxError, EventRouter};

fn main() {
    let _ = EventRouter::new().on(|_| async { Ok::<_, BoxError>(()) });
}
