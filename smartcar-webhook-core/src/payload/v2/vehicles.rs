//! Scheduled and dynamic deliveries: endpoint responses of several vehicles.

use serde::{Serialize, Serializer};

use super::EndpointResponse;
use crate::error::Error;
use crate::json::{Extra, Odd, RawJson, Text, Wire, object, read};
use crate::payload::Event;
use crate::payload::envelope::{Head, PayloadHead, VehicleRef};
use crate::payload::rest::Rest;
use crate::payload::whole::Whole;

/// A scheduled delivery: what the endpoints chosen for the webhook said, at each slot of its schedule.
///
/// One slot may come in several deliveries, and a vehicle may come late.
/// The shape is the one of [`Dynamic`]: no complete scheduled body is published.
/// It is written as the body it was read from.
/// See [Smartcar Docs/Scheduled webhooks](https://smartcar.com/docs/getting-started/tutorials/webhooks-scheduled).
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct Schedule {
    /// The vehicles, in the order sent.
    pub vehicles: Vec<VehicleData>,
    /// What `payload` held beside the vehicles.
    pub extra: Extra,
    rest: Rest<Body>,
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
    rest: Rest<Body>,
}

pub(crate) type Body = super::body::Body<Payload>;

object! {
    pub(crate) struct Payload keeps extra {
        vehicles: Option<Vec<VehicleData>> = "vehicles" expected,
    }
}

object! {
    /// What the endpoints said of one vehicle.
    #[non_exhaustive]
    pub struct VehicleData keeps extra {
        /// Smartcar's id of the vehicle.
        pub vehicle_id: Text = "vehicleId" expected,
        /// The id of the request that read it.
        pub request_id: Option<Text> = "requestId" expected,
        /// One response for each endpoint.
        pub data: Vec<EndpointResponse> = "data" expected,
    }
}

impl VehicleData {
    /// The response of the endpoint at this path, such as `/battery`, whatever it is like; the leading slash does not count.
    ///
    /// [`endpoint`](Self::endpoint) reads one of a [known type](crate::endpoint).
    pub fn endpoint_by_path(&self, path: &str) -> Option<&EndpointResponse> {
        self.data.iter().find(|it| it.has_path(path))
    }

    /// What the envelope shows of it; odd if not all of that is shown here.
    fn head(&self) -> Result<VehicleRef, Odd> {
        self.extra.only_unknown_to(VehicleRef::fields())?;
        Ok(VehicleRef {
            request_id: self.request_id.clone(),
            ..VehicleRef::new(self.vehicle_id.clone())
        })
    }
}

fn payload_of(mut body: Body) -> Result<(Body, Vec<VehicleData>, Extra), Error> {
    let payload = body
        .payload
        .take()
        .ok_or_else(|| Error::misfit("payload"))?;
    let Some(vehicles) = payload.vehicles else {
        return Err(Error::misfit("payload.vehicles"));
    };
    match vehicles.iter().position(|it| it.vehicle_id.is_empty()) {
        Some(at) => Err(Error::misfit(format!("payload.vehicles[{at}].vehicleId"))),
        None => Ok((body, vehicles, payload.extra)),
    }
}

/// What scheduled and dynamic deliveries have in common.
macro_rules! vehicles {
    ($($name:ident = $type:literal,)*) => {$(
        impl Event for $name {
            const TYPE: &'static str = $type;

            fn read(body: &RawJson) -> Result<Self, Error> {
                Self::of(read(body)?)
            }
        }

        impl Whole for $name {
            type Body = Body;

            fn of(body: Body) -> Result<Self, Error> {
                let (body, vehicles, extra) = payload_of(body)?;
                let rest = Rest::new(body);
                Ok(Self { vehicles, extra, rest })
            }

            fn head(&self) -> Result<Head, Odd> {
                self.extra.only_unknown_to(PayloadHead::fields())?;
                let vehicles = self.vehicles.iter().map(VehicleData::head);
                self.rest.head(PayloadHead {
                    vehicles: vehicles.collect::<Result<_, _>>()?,
                    ..PayloadHead::default()
                })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let payload = Payload {
                    vehicles: Some(self.vehicles.clone()),
                    extra: self.extra.clone(),
                };
                self.rest.around(payload).write(serializer)
            }
        }
    )*};
}

vehicles! {
    Schedule = "schedule",
    Dynamic = "dynamic",
}
