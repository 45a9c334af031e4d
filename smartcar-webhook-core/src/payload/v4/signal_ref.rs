//! A signal by name.

use crate::json::{Extra, Kind, Piece, RawJson, Text, Wire, object, read};

/// A signal named in a trigger or an error: an object with `code`, `name` and `group`, or a string like `Odometer.TraveledDistance`.
///
/// Go by the code: name and group may be absent, and have been seen swapped.
#[non_exhaustive]
#[derive(Clone, Debug, Default)]
pub struct SignalRef {
    /// Group and name in lower case: `odometer-traveleddistance`; empty if only one of the two was sent.
    pub code: Text,
    /// `TraveledDistance`.
    pub name: Option<Text>,
    /// `Odometer`.
    pub group: Option<Text>,
    /// What was sent beside the fields above.
    pub extra: Extra,
}

object! {
    struct Parts keeps extra {
        code: Option<Text> = "code",
        name: Option<Text> = "name",
        group: Option<Text> = "group",
    }
}

impl SignalRef {
    /// Takes what there is, if anything tells which signal it is.
    pub(super) fn new(code: Option<Text>, name: Option<Text>, group: Option<Text>) -> Option<Self> {
        let code = match (code, &group, &name) {
            (Some(code), _, _) => normal_code(code),
            (None, Some(group), Some(name)) => code_of(group, name),
            (None, None, None) => return None,
            (None, _, _) => Text::default(),
        };
        Some(Self {
            code,
            name,
            group,
            extra: Extra::default(),
        })
    }

    /// Reads `Group.Name`, or takes the text for a code.
    pub(super) fn from_text(text: Text) -> Self {
        match text.split_once('.') {
            Some((group, name)) => Self {
                code: code_of(group, name),
                name: Some(text.slice(name)),
                group: Some(text.slice(group)),
                extra: Extra::default(),
            },
            None => Self {
                code: normal_code(text),
                ..Self::default()
            },
        }
    }

    fn read(value: &RawJson) -> Option<Self> {
        if let Some(text) = value.to_text() {
            return Some(Self::from_text(text));
        }
        let parts: Parts = read(value).ok()?;
        let signal = Self::new(parts.code, parts.name, parts.group)?;
        Some(Self {
            extra: parts.extra,
            ..signal
        })
    }
}

/// The code of a signal that is named by group and name.
pub(super) fn code_of(group: &str, name: &str) -> Text {
    Text::from(format!("{group}-{name}").to_ascii_lowercase())
}

/// Codes have been sent as `Group.Name`, too.
pub(super) fn normal_code(code: Text) -> Text {
    match code.split_once('.') {
        Some((group, name)) => code_of(group, name),
        None if code.contains(|it: char| it.is_ascii_uppercase()) => {
            Text::from(code.to_ascii_lowercase())
        }
        None => code,
    }
}

impl Wire for SignalRef {
    const KIND: Kind = Kind::Leaf;

    fn take_raw(&mut self, value: Piece<'_>) -> bool {
        let signal = Self::read(&value.to_json());
        signal.map(|signal| *self = signal).is_some()
    }
}
