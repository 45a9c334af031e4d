//! A JSON text taken apart, its values as they were written.

use serde_json::value::RawValue;

/// A value and what is in it.
pub(super) enum Tree<'a> {
    /// A number, `true`, `false` or `null`.
    Plain(&'a str),
    /// A string with its quotation marks and escapes.
    Text(&'a str),
    Array(Vec<Self>),
    Object(Vec<(&'a str, Self)>),
}

/// Values deeper than this are none of Smartcar's; the reader calls itself for each level, and each is indented further.
const DEPTH_LIMIT: usize = 16;

impl<'a> Tree<'a> {
    /// Takes a JSON text apart; `None` for what is none.
    pub(super) fn parse(json: &'a str) -> Option<Self> {
        // Checked first, so that the reader may trust what it sees.
        let json = serde_json::from_str::<&RawValue>(json).ok()?.get();
        Reader(json).value(DEPTH_LIMIT)
    }
}

struct Reader<'a>(&'a str);

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Option<Tree<'a>> {
        let depth = depth.checked_sub(1)?;
        match self.next()? {
            b'{' => {
                let mut members = Vec::new();
                self.list(b'}', |it| {
                    let key = it.string()?;
                    it.next()?;
                    it.0 = it.0.get(1..)?;
                    members.push((key, it.value(depth)?));
                    Some(())
                })?;
                Some(Tree::Object(members))
            }
            b'[' => {
                let mut items = Vec::new();
                self.list(b']', |it| {
                    items.push(it.value(depth)?);
                    Some(())
                })?;
                Some(Tree::Array(items))
            }
            b'"' => self.string().map(Tree::Text),
            _ => {
                let ends = |it: char| matches!(it, ',' | ']' | '}') || it.is_ascii_whitespace();
                let end = self.0.find(ends).unwrap_or(self.0.len());
                self.take(end).map(Tree::Plain)
            }
        }
    }

    /// Reads what stands between brackets, with commas between.
    fn list(&mut self, close: u8, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.take(1)?;
        while self.next()? != close {
            item(self)?;
            if self.next()? == b',' {
                self.take(1)?;
            }
        }
        self.take(1).map(drop)
    }

    fn string(&mut self) -> Option<&'a str> {
        self.next()?;
        let mut escaped = false;
        let end = self.0.bytes().skip(1).position(|it| {
            let ends = it == b'"' && !escaped;
            escaped = it == b'\\' && !escaped;
            ends
        })?;
        self.take(end + 2)
    }

    /// The next byte that is no white space, at which the reader then stands.
    fn next(&mut self) -> Option<u8> {
        self.0 = self.0.trim_ascii_start();
        self.0.bytes().next()
    }

    fn take(&mut self, length: usize) -> Option<&'a str> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}
