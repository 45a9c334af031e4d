//! Base64 in any of its spellings.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

/// The bytes that a text stands for: in either alphabet, padded or not, on one line or on many.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.iter().copied().filter(|it| !it.is_ascii_whitespace());
    // It may be a token.
    let text = Zeroizing::new(text.collect::<Vec<_>>());
    let engines = [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD];
    engines.iter().find_map(|it| it.decode(&*text).ok())
}
