//! A signal by name.

use std::borrow::Cow;

use crate::json::{Text, object};

object! {
    /// A signal named in a trigger or an error: an object with `code`, `name` and `group`, or a string like `Odometer.TraveledDistance`.
    ///
    /// Go by the code: name and group may be absent, and have been seen swapped.
    #[non_exhaustive]
    pub struct SignalRef keeps extra or text code {
        code: Option<Text> = "code" expected,
        name: Option<Text> = "name",
        group: Option<Text> = "group",
    }
}

impl SignalRef {
    pub(super) fn new(code: Option<Text>, name: Option<Text>, group: Option<Text>) -> Self {
        Self {
            code,
            name,
            group,
            ..Self::default()
        }
    }

    /// Group and name in lower case: `odometer-traveleddistance`, however it was sent; empty if nothing tells.
    pub fn code(&self) -> Cow<'_, str> {
        normal_code(
            self.code.as_deref(),
            self.group.as_deref(),
            self.name.as_deref(),
        )
    }

    /// Whether this is its code.
    pub fn has_code(&self, code: &str) -> bool {
        is_code(self.code.as_deref(), code).unwrap_or_else(|| self.code() == code)
    }

    /// `TraveledDistance`.
    pub fn name(&self) -> Option<&str> {
        let in_code = || self.dotted().map(|it| it.1);
        self.name.as_deref().or_else(in_code)
    }

    /// `Odometer`.
    pub fn group(&self) -> Option<&str> {
        let in_code = || self.dotted().map(|it| it.0);
        self.group.as_deref().or_else(in_code)
    }

    fn dotted(&self) -> Option<(&str, &str)> {
        self.code.as_deref()?.split_once('.')
    }
}

/// Whether a code as sent is this one; `None` if none was sent.
pub(super) fn is_code(sent: Option<&str>, code: &str) -> Option<bool> {
    let sent = sent.filter(|it| !it.is_empty())?;
    let is_same =
        |(sent, own): (u8, u8)| sent.to_ascii_lowercase() == own || (sent, own) == (b'.', b'-');
    Some(sent.len() == code.len() && sent.bytes().zip(code.bytes()).all(is_same))
}

/// The code of a signal: lower case, with a hyphen. It has been sent as `Group.Name`, too, and without a code.
pub(super) fn normal_code<'a>(
    code: Option<&'a str>,
    group: Option<&str>,
    name: Option<&str>,
) -> Cow<'a, str> {
    let is_odd = |it: char| it == '.' || it.is_ascii_uppercase();
    match (code, group, name) {
        (Some(code), ..) if !code.is_empty() && !code.contains(is_odd) => code.into(),
        (Some(code), ..) if !code.is_empty() => {
            code.replacen('.', "-", 1).to_ascii_lowercase().into()
        }
        (_, Some(group), Some(name)) if !group.is_empty() && !name.is_empty() => {
            format!("{group}-{name}").to_ascii_lowercase().into()
        }
        _ => "".into(),
    }
}
