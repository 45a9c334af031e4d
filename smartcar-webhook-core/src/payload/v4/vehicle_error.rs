//! VEHICLE_ERROR.

use serde::{Serialize, Serializer};

use super::{Meta, ReportedError, User, Vehicle};
use crate::error::Error;
use crate::json::{Elsewhere, Extra, Odd, RawJson, Text, Wire, object, read};
use crate::payload::envelope::{DataHead, Head};
use crate::payload::rest::Rest;
use crate::payload::whole::Whole;
use crate::payload::{Event, EventType};

/// A VEHICLE_ERROR: errors of one vehicle that came up or were resolved.
///
/// It is written as the body it was read from.
/// See [Smartcar Docs/Vehicle error](https://smartcar.com/docs/api-reference/webhooks/events/vehicle-error).
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct VehicleError {
    /// The owner.
    pub user: User,
    /// The vehicle.
    pub vehicle: Vehicle,
    /// The errors, in the order sent.
    pub errors: Vec<ReportedError>,
    /// What `data` held beside the fields above.
    pub extra: Extra,
    rest: Rest<Body>,
    /// The id of the vehicle, where it stands beside `data` alone.
    id_beside: Option<Text>,
}

object! {
    pub(crate) struct Body keeps extra {
        /// The same for every attempt to deliver it.
        event_id: Elsewhere<Text> = "eventId" expected,
        event_type: Elsewhere<EventType> = "eventType" expected,
        vehicle_id: Option<Text> = "vehicleId",
        data: Option<Data> = "data" expected,
        meta: Elsewhere<Meta> = "meta" expected,
    }
}

object! {
    struct Data keeps extra {
        user: User = "user" expected,
        vehicle: Vehicle = "vehicle" expected,
        errors: Option<Vec<ReportedError>> = "errors" expected,
    }
}

impl VehicleError {
    /// Whether an error came up by which the owner's account is no longer connected; see [`ReportedError::is_disconnection`].
    pub fn is_disconnection(&self) -> bool {
        self.errors.iter().any(ReportedError::is_disconnection)
    }
}

impl Event for VehicleError {
    const TYPE: &'static str = "VEHICLE_ERROR";

    fn read(body: &RawJson) -> Result<Self, Error> {
        Self::of(read(body)?)
    }
}

impl Whole for VehicleError {
    type Body = Body;

    fn of(mut body: Body) -> Result<Self, Error> {
        let data = body.data.take().ok_or_else(|| Error::misfit("data"))?;
        Ok(Self {
            user: data.user,
            id_beside: body
                .vehicle_id
                .clone()
                .filter(|_| data.vehicle.id.is_empty()),
            vehicle: data.vehicle.or_id(body.vehicle_id.as_ref())?,
            errors: data.errors.ok_or_else(|| Error::misfit("data.errors"))?,
            extra: data.extra,
            rest: Rest::new(body),
        })
    }

    fn head(&self) -> Result<Head, Odd> {
        let body = &self.rest;
        body.extra.only_unknown_to(Head::fields())?;
        self.extra.only_unknown_to(DataHead::fields())?;
        let data = self.vehicle.head(&Elsewhere::default())?;
        Ok(Head {
            event_id: body.event_id.text()?,
            event_type: body.event_type.text()?,
            data,
            meta: body.meta.clone(),
            extra: body.extra.clone(),
            ..Head::default()
        })
    }
}

impl Serialize for VehicleError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let data = Data {
            user: self.user.clone(),
            vehicle: self.vehicle.to_sent(self.id_beside.as_ref()),
            errors: Some(self.errors.clone()),
            extra: self.extra.clone(),
        };
        let body = Body {
            data: Some(data),
            ..Body::clone(&self.rest)
        };
        body.write(serializer)
    }
}
