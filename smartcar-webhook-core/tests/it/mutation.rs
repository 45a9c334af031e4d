//! Any JSON, and bodies with a few things about them changed.

use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

use crate::fixtures;

/// A JSON value with keys that may repeat, and with leaves and keys in any spelling.
#[derive(Clone, Debug)]
pub(crate) enum Json {
    Leaf(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        match value {
            Value::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Value::Object(members) => {
                let members = members.into_iter();
                let members = members.map(|(key, value)| (Value::from(key).to_string(), value));
                Self::Object(members.map(|(key, it)| (key, it.into())).collect())
            }
            leaf => Self::Leaf(leaf.to_string()),
        }
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let between = |it| if it == 0 { "" } else { " ,\n" };
        match self {
            Self::Leaf(leaf) => f.write_str(leaf),
            Self::List(items) => {
                f.write_str("[")?;
                for (at, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", between(at))?;
                }
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (at, (key, value)) in members.iter().enumerate() {
                    write!(f, "{}{key}: {value}", between(at))?;
                }
                f.write_str("}")
            }
        }
    }
}

/// What to do at one place of a value.
#[derive(Clone, Debug)]
enum Change {
    Replace(Json),
    Insert(Index, String, Json),
    Remove(Index),
    Repeat(Index),
}

impl Json {
    fn children(&mut self) -> Vec<&mut Self> {
        match self {
            Self::Leaf(_) => Vec::new(),
            Self::List(items) => items.iter_mut().collect(),
            Self::Object(members) => members.iter_mut().map(|it| &mut it.1).collect(),
        }
    }

    /// This value and all in it.
    fn count(&mut self) -> usize {
        1 + self.children().into_iter().map(Self::count).sum::<usize>()
    }

    /// The value with this number, outermost first.
    fn at(&mut self, mut number: usize) -> &mut Self {
        if number == 0 {
            return self;
        }
        number -= 1;
        for child in self.children() {
            let count = child.count();
            if number < count {
                return child.at(number);
            }
            number -= count;
        }
        unreachable!("a number below the count")
    }

    /// What is neither a list nor an object.
    pub(crate) fn leaves(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        match self {
            Self::Leaf(leaf) => Box::new(std::iter::once(&**leaf)),
            Self::List(items) => Box::new(items.iter().flat_map(Self::leaves)),
            Self::Object(members) => Box::new(members.iter().flat_map(|it| it.1.leaves())),
        }
    }

    fn change(&mut self, change: Change) {
        match (change, self) {
            (Change::Replace(value), it) => *it = value,
            (Change::Insert(at, _, value), Self::List(items)) => {
                items.insert(at.index(items.len() + 1), value);
            }
            (Change::Insert(at, key, value), Self::Object(members)) => {
                members.insert(at.index(members.len() + 1), (key, value));
            }
            (Change::Remove(at), Self::List(items)) if !items.is_empty() => {
                items.remove(at.index(items.len()));
            }
            (Change::Remove(at), Self::Object(members)) if !members.is_empty() => {
                members.remove(at.index(members.len()));
            }
            (Change::Repeat(at), Self::List(items)) if !items.is_empty() => {
                items.push(items[at.index(items.len())].clone());
            }
            (Change::Repeat(at), Self::Object(members)) if !members.is_empty() => {
                members.push(members[at.index(members.len())].clone());
            }
            _ => {}
        }
    }
}

/// Keys of the wire, and odd ones.
const KEYS: &str = r#"
    "eventId" "eventType" "eventName" "version" "webhookId" "mode" "vehicleId" "data" "payload"
    "triggers" "meta" "user" "vehicle" "signals" "errors" "id" "code" "name" "group" "body" "status"
    "value" "error" "type" "state" "resolution" "vehicles" "path" "headers" "challenge" "new"
    "" "\ud800" "\u0069d" "#;

/// Values of every kind that a field takes in more than one, or in none.
const LEAVES: &str = r#"
    null true false 0 -0 -0.0 1.0 2020 1e2 1e999 1e-999 1772402400000 123456789012345678901234567890
    "" "2020" "7.50" "\ud800" "\u0061" "SUCCESS" "error" "FIRST_DELIVERY" "VERIFY"
    "Odometer.TraveledDistance" "2026-03-01T21:58:06Z" "#;

fn one_of(words: &str) -> impl Strategy<Value = String> + use<> {
    let words: Vec<_> = words.split_whitespace().map(str::to_owned).collect();
    select(words)
}

fn text() -> impl Strategy<Value = String> {
    any::<String>().prop_map(|it| Value::from(it).to_string())
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![4 => one_of(KEYS), 1 => text()]
}

/// Any JSON, the odd more often than not.
pub(crate) fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        4 => one_of(LEAVES),
        1 => text(),
        1 => any::<i64>().prop_map(|it| it.to_string()),
        1 => any::<f64>().prop_map(|it| Value::from(it).to_string()),
    ];
    leaf.prop_map(Json::Leaf).prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Json::List),
            vec((key(), inner), 0..4).prop_map(Json::Object),
        ]
    })
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        json().prop_map(Change::Replace),
        (any::<Index>(), key(), json()).prop_map(|(at, key, it)| Change::Insert(at, key, it)),
        any::<Index>().prop_map(Change::Remove),
        any::<Index>().prop_map(Change::Repeat),
    ]
}

/// One of these bodies with a few things about it changed.
pub(crate) fn mutated(bodies: impl IntoIterator<Item = Vec<u8>>) -> impl Strategy<Value = Json> {
    let parse = |it: Vec<u8>| serde_json::from_slice::<Value>(&it).unwrap().into();
    let bodies: Vec<Json> = bodies.into_iter().map(parse).collect();
    let changes = vec((any::<Index>(), change()), 0..6);
    (select(bodies), changes).prop_map(|(mut body, changes)| {
        for (at, change) in changes {
            let count = body.count();
            body.at(at.index(count)).change(change);
        }
        body
    })
}

/// A delivery of a known type, more or less.
pub(crate) fn delivery() -> impl Strategy<Value = String> {
    let bodies = fixtures().into_iter().map(|(_, body, _)| body);
    mutated(bodies).prop_map(|it| it.to_string())
}
