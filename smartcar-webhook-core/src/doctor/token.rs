//! What a token may have been meant to be.

use zeroize::Zeroizing;

use super::cause::Cause;

/// Every token the text may have been meant for, and what is wrong with the text then.
pub(super) fn meanings(text: &str) -> Vec<(Zeroizing<String>, Option<Cause>)> {
    let owned = |it: &str| Zeroizing::new(it.to_owned());
    let trimmed =
        text.trim_matches(|it: char| it.is_whitespace() || it.is_control() || it == '\u{feff}');
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
    add(Zeroizing::new(bare.to_lowercase()), Cause::TokenCase);
    add(Zeroizing::new(bare.to_uppercase()), Cause::TokenCase);
    meanings
}
