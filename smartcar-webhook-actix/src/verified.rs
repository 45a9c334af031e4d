//! The receiver as an extractor.

use std::fmt;
use std::pin::Pin;

use actix_web::http::StatusCode;
use actix_web::web::{self, Data};
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError, dev};
use bytes::Bytes;
use smartcar_webhook_core::payload::{Payload, Raw};
use smartcar_webhook_core::{Delivery, Verifier};

use crate::bridge;
use crate::collect::collect;

/// A verified delivery, for those who keep their own handler function.
///
/// It takes a [`Verifier`] out of the app's data: `app_data(Data::new(verifier))`.
/// A challenge is answered, and so is what cannot be received, by the table of answers of [`core`](smartcar_webhook_core#answers); the function is called for the rest.
/// A `Verified<E>` takes deliveries of its type alone and acknowledges all others: take a `Verified` without a type to see every one.
///
/// What the function answers is what Smartcar sees: 200 when it is done with the delivery, 5xx to have it sent again.
/// None of the layers of a webhook is around it: the function ends with its request, and is called for every copy.
/// No other argument of it, and no middleware, may take or change the body.
///
/// ```
/// use actix_web::web::{self, Data, ServiceConfig};
/// use actix_web::HttpResponse;
/// use smartcar_webhook_actix::Verified;
/// use smartcar_webhook_actix::core::Verifier;
/// use smartcar_webhook_actix::core::payload::v4::VehicleState;
///
/// async fn on_state(database: Data<&'static str>, state: Verified<VehicleState>) -> HttpResponse {
///     println!("{} goes into {}", state.vehicle.id, **database);
///     HttpResponse::Ok().finish()
/// }
///
/// fn configure(config: &mut ServiceConfig, verifier: Verifier) {
///     config
///         .app_data(Data::new("the database"))
///         .app_data(Data::new(verifier))
///         .service(web::resource("/webhooks/smartcar").to(on_state));
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

/// The answer to a request of which there is nothing to hand over.
///
/// It is 500 if the app has no `Data<Verifier>`.
pub struct Rejection {
    response: http::Response<Bytes>,
    is_misconfigured: bool,
}

impl<E: Payload> FromRequest for Verified<E> {
    type Error = Rejection;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Rejection>>>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let request = request.clone();
        let payload = web::Payload::from_request(&request, payload);
        Box::pin(async move {
            let verifier = request.app_data::<Data<Verifier>>();
            let verifier = verifier.ok_or_else(Rejection::misconfigured)?;
            let payload = payload.await.map_err(|_| Rejection::misconfigured())?;
            let request = collect(verifier, &request, payload).await;
            let request = request.map_err(|err| Rejection::new(verifier.refuse(err)))?;
            verifier
                .receive(request)
                .await
                .map(Self)
                .map_err(Rejection::new)
        })
    }
}

impl Rejection {
    fn new(response: http::Response<Bytes>) -> Self {
        Self {
            response,
            is_misconfigured: false,
        }
    }

    fn misconfigured() -> Self {
        let mut response = http::Response::new(Bytes::new());
        *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
        Self {
            response,
            is_misconfigured: true,
        }
    }
}

impl ResponseError for Rejection {
    fn status_code(&self) -> StatusCode {
        let status = StatusCode::from_u16(self.response.status().as_u16());
        status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        bridge::response(self.response.clone())
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_misconfigured {
            return f.write_str("no `Data<Verifier>` in the app");
        }
        write!(f, "answered {}", self.response.status())
    }
}

/// Without the body, which may be the answer to a challenge: actix-web logs it.
impl fmt::Debug for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rejection({self})")
    }
}
