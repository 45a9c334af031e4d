//! What all builders of events share.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The ids and times of an event, and what is to be otherwise.
#[derive(Clone, Debug, Default)]
pub(super) struct Basics {
    pub(super) seed: u64,
    pub(super) changes: Vec<(String, Option<Value>)>,
}

impl Basics {
    /// An id that is the same for the same seed, in the form of a UUID.
    pub(super) fn id(&self, of: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        hash.update(of);
        uuid(&hex::encode(hash.finalize()))
    }

    /// A time in ms since the epoch: 2026-03-01T22:00:00Z, and a minute later for each seed.
    pub(super) fn millis(&self) -> i64 {
        let minutes = i64::try_from(self.seed % 1_000_000).unwrap_or_default();
        1_772_402_400_000 + 60_000 * minutes
    }

    /// The same in ISO 8601.
    pub(super) fn iso(&self) -> String {
        iso(self.millis())
    }

    pub(super) fn meta(&self) -> Value {
        json!({
            "version": "4.0",
            "deliveryId": self.id("delivery"),
            "deliveredAt": self.millis(),
            "webhookId": self.id("webhook"),
            "webhookName": "Fleet",
            "mode": "LIVE",
        })
    }

    pub(super) fn data(&self) -> Value {
        json!({
            "user": {"id": self.id("user")},
            "vehicle": {"id": self.id("vehicle"), "make": "POLESTAR", "model": "2", "year": 2023},
        })
    }

    /// Changes what is to be otherwise, in the order it was said.
    pub(super) fn change(&self, mut body: Value) -> Value {
        for (pointer, value) in &self.changes {
            set(&mut body, pointer.trim_start_matches('/'), value.clone());
        }
        body
    }
}

/// The first 32 of these hexadecimal digits in the form of a random UUID, with its version and variant.
pub(super) fn uuid(digits: &str) -> String {
    let [head, middle, version, variant, tail] =
        [0..8, 8..12, 13..16, 17..20, 20..32].map(|it| &digits[it]);
    format!("{head}-{middle}-4{version}-a{variant}-{tail}")
}

/// A time in ms since the epoch, in ISO 8601.
pub(super) fn iso(millis: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(millis);
    time.map(|it| format!("{it:.3}")).unwrap_or_default()
}

/// Sets or removes the value at a JSON pointer, making the objects on the way.
fn set(at: &mut Value, pointer: &str, value: Option<Value>) {
    let (key, rest) = match pointer.split_once('/') {
        Some((key, rest)) => (key, Some(rest)),
        None => (pointer, None),
    };
    let key = key.replace("~1", "/").replace("~0", "~");
    if let (Value::Array(items), Ok(index)) = (&mut *at, key.parse::<usize>()) {
        match (rest, value) {
            (Some(rest), value) => set(&mut items[index], rest, value),
            (None, Some(value)) if index == items.len() => items.push(value),
            (None, Some(value)) => items[index] = value,
            (None, None) => drop(items.remove(index)),
        }
        return;
    }
    if !at.is_object() {
        *at = json!({});
    }
    let Value::Object(members) = at else {
        return;
    };
    match (rest, value) {
        (Some(rest), value) => set(members.entry(key).or_insert(Value::Null), rest, value),
        (None, Some(value)) => drop(members.insert(key, value)),
        (None, None) => drop(members.remove(&key)),
    }
}

/// The methods that all builders have.
macro_rules! builder {
    ($name:ident, $vehicle:literal) => {
        impl $name {
            const VEHICLE: &'static str = $vehicle;

            /// Chooses other ids and times; the same ones for the same seed.
            pub fn seed(mut self, seed: u64) -> Self {
                self.basics.seed = seed;
                self
            }

            /// Sets the value at a JSON pointer: `.with("/data/vehicle/year", 2024)`.
            ///
            /// It is set last, whatever else the builder is told; the objects on the way are made. At the end of a list it is added.
            ///
            /// The event panics when it is made if a list on the way is shorter.
            pub fn with(mut self, pointer: &str, value: impl Into<serde_json::Value>) -> Self {
                let change = (pointer.to_owned(), Some(value.into()));
                self.basics.changes.push(change);
                self
            }

            /// Leaves out the value at a JSON pointer: `.without("/data/user")`.
            pub fn without(mut self, pointer: &str) -> Self {
                self.basics.changes.push((pointer.to_owned(), None));
                self
            }

            /// Sets the id of the vehicle.
            pub fn vehicle(self, id: &str) -> Self {
                self.with(Self::VEHICLE, id)
            }

            /// The body of the delivery.
            pub fn to_value(&self) -> serde_json::Value {
                self.basics.change(self.body())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.to_value().serialize(serializer)
            }
        }
    };
}

pub(super) use builder;
