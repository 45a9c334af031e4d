//! A signal by name.

use crate::json::{Piece, Text, Wire, object, read};

/// A signal named in a trigger or an error: an object with `code`, `name` and `group`, or a string like `Odometer.TraveledDistance`.
#[non_exhaustive]
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SignalRef {
    /// Group and name in lower case: `odometer-traveleddistance`.
    pub code: Text,
    /// `TraveledDistance`.
    pub name: Option<Text>,
    /// `Odometer`.
    pub group: Option<Text>,
}

object! {
    struct SignalParts {
        code: Option<Text> = "code",
        name: Option<Text> = "name",
        group: Option<Text> = "group",
    }
}

impl SignalRef {
    /// Derives the code of a signal that is named by group and name alone.
    pub(super) fn new(code: Option<Text>, name: Option<Text>, group: Option<Text>) -> Option<Self> {
        let code = match (code, &group, &name) {
            (Some(code), _, _) => code,
            (None, Some(group), Some(name)) => code_of(group, name),
            _ => return None,
        };
        Some(Self { code, name, group })
    }

    /// Reads `Group.Name`, or takes the text for a code.
    pub(super) fn from_text(text: &Text) -> Self {
        match text.split_once('.') {
            Some((group, name)) => Self {
                code: code_of(group, name),
                name: Some(text.slice(name)),
                group: Some(text.slice(group)),
            },
            None => Self {
                code: text.clone(),
                name: None,
                group: None,
            },
        }
    }
}

pub(super) fn code_of(group: &str, name: &str) -> Text {
    Text::from(format!("{group}-{name}").to_ascii_lowercase())
}

impl Wire for SignalRef {
    const RAW: bool = true;

    fn take_raw(&mut self, value: Piece<'_>) -> bool {
        let value = value.to_json();
        let signal = match value.as_text() {
            Some(text) => Some(Self::from_text(&text)),
            None => read(&value)
                .ok()
                .and_then(|parts: SignalParts| Self::new(parts.code, parts.name, parts.group)),
        };
        signal.map(|signal| *self = signal).is_some()
    }
}
