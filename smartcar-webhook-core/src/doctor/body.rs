//! What the body may have been when it was signed.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use memchr::memmem;

use super::base64;
use super::cause::Cause;
use super::charset;
use super::style::Style;
use super::tree::Tree;

/// Calls `found` with each body that may have been signed, and what was done to it since, until one is taken.
pub(super) fn originals<T>(
    body: &[u8],
    rewrite: bool,
    mut found: impl FnMut(&[u8], Option<Cause>) -> Option<T>,
) -> Option<T> {
    if let Some(it) = found(body, None) {
        return Some(it);
    }
    // Digests: a short body of many levels is long where it is indented.
    let mut seen = HashSet::from([digest(body)]);
    let mut attempt = |original: Vec<u8>, cause| {
        let is_new = seen.insert(digest(&original));
        is_new.then(|| found(&original, Some(cause)))?
    };
    let converted = charset::originals(body).map(|it| (it, Cause::BodyCharset));
    for (original, cause) in padded(body).chain(converted).chain(wrapped(body)) {
        if let Some(it) = attempt(original, cause) {
            return Some(it);
        }
    }
    let tree = std::str::from_utf8(body).ok().and_then(Tree::parse);
    for (original, cause) in tree.iter().flat_map(enveloped) {
        if let Some(it) = attempt(original, cause) {
            return Some(it);
        }
    }
    let tree = tree.filter(|_| rewrite)?;
    Style::all().find_map(|it| attempt(it.write(&tree).into_bytes(), Cause::BodyReserialised))
}

fn digest(body: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    hasher.finish()
}

const BOM: &[u8] = b"\xef\xbb\xbf";

fn padded(body: &[u8]) -> impl Iterator<Item = (Vec<u8>, Cause)> {
    let bare = body.strip_prefix(BOM).unwrap_or(body);
    [
        bare.to_vec(),
        bare.trim_ascii().to_vec(),
        [BOM, body].concat(),
        [body, b"\n"].concat(),
        [body, b"\r\n"].concat(),
    ]
    .into_iter()
    .map(|it| (it, Cause::BodyPadded))
}

fn wrapped(body: &[u8]) -> impl Iterator<Item = (Vec<u8>, Cause)> {
    let base64 = base64::decode(body);
    let quoted = serde_json::from_slice::<String>(body).ok();
    let base64 = base64.map(|it| (it, Cause::BodyBase64));
    let quoted = quoted.map(|it| (it.into_bytes(), Cause::BodyQuoted));
    base64.into_iter().chain(quoted)
}

/// What is in the strings of an object, such as `body` of an event of AWS Lambda.
fn enveloped(tree: &Tree<'_>) -> impl Iterator<Item = (Vec<u8>, Cause)> {
    let members = match tree {
        Tree::Object(members) => members.as_slice(),
        _ => &[],
    };
    let texts = members.iter().filter_map(|(_, value)| match value {
        Tree::Text(text) => serde_json::from_str::<String>(text).ok(),
        _ => None,
    });
    texts.flat_map(|it| {
        let base64 = base64::decode(it.as_bytes());
        let base64 = base64.map(|it| (it, Cause::BodyBase64));
        base64
            .into_iter()
            .chain([(it.into_bytes(), Cause::BodyQuoted)])
    })
}

/// What the body looks as if it went through, where nothing is proven.
pub(super) fn symptom(body: &[u8], said_compressed: bool, rewrite: bool) -> Option<Cause> {
    let text = std::str::from_utf8(body);
    if body.is_empty() {
        Some(Cause::BodyEmpty)
    } else if is_compressed(body) || (said_compressed && text.is_err()) {
        Some(Cause::BodyCompressed)
    } else if said_compressed {
        Some(Cause::BodyDecompressed)
    } else if text.is_err() || memmem::find(body, "\u{fffd}".as_bytes()).is_some() {
        Some(Cause::BodyCharset)
    } else if body[0] == b'"' {
        Some(Cause::BodyQuoted)
    } else if base64::decode(body).is_some_and(|it| it.starts_with(b"{")) {
        Some(Cause::BodyBase64)
    } else {
        let text = text.unwrap_or_default();
        if !rewrite {
            return None;
        }
        match Tree::parse(text) {
            None => {
                let err = serde_json::from_str::<serde::de::IgnoredAny>(text).err()?;
                let is_cut = err.is_eof() && text.trim_start().starts_with(['{', '[']);
                Some(if is_cut {
                    Cause::BodyTruncated
                } else {
                    Cause::BodyMalformed
                })
            }
            Some(tree) if !matches!(tree, Tree::Object(_)) => Some(Cause::BodyMalformed),
            // The captured ones are as `JSON.stringify` writes them, and not sorted.
            Some(tree) => {
                let written = Style::STRINGIFIED.write(&tree);
                let sorted = written == Style::SORTED.write(&tree) && has_members(&tree);
                (written != text || sorted).then_some(Cause::BodyReserialised)
            }
        }
    }
}

/// gzip, zlib and Zstandard; Brotli has no mark to know it by.
fn is_compressed(body: &[u8]) -> bool {
    let marks: [&[u8]; 6] = [
        b"\x1f\x8b",
        b"\x78\x01",
        b"\x78\x5e",
        b"\x78\x9c",
        b"\x78\xda",
        b"\x28\xb5\x2f\xfd",
    ];
    marks.iter().any(|it| body.starts_with(it))
}

/// Enough members for their order to say something: `eventId`, `eventType`, `data`, `meta` are not sorted.
fn has_members(tree: &Tree<'_>) -> bool {
    matches!(tree, Tree::Object(members) if members.len() > 3)
}
