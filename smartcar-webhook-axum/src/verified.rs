//! The receiver as an extractor.

use axum::body::Body;
use axum::extract::{FromRef, FromRequest, Request};
use axum::response::Response;
use smartcar_webhook_core::payload::{Payload, Raw};
use smartcar_webhook_core::{Delivery, Verifier};

/// A verified delivery, for those who keep their own handler function.
///
/// It takes a [`Verifier`] out of the app's state.
/// A challenge is answered, and so is what cannot be received, by the table of answers of [`core`](smartcar_webhook_core#answers); the function is called for the rest.
/// A `Verified<E>` takes deliveries of its type alone and acknowledges all others: take a `Verified` without a type to see every one.
///
/// What the function answers is what Smartcar sees: 200 when it is done with the delivery, 5xx to have it sent again.
/// None of the layers of a webhook is around it: the function ends with its request, and is called for every copy.
/// It is the last of the function's arguments, since it takes the body. No layer may change that before.
///
/// ```
/// use axum::extract::{FromRef, State};
/// use axum::http::StatusCode;
/// use axum::{Router, routing::post};
/// use smartcar_webhook_axum::Verified;
/// use smartcar_webhook_axum::core::Verifier;
/// use smartcar_webhook_axum::core::payload::v4::VehicleState;
///
/// #[derive(Clone, FromRef)]
/// struct App {
///     verifier: Verifier,
///     database: &'static str,
/// }
///
/// async fn on_state(State(database): State<&'static str>, state: Verified<VehicleState>) -> StatusCode {
///     println!("{} goes into {database}", state.vehicle.id);
///     StatusCode::OK
/// }
///
/// fn app(state: App) -> Router {
///     Router::new().route("/webhooks/smartcar", post(on_state)).with_state(state)
/// }
/// ```
#[expect(clippy::exhaustive_structs, reason = "made to be taken apart")]
#[derive(Clone, Debug)]
pub struct Verified<E = Raw>(pub Delivery<E>);

impl<E> std::ops::Deref for Verified<E> {
    type Target = Delivery<E>;

    fn deref(&self) -> &Delivery<E> {
        &self.0
    }
}

impl<S, E> FromRequest<S> for Verified<E>
where
    S: Send + Sync,
    E: Payload,
    Verifier: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let verifier = Verifier::from_ref(state);
        let delivery = match verifier.collect(request).await {
            Ok(request) => verifier.receive(request).await,
            Err(refusal) => Err(refusal),
        };
        delivery.map(Self).map_err(|answer| answer.map(Body::from))
    }
}
