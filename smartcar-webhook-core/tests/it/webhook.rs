use std::io;

use http::{Method, Request};
use smartcar_webhook_core::payload::v4::VehicleState;
use smartcar_webhook_core::{
    BoxError, Delivery, Error, ErrorKind, EventRouter, Keyring, ManagementToken, Outcome,
    SC_SIGNATURE, Webhook,
};
use tower::{ServiceBuilder, ServiceExt, service_fn};

use crate::{TOKEN, fixtures};

fn token() -> ManagementToken {
    ManagementToken::new(TOKEN).unwrap()
}

fn state() -> Request<bytes::Bytes> {
    let (_, body, signature) = fixtures()
        .into_iter()
        .find(|it| it.0 == "v4-vehicle-state")
        .unwrap();
    let request = Request::post("/").header(SC_SIGNATURE, signature);
    request.body(body.into()).unwrap()
}

#[tokio::test]
async fn the_handler_sees_which_key_verified() {
    let keys = Keyring::new("new", ManagementToken::new("amt").unwrap()).with("old", token());
    let router = EventRouter::new().on(async |state: Delivery<VehicleState>| {
        assert_eq!(state.verified_by(), Some("old"));
        Ok::<_, BoxError>(())
    });
    let response = Webhook::new(keys, router).oneshot(state()).await.unwrap();
    assert_eq!(response.extensions().get(), Some(&Outcome::Handled));
}

#[tokio::test]
async fn any_service_of_deliveries_will_do() {
    let stored = service_fn(async |_: Delivery| Ok::<_, Error>(Outcome::Stored));
    let response = Webhook::new(token(), stored)
        .oneshot(state())
        .await
        .unwrap();
    assert_eq!(response.extensions().get(), Some(&Outcome::Stored));

    let full = service_fn(async |_: Delivery| Err::<Outcome, _>(Error::new(ErrorKind::Overloaded)));
    let response = Webhook::new(token(), full).oneshot(state()).await.unwrap();
    assert_eq!(response.status(), 503);

    let broken = service_fn(async |_: Delivery| Err::<Outcome, _>(io::Error::other("disk")));
    let response = Webhook::new(token(), broken)
        .oneshot(state())
        .await
        .unwrap();
    assert_eq!(response.status(), 500);
    let err = response.extensions().get::<Error>().unwrap();
    assert_eq!(std::error::Error::source(err).unwrap().to_string(), "disk");

    let layered = ServiceBuilder::new()
        .map_response(|_: Outcome| Outcome::Duplicate)
        .service(EventRouter::new());
    let response = Webhook::new(token(), layered)
        .oneshot(state())
        .await
        .unwrap();
    assert_eq!(response.extensions().get(), Some(&Outcome::Duplicate));
}

/// A service that is not always ready is waited for.
#[tokio::test]
async fn a_service_is_called_when_it_is_ready() {
    let limited = ServiceBuilder::new()
        .layer_fn(|router| Gate {
            router,
            waited: false,
        })
        .service(EventRouter::new());
    let response = Webhook::new(token(), limited)
        .oneshot(state())
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
}

/// Ready at the second poll; panics when called before.
#[derive(Clone)]
struct Gate {
    router: EventRouter,
    waited: bool,
}

impl tower::Service<Delivery> for Gate {
    type Response = Outcome;
    type Error = Error;
    type Future = <EventRouter as tower::Service<Delivery>>::Future;

    fn poll_ready(
        &mut self,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), Error>> {
        if self.waited {
            return std::task::Poll::Ready(Ok(()));
        }
        self.waited = true;
        cx.waker().wake_by_ref();
        std::task::Poll::Pending
    }

    fn call(&mut self, delivery: Delivery) -> Self::Future {
        assert!(self.waited);
        self.router.call(delivery)
    }
}

#[tokio::test]
async fn the_body_limit_is_one_mebibyte_and_can_be_set() {
    let webhook = Webhook::new(token(), EventRouter::new());
    assert_eq!(webhook.verifier().body_limit(), 1_048_576);
    let small = webhook.clone().with_body_limit(10);
    assert_eq!(small.oneshot(state()).await.unwrap().status(), 413);
    assert_eq!(webhook.oneshot(state()).await.unwrap().status(), 200);
}

#[test]
fn adapters_can_ask_before_they_read() {
    let webhook = Webhook::new(token(), EventRouter::new()).with_body_limit(10);
    let admit = |method, length| {
        webhook
            .verifier()
            .admit(&method, length)
            .map_err(|err| err.kind())
    };
    assert_eq!(admit(Method::POST, None), Ok(()));
    assert_eq!(admit(Method::POST, Some(10)), Ok(()));
    assert_eq!(admit(Method::POST, Some(11)), Err(ErrorKind::BodyTooLarge));
    assert_eq!(
        admit(Method::POST, Some(u64::MAX)),
        Err(ErrorKind::BodyTooLarge)
    );
    assert_eq!(admit(Method::GET, None), Err(ErrorKind::MethodNotAllowed));
    let response = webhook
        .verifier()
        .refuse(Error::new(ErrorKind::BodyTooLarge));
    assert_eq!(response.status(), 413);
}
