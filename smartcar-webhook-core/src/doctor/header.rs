//! What a signature header may have meant.

use super::base64;
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
                digits: digits.clone(),
            });
        }
        let decoded = base64::decode(header).and_then(|it| match it.len() {
            32 => Some(hex::encode(it)),
            // The digits themselves were encoded.
            64 => String::from_utf8(it).ok().filter(|it| is_hex(it)),
            _ => None,
        });
        claims.extend(decoded.map(|it| Self {
            digits: it.to_ascii_lowercase(),
            cause: Some(Cause::HeaderBase64),
        }));
        // `4c:05:…`, or a line break within.
        let joined = digits.replace([' ', '\t', '\r', '\n', ':', '-'], "");
        if joined.len() == 64 && is_hex(&joined) && joined != digits {
            claims.push(Self {
                digits: joined,
                cause: Some(Cause::HeaderWrapped),
            });
        }
        // `sha256=…`, quotation marks, `a, a` of joined headers; `4c05…` and dots.
        let words = digits.split(|it: char| !it.is_ascii_hexdigit());
        let words = words.filter(|it| it.len() >= FEWEST_DIGITS && it.len() < digits.len());
        claims.extend(words.map(|it| match it.len().checked_sub(64) {
            Some(before) => Self {
                digits: it[before..].to_owned(),
                cause: Some(Cause::HeaderWrapped),
            },
            None => Self {
                digits: it.to_owned(),
                cause: Some(Cause::HeaderTruncated),
            },
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
    if header.trim_ascii().is_empty() {
        return Some(Cause::HeaderMissing);
    }
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
