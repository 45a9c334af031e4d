//! Responses of an endpoint.

use super::endpoint_type::Endpoint;
use crate::payload::v2::{EndpointResponse, UnitSystem, VehicleData};
use crate::payload::{ApiError, RawJson, Timestamp, Unread};
use crate::unit::Unit;

/// What the endpoint with the body `E` answered, or why it has no body, and when it was read.
#[derive(Clone, Debug)]
pub struct Response<'a, E> {
    response: &'a EndpointResponse,
    body: Result<E, Unread>,
}

impl<'a, E: Endpoint> Response<'a, E> {
    /// The body.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub fn body(&self) -> Result<&E, Unread> {
        self.body.as_ref().map_err(Unread::clone)
    }

    /// The same, to keep.
    ///
    /// # Errors
    ///
    /// Those of [`body`](Self::body).
    pub fn into_body(self) -> Result<E, Unread> {
        self.body
    }

    /// The error the endpoint answered with.
    pub fn error(&self) -> Option<ApiError> {
        self.response.error()
    }

    /// The system of the units in the body; metric where that is not sent.
    pub fn unit_system(&self) -> UnitSystem {
        self.response.headers.unit_system()
    }

    /// When the vehicle recorded it.
    pub fn data_age(&self) -> Option<Timestamp> {
        self.response.headers.data_age()
    }

    /// When Smartcar read it from the manufacturer.
    pub fn fetched_at(&self) -> Option<Timestamp> {
        self.response.headers.fetched_at()
    }

    /// The body of a success, as sent.
    pub fn sent_body(&self) -> Option<&'a RawJson> {
        self.response.body()
    }

    /// The response as it is in the delivery.
    pub fn response(&self) -> &'a EndpointResponse {
        self.response
    }
}

impl EndpointResponse {
    /// Reads this response as an `E`, whatever its path.
    pub fn read<E: Endpoint>(&self) -> Response<'_, E> {
        let body = match self.body() {
            Some(body) => E::read(body).map_err(Unread::Misfit),
            None if self.is_success() => Err(Unread::Empty),
            None => {
                let error = self.error().unwrap_or_default();
                let (error_type, code) = (error.error_type, error.code);
                Err(Unread::Failed { error_type, code })
            }
        };
        Response {
            response: self,
            body,
        }
    }
}

impl VehicleData {
    /// The response of an endpoint; `None` if it was not asked.
    pub fn endpoint<E: Endpoint>(&self) -> Option<Response<'_, E>> {
        self.endpoint_by_path(E::PATH).map(EndpointResponse::read)
    }
}

/// `None` for a system that is not known.
impl UnitSystem {
    /// The unit of distances: km or miles.
    pub fn distance(&self) -> Option<Unit> {
        self.choose(Unit::KILOMETERS, Unit::MILES)
    }

    /// The unit of volumes: litres or US gallons.
    pub fn volume(&self) -> Option<Unit> {
        self.choose(Unit::LITERS, Unit::GALLONS)
    }

    /// The unit of pressures: kPa or psi.
    pub fn pressure(&self) -> Option<Unit> {
        self.choose(Unit::KILOPASCALS, Unit::PSI)
    }

    fn choose(&self, metric: Unit, imperial: Unit) -> Option<Unit> {
        let is_imperial = self.known()? == Self::IMPERIAL;
        Some(if is_imperial { imperial } else { metric })
    }
}
