//! A signal by name.

use serde_json::{Value, json};

use super::part::text;
use crate::signal::KnownSignal;

/// The three names of a signal.
pub(super) struct Named {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) group: String,
}

impl Named {
    /// The signal that a text `Group.Name`, a code, or an object with either names.
    ///
    /// What is not said is known from the catalogue, or not at all.
    pub(super) fn of(value: &Value) -> Option<Self> {
        let Value::Object(parts) = value else {
            return Self::of_text(value.as_str()?);
        };
        let (code, name, group) = (
            text(parts, "code"),
            text(parts, "name"),
            text(parts, "group"),
        );
        match (code, name, group) {
            (Some(code), Some(name), Some(group)) => Some(Self {
                code: code.to_owned(),
                name: name.to_owned(),
                group: group.to_owned(),
            }),
            (None, Some(name), Some(group)) => Self::of_text(&format!("{group}.{name}")),
            (Some(code), ..) => Self::of_text(code),
            _ => None,
        }
    }

    fn of_text(text: &str) -> Option<Self> {
        let names = text.split_once('.');
        let known = || KnownSignal::by_code(text).map(|it| (it.group(), it.name()));
        let (group, name) = names.or_else(known)?;
        Some(Self {
            code: format!("{group}-{name}").to_ascii_lowercase(),
            name: name.to_owned(),
            group: group.to_owned(),
        })
    }

    /// `Group.Name`.
    pub(super) fn dotted(&self) -> String {
        format!("{}.{}", self.group, self.name)
    }

    pub(super) fn to_value(&self) -> Value {
        json!({"code": self.code, "name": self.name, "group": self.group})
    }
}
