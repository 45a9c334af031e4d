//! Parts of a body that may be kept.

use super::{RawJson, Taken, Text};

/// A piece of a text, not kept yet: keeping counts a reference, which many a value can do without.
#[derive(Clone, Copy)]
pub(crate) struct Piece<'a> {
    pub(crate) str: &'a str,
    /// What it can be sliced out of, unless it had escapes.
    pub(super) source: Option<&'a Text>,
}

impl<'a> Piece<'a> {
    /// A piece of no text that could be kept.
    pub(crate) fn of(str: &'a str) -> Self {
        Self { str, source: None }
    }

    /// The whole of a JSON value.
    pub(crate) fn whole(json: &'a RawJson) -> Self {
        Self {
            str: json.as_str(),
            source: Some(json.text()),
        }
    }

    pub(crate) fn to_text(self) -> Text {
        match self.source {
            Some(source) => source.slice(self.str),
            None => Text::from(self.str),
        }
    }

    /// Keeps the piece as JSON, which it must be.
    pub(crate) fn to_json(self) -> RawJson {
        RawJson::trusted(self.to_text())
    }

    /// Gives the content of this piece of JSON to `take`, if it is a string or a number.
    ///
    /// Ids have been written as numbers. Half a surrogate pair is a string to JSON, but no text.
    pub(super) fn with_content(self, take: impl FnOnce(Piece<'_>)) -> Taken {
        let Self { str: json, source } = self;
        let inner = json.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
        match inner {
            Some(str) if memchr::memchr(b'\\', str.as_bytes()).is_none() => {
                take(Piece { str, source });
            }
            Some(_) => match serde_json::from_str::<String>(json) {
                Ok(str) => take(Piece::of(&str)),
                Err(_) => return Taken::Not,
            },
            None if json.starts_with(|it: char| it == '-' || it.is_ascii_digit()) => {
                take(self);
                return Taken::Loosely;
            }
            None => return Taken::Not,
        }
        Taken::Exactly
    }
}

impl RawJson {
    /// The content of a JSON string.
    pub(crate) fn to_text(&self) -> Option<Text> {
        let piece = Piece {
            str: self.as_str(),
            source: Some(self.text()),
        };
        let mut text = None;
        if piece.str.starts_with('"') {
            piece.with_content(|content| text = Some(content.to_text()));
        }
        text
    }
}
