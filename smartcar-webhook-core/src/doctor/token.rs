//! What a token may have been meant to be.

use zeroize::Zeroizing;

use super::base64;
use super::cause::Cause;

/// More words are none of a token, but another file.
const MOST_WORDS: usize = 16;

/// Every token the text may have been meant for, and what is wrong with the text then.
pub(super) fn meanings(text: &str) -> Vec<(Zeroizing<String>, Option<Cause>)> {
    let owned = |it: &str| Zeroizing::new(it.to_owned());
    let trimmed = text.trim_matches(is_invisible);
    let mut meanings = vec![(owned(text), None)];
    let mut add = |text: Zeroizing<String>, cause| {
        if !text.is_empty() && meanings.iter().all(|(it, _)| *it != text) {
            meanings.push((text, Some(cause)));
        }
    };
    add(owned(trimmed), Cause::TokenPadded);
    let value = trimmed.split_once('=').map_or(trimmed, |(_, value)| value);
    let bare = value.trim().trim_matches(['"', '\'', '`']);
    add(owned(bare), Cause::TokenWrapped);
    // Of YAML, of JSON, before a comment, behind `Bearer`.
    let words = trimmed.split(|it: char| !it.is_ascii_alphanumeric() && it != '-' && it != '_');
    for word in words.filter(|it| !it.is_empty()).take(MOST_WORDS) {
        add(owned(word), Cause::TokenWrapped);
    }
    for encoded in [trimmed, bare] {
        if let Some(decoded) = base64::decode(encoded.as_bytes()).map(Zeroizing::new) {
            let decoded = std::str::from_utf8(&decoded).unwrap_or_default();
            add(
                owned(decoded.trim_matches(is_invisible)),
                Cause::TokenBase64,
            );
        }
    }
    add(Zeroizing::new(bare.to_lowercase()), Cause::TokenCase);
    add(Zeroizing::new(bare.to_uppercase()), Cause::TokenCase);
    meanings
}

/// White space, and what else comes along unseen with a text copied from a page: the byte order mark, spaces of no width, soft hyphens.
fn is_invisible(it: char) -> bool {
    let unseen = matches!(
        it,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
    );
    unseen || it.is_whitespace() || it.is_control()
}
