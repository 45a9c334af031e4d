//! What a signature header may have meant.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use super::cause::Cause;

/// A signature the header may stand for: lower-case hexadecimal digits, perhaps a part of them.
pub(super) struct Claim {
    digits: String,
    pub(super) cause: Option<Cause>,
}

/// Fewer digits of a signature would fit by chance.
const FEWEST_DIGITS: usize = 16;

impl Claim {
    /// Everything the header may stand for.
    pub(super) fn all(header: &[u8]) -> Vec<Self> {
        let text = String::from_utf8_lossy(header);
        let digits = text.to_ascii_lowercase();
        let mut claims = Vec::new();
        if is_hex(&digits) {
            claims.push(Self {
                cause: (digits.len() < 64).then_some(Cause::HeaderTruncated),
                digits,
            });
        }
        let engines = [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD];
        let decoded = engines.iter().find_map(|it| it.decode(text.trim()).ok());
        if let Some(bytes) = decoded.filter(|it| it.len() == 32) {
            claims.push(Self {
                digits: hex::encode(bytes),
                cause: Some(Cause::HeaderBase64),
            });
        }
        // `sha256=…`, quotation marks, `a, a` of joined headers.
        let words = text.split(|it: char| !it.is_ascii_hexdigit());
        let words = words.filter(|it| it.len() >= 64 && it.len() < text.len());
        claims.extend(words.map(|it| Self {
            digits: it[it.len() - 64..].to_ascii_lowercase(),
            cause: Some(Cause::HeaderWrapped),
        }));
        claims
    }

    /// Whether these could be digits of `signature`; not in constant time, so nothing may be answered by it.
    pub(super) fn fits(&self, signature: &str) -> bool {
        if self.digits.len() == signature.len() {
            return self.digits == signature;
        }
        self.digits.len() >= FEWEST_DIGITS
            && (signature.starts_with(&self.digits) || signature.ends_with(&self.digits))
    }
}

/// What the header looks as if it went through, where nothing is proven.
pub(super) fn symptom(header: &[u8]) -> Option<Cause> {
    let claims = Claim::all(header);
    if claims.iter().any(|it| it.cause.is_none()) {
        return None;
    }
    let cause = claims.first().and_then(|it| it.cause);
    Some(cause.unwrap_or(Cause::HeaderMalformed))
}

fn is_hex(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_hexdigit())
}
