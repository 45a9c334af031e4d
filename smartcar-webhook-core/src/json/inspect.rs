//! Where a value departs from what its type declares.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::drift::{Drift, DriftKind};
use super::wire::Key;

/// Whether a field is always there.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Need {
    /// It may be absent.
    Optional,
    /// It is there in all that is documented or was seen.
    Expected,
    /// Without it the object is not read.
    Needed,
}

/// A member that a type declares.
pub(crate) struct Field {
    pub(crate) key: &'static str,
    pub(crate) need: Need,
    pub(crate) inspect: fn(&str, &mut Inspection),
    /// Whether a value is taken, if only loosely.
    pub(crate) is_taken: fn(&str) -> bool,
    #[cfg(feature = "schemars")]
    pub(crate) doc: &'static str,
    #[cfg(feature = "schemars")]
    pub(crate) schema: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
}

/// A walk over a value in search of drift.
#[derive(Default)]
pub(crate) struct Inspection {
    path: String,
    found: Vec<Drift>,
    /// The first path that keeps the value from being read.
    fatal: Option<String>,
}

/// Enough to see what changed, and no more than that for a body made to differ everywhere.
const LIMIT: usize = 1000;

impl Inspection {
    pub(crate) fn into_found(self) -> Vec<Drift> {
        self.found
    }

    pub(crate) fn first_fatal(self) -> String {
        self.fatal.unwrap_or_else(|| "$".to_owned())
    }

    pub(crate) fn wrong_type(&mut self) {
        self.note(DriftKind::WrongType);
    }

    pub(crate) fn missing(&mut self) {
        self.note(DriftKind::Missing);
    }

    pub(crate) fn unknown_value(&mut self) {
        self.note(DriftKind::UnknownValue);
    }

    /// Inspects the member with this key.
    pub(crate) fn member(&mut self, key: &str, inspect: impl FnOnce(&mut Self)) {
        let is_word = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | '/');
        let length = self.path.len();
        if key.is_empty() || !key.chars().all(is_word) || key.len() > 64 {
            let key: String = key.chars().take(64).collect();
            self.path.extend(["[", &format!("{key:?}"), "]"]);
        } else {
            if length > 0 {
                self.path.push('.');
            }
            self.path.push_str(key);
        }
        inspect(self);
        self.path.truncate(length);
    }

    /// Inspects the item at this index.
    pub(crate) fn item(&mut self, index: usize, inspect: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.extend(["[", &index.to_string(), "]"]);
        inspect(self);
        self.path.truncate(length);
    }

    /// Inspects an object with these fields.
    pub(crate) fn object(&mut self, json: &str, fields: &[Field]) {
        let Ok(Members(members)) = serde_json::from_str(json) else {
            return self.wrong_type();
        };
        for field in fields {
            let mut sent = members.iter().filter(|it| it.0.0 == field.key);
            match sent.next_back().filter(|it| it.1.get() != "null") {
                Some((_, value)) => self.member(field.key, |it| {
                    (field.inspect)(value.get(), it);
                    if field.need == Need::Needed && !(field.is_taken)(value.get()) {
                        it.fatal();
                    }
                }),
                None if field.need == Need::Optional => {}
                None => self.member(field.key, |it| {
                    it.missing();
                    if field.need == Need::Needed {
                        it.fatal();
                    }
                }),
            }
        }
        for (key, _) in &members {
            if !fields.iter().any(|it| it.key == key.0) {
                self.member(&key.0, |it| it.note(DriftKind::UnknownField));
            }
        }
    }

    /// Inspects a list.
    pub(crate) fn list(&mut self, json: &str, inspect: fn(&str, &mut Self)) {
        let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(json) else {
            return self.wrong_type();
        };
        for (index, item) in items.into_iter().enumerate() {
            self.item(index, |it| inspect(item.get(), it));
        }
    }

    /// Notes that this is what keeps the object from being read.
    fn fatal(&mut self) {
        self.fatal.get_or_insert_with(|| self.path.clone());
    }

    fn note(&mut self, kind: DriftKind) {
        if self.found.len() < LIMIT {
            let path = match &*self.path {
                "" => "$".to_owned(),
                path => path.to_owned(),
            };
            self.found.push(Drift { path, kind });
        }
    }
}

/// The members of an object, whatever they are.
pub(crate) struct Members<'a>(pub(crate) Vec<(Key<'a>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(key) = Key::careful(&mut map)? {
                    members.push((key, map.next_value()?));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}
