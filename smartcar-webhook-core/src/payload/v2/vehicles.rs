//! Scheduled and dynamic deliveries: endpoint responses of several vehicles.

use serde::de::MapAccess;

use crate::error::Error;
use crate::json::{Extra, Leftover, Place, RawJson, Text, Wire, object, read};
use crate::payload::Event;

/// A scheduled delivery: what the endpoints chosen for the webhook said, at each slot of its schedule.
///
/// One slot may come in several deliveries, and a vehicle may come late.
/// The shape is the one of [`Dynamic`]: no complete scheduled body is published.
/// See [Smartcar Docs/Scheduled webhooks](https://smartcar.com/docs/getting-started/tutorials/webhooks-scheduled).
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct Schedule {
    /// The vehicles, in the order sent.
    pub vehicles: Vec<VehicleData>,
    /// What `payload` held beside the vehicles.
    pub extra: Extra,
}

/// A dynamic delivery: location, charge and battery, sent more often while something is going on.
///
/// Smartcar has deprecated this kind of webhook; the ones there are go on.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct Dynamic {
    /// The vehicles, in the order sent.
    pub vehicles: Vec<VehicleData>,
    /// What `payload` held beside the vehicles.
    pub extra: Extra,
}

object! {
    struct Body {
        payload: Option<Payload> = "payload",
    }
}

object! {
    struct Payload keeps extra {
        vehicles: Option<Vec<VehicleData>> = "vehicles",
    }
}

object! {
    /// What the endpoints said of one vehicle.
    #[non_exhaustive]
    pub struct VehicleData keeps extra {
        /// Smartcar's id of the vehicle.
        pub vehicle_id: Text = "vehicleId",
        /// The id of the request that read it.
        pub request_id: Option<Text> = "requestId",
        /// One response for each endpoint.
        pub data: Vec<EndpointResponse> = "data",
    }
}

impl VehicleData {
    /// The response of the endpoint at this path, such as `/battery`; the leading slash does not count.
    pub fn endpoint(&self, path: &str) -> Option<&EndpointResponse> {
        let path = path.trim_start_matches('/');
        let mut responses = self.data.iter();
        responses.find(|it| it.path.trim_start_matches('/') == path)
    }
}

object! {
    /// What one endpoint said.
    #[non_exhaustive]
    pub struct EndpointResponse keeps extra {
        /// The path of the endpoint, with its leading slash: `/battery`.
        pub path: Text = "path",
        /// The HTTP status: 200, or that of an error.
        pub code: Option<u16> = "code",
        sent_body: Option<RawJson> = "body",
        /// The headers; often absent beside an error.
        pub headers: Headers = "headers",
    }
}

impl EndpointResponse {
    /// Whether the endpoint answered with a 2xx status, or with none.
    pub fn is_success(&self) -> bool {
        self.code.is_none_or(|it| (200..300).contains(&it))
    }

    /// The body of a success, such as `{"percentRemaining": 0.58, "range": 283.2}` of `/battery`.
    pub fn body(&self) -> Option<&RawJson> {
        self.sent_body.as_ref().filter(|_| self.is_success())
    }

    /// The error object of anything else.
    pub fn error_body(&self) -> Option<&RawJson> {
        self.sent_body.as_ref().filter(|_| !self.is_success())
    }
}

/// The headers of an [`EndpointResponse`], looked up whatever their case.
///
/// In use are `sc-data-age`, `sc-fetched-at` and `sc-unit-system`.
#[derive(Clone, Default)]
pub struct Headers {
    fields: Vec<(Text, Text)>,
}

impl Headers {
    /// The value of the header of this name; the first, if there are several.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        let found = fields.find(|(it, _)| it.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Every header, in the order sent.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.fields.iter();
        fields.map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl std::fmt::Debug for Headers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl Wire for Headers {
    fn take_object<'de, A, L>(
        &mut self,
        mut place: Place<'_, L>,
        mut map: A,
    ) -> Result<(), A::Error>
    where
        A: MapAccess<'de>,
        L: Leftover,
    {
        self.fields.clear();
        while let Some(name) = place.next_key(&mut map)? {
            let mut value = Text::default();
            let taken = map.next_value_seed(place.again().reader(&mut value))?;
            if taken {
                self.fields.push((name.into_text(place.source), value));
            }
        }
        Ok(())
    }
}

impl Payload {
    fn read(body: &RawJson) -> Result<(Vec<VehicleData>, Extra), Error> {
        let body: Body = read(body)?;
        let payload = body.payload.ok_or_else(|| Error::misfit("payload"))?;
        let Some(vehicles) = payload.vehicles else {
            return Err(Error::misfit("payload.vehicles"));
        };
        match vehicles.iter().position(|it| it.vehicle_id.is_empty()) {
            Some(at) => Err(Error::misfit(format!("payload.vehicles[{at}].vehicleId"))),
            None => Ok((vehicles, payload.extra)),
        }
    }
}

impl Event for Schedule {
    const TYPE: &'static str = "schedule";

    fn read(body: &RawJson) -> Result<Self, Error> {
        let (vehicles, extra) = Payload::read(body)?;
        Ok(Self { vehicles, extra })
    }
}

impl Event for Dynamic {
    const TYPE: &'static str = "dynamic";

    fn read(body: &RawJson) -> Result<Self, Error> {
        let (vehicles, extra) = Payload::read(body)?;
        Ok(Self { vehicles, extra })
    }
}
