//! VERIFY: proving to Smartcar that this receiver knows the token, and nothing else.

use std::sync::LazyLock;

use bytes::Bytes;
use memchr::memmem::Finder;

use crate::error::{Error, ErrorKind};
use crate::json::{RawJson, Text, object, read};
use crate::signature::Signature;
use crate::token::ManagementToken;

mod policy;

pub use self::policy::ChallengePolicy;

/// A challenge as it came: from anybody, for VERIFY is not reliably signed.
///
/// See [Smartcar Docs/Verify](https://smartcar.com/docs/api-reference/webhooks/events/verify) for 4.0; 2.0 has it in `payload.challenge` under the event name `verify`.
#[derive(Debug)]
pub(crate) struct Challenge {
    text: Text,
    webhook_id: Option<Text>,
}

/// Longer bodies are no VERIFY: the one captured has 311 bytes.
const BODY_LIMIT: usize = 8 * 1024;

/// What is in every challenge.
static WORD: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("challenge"));

/// Longer challenges are refused: those seen have 16 and 36 characters.
const LENGTH_LIMIT: usize = 256;

object! {
    struct Body {
        event_type: Option<Text> = "eventType",
        event_name: Option<Text> = "eventName",
        data: Holder = "data",
        payload: Holder = "payload",
        webhook_id: Option<Text> = "webhookId",
        meta: Meta = "meta",
    }
}

object! {
    struct Meta {
        webhook_id: Option<Text> = "webhookId",
    }
}

object! {
    struct Holder {
        challenge: Option<Text> = "challenge",
    }
}

impl Challenge {
    /// Looks for a challenge in a body nobody has verified.
    pub(crate) fn find(body: &Bytes) -> Option<Self> {
        // Spares every other delivery the parse.
        if body.len() > BODY_LIMIT || WORD.find(body).is_none() {
            return None;
        }
        let body = RawJson::trusted(Text::from_utf8(body.clone())?);
        let body: Body = read(&body).ok()?;
        let is_verify = |name: &Text| name.eq_ignore_ascii_case("VERIFY");
        let text = match (&body.event_type, &body.event_name) {
            // One page puts the challenge of 4.0 where 2.0 has it.
            (Some(name), _) if is_verify(name) => body.data.challenge.or(body.payload.challenge),
            (None, Some(name)) if is_verify(name) => body.payload.challenge,
            _ => None,
        };
        Some(Self {
            text: text?,
            webhook_id: body.meta.webhook_id.or(body.webhook_id),
        })
    }

    /// The challenge to sign, unless the answer could serve as the signature of a delivery, or the policy is against it.
    ///
    /// Challenges and deliveries are signed alike, so this endpoint would sign forgeries for whoever sends them as challenges.
    /// A delivery is a JSON object: without `{` and `"` no challenge can be one.
    pub(crate) fn admitted_by(self, policy: &ChallengePolicy) -> Result<Admitted, Error> {
        let refused = |it: char| it == '{' || it == '"' || it.is_control();
        if self.text.contains(refused) || self.text.chars().count() > LENGTH_LIMIT {
            return Err(Error::new(ErrorKind::ChallengeRefused));
        }
        policy.admit(self.webhook_id.as_deref())?;
        Ok(Admitted(self.text))
    }
}

/// A challenge that may be signed.
#[derive(Debug)]
pub(crate) struct Admitted(Text);

impl Admitted {
    pub(crate) fn answer(&self, key: &ManagementToken) -> Signature {
        key.sign(self.0.as_bytes())
    }
}
