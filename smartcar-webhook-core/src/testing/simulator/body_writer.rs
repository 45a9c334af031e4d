//! The order of keys on the wire, which is not stable.

use bytes::Bytes;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Map, Value};

use crate::testing::body::body_of;

/// In which order the keys of objects are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Order {
    /// As most captures have it at the top level, by name below.
    Usual,
    /// Another one for each number.
    Shuffled(u64),
}

/// As Smartcar writes it: without spaces.
pub(super) fn written(body: &Value, order: Order) -> Bytes {
    body_of(&Ordered(body, order))
}

struct Ordered<'a>(&'a Value, Order);

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(value, order) = *self;
        match value {
            Value::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (key, value) in sorted(members, order) {
                    map.serialize_entry(key, &Ordered(value, order))?;
                }
                map.end()
            }
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&Ordered(item, order))?;
                }
                list.end()
            }
            plain => plain.serialize(serializer),
        }
    }
}

fn sorted(members: &Map<String, Value>, order: Order) -> Vec<(&String, &Value)> {
    let mut members: Vec<_> = members.iter().collect();
    match order {
        // See the captures in github.com/wbyoung/smartcar, tests/fixtures/webhooks.
        Order::Usual => members.sort_by_cached_key(|(key, _)| {
            let usual = [
                "version",
                "eventId",
                "eventType",
                "webhookId",
                "eventName",
                "mode",
                "data",
                "triggers",
                "payload",
                "meta",
            ];
            let place = usual.iter().position(|it| it == key);
            (place.unwrap_or(usual.len()), (*key).clone())
        }),
        Order::Shuffled(seed) => {
            // Sorted first, for their order in memory depends on a feature of serde_json.
            members.sort_by_key(|(key, _)| *key);
            fastrand::Rng::with_seed(seed).shuffle(&mut members);
        }
    }
    members
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Order, written};

    #[test]
    fn the_same_in_any_order() {
        let body =
            json!({"meta": {"b": 1, "a": [{"d": "ë", "c": null}]}, "data": {}, "eventId": "e1"});
        let usual = written(&body, Order::Usual);
        assert_eq!(
            usual,
            r#"{"eventId":"e1","data":{},"meta":{"a":[{"c":null,"d":"ë"}],"b":1}}"#
        );
        let shuffled: std::collections::HashSet<_> = (0..50)
            .map(|it| written(&body, Order::Shuffled(it)))
            .collect();
        assert!(shuffled.len() > 5);
        for other in shuffled {
            assert_eq!(serde_json::from_slice::<Value>(&other).unwrap(), body);
        }
        assert_eq!(
            written(&body, Order::Shuffled(3)),
            written(&body, Order::Shuffled(3))
        );
    }
}
