//! Which deliveries a filter hands on.

use serde_json::Value;
use smartcar_webhook_core::layer::Filter;
use smartcar_webhook_core::payload::EventType;
use smartcar_webhook_core::testing::{
    Dispatcher, charging_started, dynamic, vehicle_error, vehicle_state,
};
use smartcar_webhook_core::{
    BoxError, Delivery, Error, ErrorKind, EventRouter, ManagementToken, Outcome, Webhook,
};
use tower::{Service, ServiceBuilder, service_fn};

use crate::TOKEN;

fn dispatcher<S>(service: S) -> Dispatcher
where
    S: Service<Delivery, Response = Outcome> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
{
    let webhook = Webhook::builder(ManagementToken::new(TOKEN).unwrap());
    Dispatcher::new(webhook.without_idempotency().build(service))
}

fn everything() -> EventRouter {
    EventRouter::new().fallback(async |_: Delivery| Ok::<_, BoxError>(()))
}

async fn check(filter: Filter, cases: impl IntoIterator<Item = (Value, bool)>) {
    let service = ServiceBuilder::new().layer(filter).service(everything());
    let dispatcher = dispatcher(service);
    for (event, is_wanted) in cases {
        let outcome = if is_wanted {
            Outcome::FellBack
        } else {
            Outcome::Filtered
        };
        let reply = dispatcher.send(&event).await;
        assert_eq!(
            (reply.status(), reply.outcome()),
            (200, Some(outcome)),
            "{event}"
        );
    }
}

#[tokio::test]
async fn live_leaves_out_invented_cars_and_nothing_else() {
    let state = |mode: &str| vehicle_state().with("/meta/mode", mode);
    let of_car = |mode: &str| vehicle_error("SERVER", "").with("/data/vehicle/mode", mode);
    check(
        Filter::live(),
        [
            (state("LIVE").to_value(), true),
            (state("TEST").to_value(), false),
            (state("test").to_value(), false),
            (state("SIMULATED").to_value(), false),
            (state("STAGING").to_value(), true),
            (vehicle_state().without("/meta/mode").to_value(), true),
            (vehicle_state().with("/meta/mode", 3).to_value(), true),
            (of_car("live").to_value(), true),
            (of_car("test").to_value(), false),
            (of_car("simulated").to_value(), false),
            (charging_started().to_value(), true),
            (charging_started().with("/mode", "test").to_value(), false),
            (dynamic().with("/mode", "simulated").to_value(), false),
            (serde_json::json!({}), true),
        ],
    )
    .await;
}

#[tokio::test]
async fn webhooks_are_told_by_their_id() {
    let state = |id: &str| vehicle_state().with("/meta/webhookId", id).to_value();
    let event = |id: &str| charging_started().with("/webhookId", id).to_value();
    check(
        Filter::webhooks(["w1", "w2"]),
        [
            (state("w1"), true),
            (state("w2"), true),
            (state("W1"), false),
            (event("w2"), true),
            (event("w3"), false),
            (vehicle_state().without("/meta").to_value(), true),
        ],
    )
    .await;
}

#[tokio::test]
async fn makes_are_told_whatever_their_case() {
    let state = |make: &str| vehicle_state().with("/data/vehicle/make", make).to_value();
    let unnamed = vehicle_state().without("/data/vehicle/make");
    check(
        Filter::makes(["Tesla".to_owned(), "VOLVO".to_owned()]),
        [
            (state("TESLA"), true),
            (state("Volvo"), true),
            (state("POLESTAR"), false),
            (unnamed.to_value(), true),
            (dynamic().to_value(), true),
        ],
    )
    .await;
}

/// Around single handlers, by a condition of one's own, one filter in another.
#[tokio::test]
async fn filters_go_wherever_layers_go() {
    let is_error =
        |delivery: &Delivery| delivery.envelope().event_type == Some(EventType::VEHICLE_ERROR);
    let router = everything()
        .layer(Filter::new(is_error))
        .layer(Filter::live());
    let dispatcher = dispatcher(router);
    let error = || vehicle_error("SERVER", "INTERNAL");
    for (event, outcome) in [
        (error().to_value(), Outcome::FellBack),
        (
            error().with("/meta/mode", "TEST").to_value(),
            Outcome::Filtered,
        ),
        (vehicle_state().to_value(), Outcome::Filtered),
    ] {
        assert_eq!(dispatcher.send(&event).await.outcome(), Some(outcome));
    }
}

#[tokio::test]
async fn what_is_filtered_out_may_go_to_another_service() {
    let tests = EventRouter::new().fallback(async |_: Delivery| Err("a test"));
    let filter = Filter::live().or_else(tests);
    let dispatcher = dispatcher(ServiceBuilder::new().layer(filter).service(everything()));
    let live = dispatcher.send(&vehicle_state()).await;
    assert_eq!(live.outcome(), Some(Outcome::FellBack));
    let test = vehicle_state().with("/meta/mode", "TEST");
    let test = dispatcher.send(&test).await;
    assert_eq!(test.error().unwrap().kind(), ErrorKind::HandlerFailed);
}

#[tokio::test]
async fn errors_keep_their_kind() {
    let overloaded = || {
        service_fn(async |_: Delivery| -> Result<Outcome, Error> {
            Err(Error::new(ErrorKind::Overloaded))
        })
    };
    let filter = Filter::live().or_else(overloaded());
    let dispatcher = dispatcher(ServiceBuilder::new().layer(filter).service(overloaded()));
    for mode in ["LIVE", "TEST"] {
        let event = vehicle_state().with("/meta/mode", mode);
        assert_eq!(dispatcher.send(&event).await.status(), 503, "{mode}");
    }
}
