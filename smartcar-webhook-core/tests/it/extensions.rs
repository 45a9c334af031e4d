//! What apps and layers hand to handlers along with a delivery.

use std::sync::{Arc, Mutex};

use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::testing::{Dispatcher, signed, vehicle_state};
use smartcar_webhook_core::{
    BoxError, Delivery, EventRouter, ManagementToken, Outcome, Verifier, Webhook,
};
use tower::ServiceBuilder;

use crate::{TOKEN, fixture};

#[derive(Clone, Debug, PartialEq)]
struct Tenant(&'static str);

#[derive(Clone, Debug, PartialEq)]
struct Attempt(u8);

/// From the request, and from a layer around the router.
#[tokio::test]
async fn extensions_reach_the_handler_and_the_fallback() {
    let token = ManagementToken::new(TOKEN).unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (by_handler, by_fallback) = (Arc::clone(&seen), Arc::clone(&seen));
    let router = EventRouter::new()
        .on(move |state: Delivery<VehicleState>| {
            let extensions = state.extensions();
            let noted = (extensions.get().cloned(), extensions.get().cloned());
            by_handler.lock().unwrap().push(noted);
            std::future::ready(Ok::<_, BoxError>(()))
        })
        .fallback(move |other: Delivery| {
            assert!(other.problem().is_some());
            let extensions = other.extensions();
            let noted = (extensions.get().cloned(), extensions.get().cloned());
            by_fallback.lock().unwrap().push(noted);
            std::future::ready(Ok::<_, BoxError>(()))
        });
    let service = ServiceBuilder::new()
        .map_request(|mut delivery: Delivery| {
            delivery.extensions_mut().insert(Attempt(2));
            delivery
        })
        .service(router);
    let dispatcher = Dispatcher::new(Webhook::new(token.clone(), service));
    let events = [
        (vehicle_state(), Outcome::Handled),
        (vehicle_state().without("/data"), Outcome::FellBack),
    ];
    for (event, outcome) in events {
        let mut request = signed(&token, &event);
        request.extensions_mut().insert(Tenant("acme"));
        let reply = dispatcher.request(request).await;
        assert_eq!(reply.outcome(), Some(outcome));
        let noted = seen.lock().unwrap().pop().unwrap();
        assert_eq!(noted, (Some(Tenant("acme")), Some(Attempt(2))));
    }
}

#[tokio::test]
async fn extensions_of_a_request_are_those_of_what_a_verifier_receives() {
    let token = ManagementToken::new(TOKEN).unwrap();
    let mut request = signed(&token, &vehicle_state());
    request.extensions_mut().insert(Tenant("acme"));
    let state = Verifier::new(token).receive::<VehicleState>(request).await;
    assert_eq!(state.unwrap().extensions().get(), Some(&Tenant("acme")));
}

/// Each clone has its own; whoever looks at it in another way sees the same.
#[test]
fn extensions_stay_with_the_delivery() {
    let mut delivery = fixture("v4-vehicle-state");
    assert!(delivery.extensions().is_empty());
    delivery.extensions_mut().insert(Tenant("acme"));
    let mut state = delivery.clone().read::<VehicleState>().unwrap();
    state.extensions_mut().insert(Attempt(1));
    for raw in [state.to_raw(), state.clone().into_parts().0] {
        assert_eq!(raw.extensions().get(), Some(&Tenant("acme")));
        assert_eq!(raw.extensions().get(), Some(&Attempt(1)));
    }
    assert_eq!(delivery.extensions().get::<Attempt>(), None);
}
