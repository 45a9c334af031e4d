//! In a binary of its own, for the panic hook is everybody's.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::panic;
use std::sync::Mutex;

use smartcar_webhook_core::payload::ErrorType;
use smartcar_webhook_core::payload::v4::{VehicleError, VehicleState};
use smartcar_webhook_core::signal::{ChargeIsCharging, SignalReading};
use smartcar_webhook_core::{BoxError, Delivery, ErrorRouter, EventRouter, SignalRouter};

static BLAMED: Mutex<Option<(String, u32)>> = Mutex::new(None);

/// The message of a panic and the place it blames.
fn panic_of(work: impl FnOnce() + panic::UnwindSafe) -> (String, (String, u32)) {
    panic::set_hook(Box::new(|info| {
        let location = info.location().map(|it| (it.file().to_owned(), it.line()));
        *BLAMED.lock().unwrap() = location;
    }));
    let message = panic::catch_unwind(work).unwrap_err();
    let _ = panic::take_hook();
    let message = match message.downcast::<String>() {
        Ok(formatted) => *formatted,
        Err(literal) => (*literal.downcast::<&str>().unwrap()).to_owned(),
    };
    (message, BLAMED.lock().unwrap().take().unwrap())
}

#[test]
fn registering_twice_blames_the_callers_line() {
    let on_state = async |_: Delivery<VehicleState>| Ok::<_, BoxError>(());
    let fallback = async |_: Delivery| Ok::<_, BoxError>(());

    let line = line!() + 2;
    let (message, blamed) = panic_of(move || {
        let _ = EventRouter::new().on(on_state).on(on_state);
    });
    assert_eq!(message, "`VEHICLE_STATE` already has a handler");
    assert_eq!(blamed, (file!().to_owned(), line));

    let line = line!() + 2;
    let (message, blamed) = panic_of(move || {
        let _ = EventRouter::new().fallback(fallback).fallback(fallback);
    });
    assert_eq!(message, "there already is a fallback");
    assert_eq!(blamed, (file!().to_owned(), line));

    let on_charging = async |_: Delivery<SignalReading<ChargeIsCharging>>| Ok::<_, BoxError>(());
    let line = line!() + 2;
    let (message, blamed) = panic_of(move || {
        let _ = SignalRouter::new().on(on_charging).on(on_charging);
    });
    assert_eq!(message, "`charge-ischarging` already has a handler");
    assert_eq!(blamed, (file!().to_owned(), line));

    let on_error = async |_: Delivery<VehicleError>| Ok::<_, BoxError>(());
    let line = line!() + 3;
    let (message, blamed) = panic_of(move || {
        let router = ErrorRouter::new().on_resolved(ErrorType::SERVER, on_error);
        let _ = router.on_resolved(ErrorType::SERVER, on_error);
    });
    assert_eq!(message, "`SERVER, resolved` already has a handler");
    assert_eq!(blamed, (file!().to_owned(), line));
}
