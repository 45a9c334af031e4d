//! What the body may have been when it was signed.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem;

use super::cause::Cause;
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
    let mut seen = HashSet::from([body.to_vec()]);
    let mut attempt = |original: Vec<u8>, cause| {
        if seen.contains(&original) {
            return None;
        }
        let taken = found(&original, Some(cause));
        seen.insert(original);
        taken
    };
    for (original, cause) in padded(body).chain(converted(body)).chain(wrapped(body)) {
        if let Some(it) = attempt(original, cause) {
            return Some(it);
        }
    }
    let tree = std::str::from_utf8(body).ok().and_then(Tree::parse);
    let tree = tree.filter(|_| rewrite)?;
    Style::all().find_map(|it| attempt(it.write(&tree).into_bytes(), Cause::BodyReserialised))
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

fn converted(body: &[u8]) -> impl Iterator<Item = (Vec<u8>, Cause)> {
    let text = std::str::from_utf8(body).ok();
    let text = text.map(|it| it.strip_prefix('\u{feff}').unwrap_or(it));
    // UTF-8 taken for Latin-1 and written as UTF-8 once more.
    let twice = text.and_then(|it| {
        let bytes = it.chars().map(|it| u8::try_from(u32::from(it)).ok());
        bytes.collect::<Option<Vec<_>>>()
    });
    // Written as Latin-1.
    let latin = text.is_none().then(|| {
        let text: String = body.iter().copied().map(char::from).collect();
        text.into_bytes()
    });
    let units = |from: fn([u8; 2]) -> u16| {
        let units = body.chunks_exact(2).map(|it| from([it[0], it[1]]));
        let text = String::from_utf16(&units.collect::<Vec<_>>()).ok()?;
        Some(text.trim_start_matches('\u{feff}').as_bytes().to_vec())
    };
    let wide = body.len().is_multiple_of(2) && body.contains(&0);
    let [little, big] = [u16::from_le_bytes, u16::from_be_bytes].map(|it| wide.then(|| units(it)));
    [twice, latin, little.flatten(), big.flatten()]
        .into_iter()
        .flatten()
        .map(|it| (it, Cause::BodyCharset))
}

fn wrapped(body: &[u8]) -> impl Iterator<Item = (Vec<u8>, Cause)> {
    let base64 = STANDARD.decode(body.trim_ascii()).ok();
    let quoted = serde_json::from_slice::<String>(body).ok();
    let base64 = base64.map(|it| (it, Cause::BodyBase64));
    let quoted = quoted.map(|it| (it.into_bytes(), Cause::BodyQuoted));
    base64.into_iter().chain(quoted)
}

/// What the body looks as if it went through, where nothing is proven.
pub(super) fn symptom(body: &[u8], said_compressed: bool) -> Option<Cause> {
    let text = std::str::from_utf8(body);
    if body.is_empty() {
        Some(Cause::BodyEmpty)
    } else if is_compressed(body) {
        Some(Cause::BodyCompressed)
    } else if said_compressed {
        Some(Cause::BodyDecompressed)
    } else if text.is_err() || memmem::find(body, "\u{fffd}".as_bytes()).is_some() {
        Some(Cause::BodyCharset)
    } else if body[0] == b'"' {
        Some(Cause::BodyQuoted)
    } else if STANDARD.decode(body.trim_ascii()).is_ok() {
        Some(Cause::BodyBase64)
    } else {
        let text = text.unwrap_or_default();
        match Tree::parse(text) {
            None => {
                let err = serde_json::from_str::<serde::de::IgnoredAny>(text).err()?;
                err.is_eof().then_some(Cause::BodyTruncated)
            }
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
    let marks: [&[u8]; 5] = [
        b"\x1f\x8b",
        b"\x78\x01",
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
