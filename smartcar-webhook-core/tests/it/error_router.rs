//! Which handlers of errors are called, with which errors.

use std::error::Error as _;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use smartcar_webhook_core::payload::v4::VehicleError;
use smartcar_webhook_core::payload::{ErrorCode, ErrorType};
use smartcar_webhook_core::testing::{Dispatcher, VehicleErrorBuilder, vehicle_error};
use smartcar_webhook_core::{
    BoxError, Delivery, ErrorRouter, EventRouter, Handler, ManagementToken, Outcome, Webhook,
};

use crate::TOKEN;

/// Who was called, with the codes of which errors.
type Calls = Arc<Mutex<Vec<(&'static str, String)>>>;

fn noting(calls: &Calls, who: &'static str) -> impl Handler<VehicleError> + use<> {
    let calls = Arc::clone(calls);
    move |event: Delivery<VehicleError>| {
        let errors = event.errors.iter();
        let codes: Vec<_> = errors
            .map(|it| it.code.as_ref().map_or("-", ErrorCode::as_str))
            .collect();
        calls.lock().unwrap().push((who, codes.join(",")));
        std::future::ready(Ok::<_, BoxError>(()))
    }
}

fn router(calls: &Calls) -> ErrorRouter {
    let asleep = || (ErrorType::VEHICLE_STATE, ErrorCode::ASLEEP);
    let note = |who| noting(calls, who);
    ErrorRouter::new()
        .on(ErrorType::VEHICLE_STATE, note("state"))
        .on_code(asleep().0, asleep().1, note("asleep"))
        .on(ErrorType::CONNECTED_SERVICES_ACCOUNT, note("account"))
        .on(ErrorType::PERMISSION, note("permission"))
        .on_resolved(ErrorType::VEHICLE_STATE, note("awake or so"))
        .on_resolved_code(asleep().0, asleep().1, note("awake"))
        .on_disconnection(note("disconnection"))
}

fn dispatcher(router: ErrorRouter) -> Dispatcher {
    let token = ManagementToken::new(TOKEN).unwrap();
    let webhook = Webhook::builder(token).without_idempotency();
    Dispatcher::new(webhook.build(EventRouter::new().on(router)))
}

/// An event with the errors of these.
fn all_of(events: &[VehicleErrorBuilder]) -> VehicleErrorBuilder {
    let errors = events
        .iter()
        .map(|it| it.to_value()["data"]["errors"][0].clone());
    vehicle_error("", "").with("/data/errors", errors.collect::<Vec<Value>>())
}

#[tokio::test]
async fn each_error_goes_to_the_handler_that_is_most_about_it() {
    let calls = Calls::default();
    let dispatcher = dispatcher(router(&calls).fallback(noting(&calls, "fallback")));
    let error = vehicle_error;
    let account = |code| vehicle_error("CONNECTED_SERVICES_ACCOUNT", code);
    let asleep = || vehicle_error("VEHICLE_STATE", "ASLEEP");
    let of_signal = json!(["Charge.IsCharging"]);
    let cases = [
        (asleep(), "asleep"),
        (error("vehicle_state", "asleep"), "asleep"),
        (error("VEHICLE_STATE", "UNREACHABLE"), "state"),
        (error("VEHICLE_STATE", ""), "state"),
        (asleep().resolved(), "awake"),
        (
            error("VEHICLE_STATE", "UNREACHABLE").resolved(),
            "awake or so",
        ),
        // A state that is not known is none that is over.
        (asleep().with("/data/errors/0/state", "ONGOING"), "asleep"),
        (asleep().without("/data/errors/0/state"), "asleep"),
        (account("AUTHENTICATION_FAILED"), "disconnection"),
        (account("AUTHENTICATION_FAILED").resolved(), "fallback"),
        (account("SUBSCRIPTION"), "account"),
        (error("CONNECT_SERVICES_ACCOUNT", "SUBSCRIPTION"), "account"),
        (error("PERMISSION", ""), "disconnection"),
        (
            error("PERMISSION", "").with("/data/errors/0/signals", of_signal),
            "permission",
        ),
        (error("SERVER", "INTERNAL"), "fallback"),
        (error("MARTIANS", "LANDED"), "fallback"),
    ];
    for (event, who) in cases {
        let reply = dispatcher.send(&event).await;
        assert_eq!(reply.outcome(), Some(Outcome::Handled));
        let called = std::mem::take(&mut *calls.lock().unwrap());
        assert_eq!(called.len(), 1);
        assert_eq!(called[0].0, who, "{}", event.to_value()["data"]["errors"]);
    }
}

/// In the order of registration, each with its own.
#[tokio::test]
async fn several_errors_are_shared_out() {
    let calls = Calls::default();
    let event = all_of(&[
        vehicle_error("MARTIANS", "LANDED"),
        vehicle_error("VEHICLE_STATE", "ASLEEP"),
        vehicle_error("VEHICLE_STATE", "IN_MOTION"),
        vehicle_error("VEHICLE_STATE", "ASLEEP").resolved(),
        vehicle_error("VEHICLE_STATE", "HOOD_OPEN"),
    ]);
    dispatcher(router(&calls)).send(&event).await;
    let mut expected = vec![
        ("state", "IN_MOTION,HOOD_OPEN".to_owned()),
        ("asleep", "ASLEEP".to_owned()),
        ("awake", "ASLEEP".to_owned()),
    ];
    assert_eq!(std::mem::take(&mut *calls.lock().unwrap()), expected);

    let with_fallback = router(&calls).fallback(noting(&calls, "fallback"));
    dispatcher(with_fallback).send(&event).await;
    expected.push(("fallback", "LANDED".to_owned()));
    assert_eq!(std::mem::take(&mut *calls.lock().unwrap()), expected);

    let with_fallback = router(&calls).fallback(noting(&calls, "fallback"));
    let reply = dispatcher(with_fallback).send(&all_of(&[])).await;
    assert_eq!(reply.outcome(), Some(Outcome::Handled));
    assert!(calls.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_retry_calls_only_those_that_failed() {
    let calls = Calls::default();
    let is_down = Arc::new(Mutex::new(true));
    let flaky = {
        let is_down = Arc::clone(&is_down);
        move |event: Delivery<VehicleError>| {
            assert_eq!((&*event.vehicle.id, event.errors.len()), ("v1", 1));
            let is_down = *is_down.lock().unwrap();
            std::future::ready(if is_down { Err("no database") } else { Ok(()) })
        }
    };
    let dispatcher = dispatcher(
        router(&calls)
            .on(ErrorType::SERVER, flaky.clone())
            .on_resolved_code(ErrorType::SERVER, ErrorCode::INTERNAL, flaky),
    );
    let event = |attempt: &str| {
        let event = all_of(&[
            vehicle_error("VEHICLE_STATE", "ASLEEP"),
            vehicle_error("SERVER", "INTERNAL"),
            vehicle_error("SERVER", "INTERNAL").resolved(),
        ]);
        event.vehicle("v1").with("/meta/deliveryId", attempt)
    };
    for attempt in ["1", "2"] {
        let reply = dispatcher.send(&event(attempt)).await;
        assert_eq!(reply.status(), 500);
        let failures = reply.error().unwrap().source().unwrap();
        assert_eq!(
            failures.to_string(),
            "SERVER: no database; SERVER/INTERNAL, resolved: no database"
        );
    }
    *is_down.lock().unwrap() = false;
    assert_eq!(dispatcher.send(&event("3")).await.status(), 200);
    assert_eq!(calls.lock().unwrap().len(), 1);
}

#[test]
fn debug_lists_what_is_registered() {
    let calls = Calls::default();
    let note = || noting(&calls, "");
    let router = ErrorRouter::new()
        .on_disconnection(note())
        .on(ErrorType::SERVER, note())
        .on_resolved_code(ErrorType::SERVER, ErrorCode::INTERNAL, note())
        .fallback(note());
    assert_eq!(
        format!("{router:?}"),
        r#"ErrorRouter["disconnection", "SERVER", "SERVER/INTERNAL, resolved", fallback]"#
    );
}
