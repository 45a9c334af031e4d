//! Deliveries of known types, read in one pass: the envelope and the payload.

use std::any::Any;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::envelope::Head;
use super::{Event, v2, v4};
use crate::error::Error;
use crate::json::{Odd, RawJson, Wire, read_at_once};

/// An event of which the payload shows what its envelope is made of.
pub(super) trait Whole: Event {
    /// How it is declared.
    type Body: Wire;

    /// Makes the payload of a body, if that has what it takes.
    fn of(body: Self::Body) -> Result<Self, Error>;

    /// What the envelope is made of; odd if not all of it is shown.
    fn head(&self) -> Result<Head, Odd>;
}

/// A payload that waits for whoever asks for its type.
pub(super) type Waiting = Box<dyn Any + Send>;

/// Reads a body that is as one expects it of its type; the envelope alone would cost half of that.
///
/// Odd is all else, other types among it.
pub(super) fn read(body: &RawJson) -> Result<(Head, Waiting), Odd> {
    match likely_type(body.as_str()).ok_or(Odd)? {
        v4::VehicleState::TYPE => read_as::<v4::VehicleState>(body),
        v4::VehicleError::TYPE => read_as::<v4::VehicleError>(body),
        v2::Schedule::TYPE => read_as::<v2::Schedule>(body),
        v2::Dynamic::TYPE => read_as::<v2::Dynamic>(body),
        v2::ChargingStarted::TYPE => read_as::<v2::ChargingStarted>(body),
        v2::ChargingStopped::TYPE => read_as::<v2::ChargingStopped>(body),
        v2::ChargingCompleted::TYPE => read_as::<v2::ChargingCompleted>(body),
        _ => Err(Odd),
    }
}

fn read_as<E: Whole>(body: &RawJson) -> Result<(Head, Waiting), Odd> {
    let payload = E::of(read_at_once(body)?)?;
    Ok((payload.head()?, Box::new(payload)))
}

/// The names of types stand at the front.
const FRONT: usize = 512;

static EVENT_TYPE: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(r#""eventType":""#));

static EVENT_NAME: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(r#""eventName":""#));

/// What to try to read the body as. A guess, for nothing is made of it but that.
fn likely_type(body: &str) -> Option<&str> {
    let front = &body.as_bytes()[..body.len().min(FRONT)];
    let (name, at) = [&EVENT_TYPE, &EVENT_NAME]
        .into_iter()
        .find_map(|name| Some((name, name.find(front)?)))?;
    let value = body.get(at + name.needle().len()..)?;
    value.split('"').next()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::json::Text;
    use crate::payload::Envelope;

    /// Every body that is `body` but for one value.
    fn odd_ones(body: &Value) -> Vec<Value> {
        let mut places = Vec::new();
        find(body, String::new(), &mut places);
        let mut bodies = vec![body.clone()];
        for place in places {
            for odd in [
                json!(null),
                json!(7),
                json!("7"),
                json!([7]),
                json!({"id": 7}),
                json!(true),
            ] {
                let mut body = body.clone();
                *body.pointer_mut(&place).unwrap() = odd;
                bodies.push(body);
            }
            let (object, key) = place.rsplit_once('/').unwrap();
            let mut body = body.clone();
            if let Value::Object(members) = body.pointer_mut(object).unwrap() {
                let value = members.remove(key).unwrap();
                bodies.push(body.clone());
                // What one generation has at this place the other may have as well.
                let members = body.pointer_mut(object).unwrap().as_object_mut().unwrap();
                for key in [
                    "meta",
                    "mode",
                    "make",
                    "vehicles",
                    "vehicleId",
                    "eventType",
                    "eventName",
                ] {
                    members.insert(key.to_owned(), value.clone());
                }
                bodies.push(body);
            }
        }
        bodies
    }

    fn find(value: &Value, place: String, places: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (key, value) in members {
                    find(value, format!("{place}/{key}"), places);
                }
            }
            Value::Array(items) => {
                for (at, value) in items.iter().enumerate().take(2) {
                    find(value, format!("{place}/{at}"), places);
                }
            }
            _ => {}
        }
        if !place.is_empty() && !place.contains('~') {
            places.push(place);
        }
    }

    fn shown(envelope: &Envelope) -> String {
        let extra: Vec<_> = envelope
            .extra
            .iter()
            .map(|(key, it)| (key, it.as_str()))
            .collect();
        format!("{envelope:?} {extra:?}")
    }

    /// Whether both were read in one pass; they are the same as each read by itself.
    fn is_whole<E: Whole>(body: &RawJson) -> bool {
        let Ok((head, _)) = read_as::<E>(body) else {
            return false;
        };
        let place = |it: &RawJson| body.text().place_of(it.as_str());
        let alone = Head::read(body).unwrap();
        assert_eq!(
            head.of_attempt().map(place),
            alone.of_attempt().map(place),
            "{}",
            body.as_str()
        );
        assert_eq!(
            shown(&head.into()),
            shown(&alone.into()),
            "{}",
            body.as_str()
        );
        assert!(E::read(body).is_ok());
        true
    }

    #[test]
    fn an_envelope_read_with_its_payload_is_the_same_as_alone() {
        let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
        let mut whole = [0; 7];
        for entry in std::fs::read_dir(fixtures).unwrap() {
            let path = entry.unwrap().path();
            let Ok(body) = std::fs::read_to_string(path) else {
                continue;
            };
            let Ok(body) = serde_json::from_str::<Value>(&body) else {
                continue;
            };
            if !body.is_object() || body.to_string().len() > 3000 {
                continue;
            }
            for body in odd_ones(&body) {
                let body = RawJson::trusted(Text::from(body.to_string()));
                whole[0] += usize::from(is_whole::<v4::VehicleState>(&body));
                whole[1] += usize::from(is_whole::<v4::VehicleError>(&body));
                whole[2] += usize::from(is_whole::<v2::Schedule>(&body));
                whole[3] += usize::from(is_whole::<v2::Dynamic>(&body));
                whole[4] += usize::from(is_whole::<v2::ChargingStarted>(&body));
                whole[5] += usize::from(is_whole::<v2::ChargingStopped>(&body));
                whole[6] += usize::from(is_whole::<v2::ChargingCompleted>(&body));
            }
        }
        assert!(whole.iter().all(|it| *it > 20), "{whole:?}");
    }
}
