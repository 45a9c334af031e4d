//! The only way from HTTP to a delivery.

mod settings;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_ENCODING;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response};

use crate::answer::Answer;
use crate::challenge::{Challenge, ChallengePolicy};
use crate::doctor::{Doctor, Patient};
use crate::error::{Error, ErrorKind};
use crate::keys::{Keys, Unverified};
use crate::outcome::Outcome;
use crate::payload::{Delivery, Payload, Reads};
use crate::replay::ReplayWindow;
use crate::signature::Signature;
use crate::tally::{Counters, Tally};
use crate::token::Keyring;

/// The header that carries the signature of a delivery.
pub const SC_SIGNATURE: HeaderName = HeaderName::from_static("sc-signature");

/// Verifies requests for those who keep their own handler function; a [`Webhook`](crate::Webhook) is one with handlers behind it.
///
/// The adapter crates have an extractor that does it: it takes a verifier out of the state of the app.
///
/// ```
/// use smartcar_webhook_core::payload::v4::VehicleState;
/// use smartcar_webhook_core::{ManagementToken, Verifier};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let verifier = Verifier::new(ManagementToken::new("amt")?);
///
/// let challenge = http::Request::post("/")
///     .body(r#"{"eventType":"VERIFY","data":{"challenge":"challenge"}}"#.into())?;
/// let answer = verifier.receive::<VehicleState>(challenge).await.unwrap_err();
/// assert_eq!(answer.status(), 200);
///
/// let forged = http::Request::post("/").body("{}".into())?;
/// let refusal = verifier.receive::<VehicleState>(forged).await.unwrap_err();
/// assert_eq!(refusal.status(), 401);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Verifier {
    keys: Keys,
    body_limit: usize,
    challenges: ChallengePolicy,
    replay: Option<ReplayWindow>,
    doctor: Option<Doctor>,
    reads: Reads,
    counters: Arc<Counters>,
}

/// What a request turned out to be.
pub(crate) enum Received {
    Challenge(Signature),
    Delivery(Delivery),
}

impl Verifier {
    /// What this verifier and its clones have seen so far.
    pub fn tally(&self) -> Tally {
        self.counters.tally()
    }

    /// The longest body to read, in bytes.
    pub fn body_limit(&self) -> usize {
        self.body_limit
    }

    /// Whether a request is worth reading: for adapters to ask before they collect the body.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MethodNotAllowed`] for anything but a POST, [`ErrorKind::BodyTooLarge`] when the body is known to be longer than the limit.
    pub fn admit(&self, method: &Method, body_length: Option<u64>) -> Result<(), Error> {
        if method != Method::POST {
            return Err(Error::new(ErrorKind::MethodNotAllowed));
        }
        let limit = u64::try_from(self.body_limit).unwrap_or(u64::MAX);
        if body_length.is_some_and(|length| length > limit) {
            return Err(Error::new(ErrorKind::BodyTooLarge));
        }
        Ok(())
    }

    /// The answer to a request that cannot be received: for adapters.
    pub fn refuse(&self, err: Error) -> Response<Bytes> {
        self.counters.refused(err.kind());
        Answer::refused(err).into_response()
    }

    /// The delivery in a request, read as `E`; [`Raw`](crate::payload::Raw) takes any.
    ///
    /// # Errors
    ///
    /// The response to give, of the [table of answers](crate#answers): to a challenge, to what is not signed, and 200 to a delivery of another type than `E` or that does not have its shape, for it would come again in the same.
    pub async fn receive<E: Payload>(
        &self,
        request: Request<Bytes>,
    ) -> Result<Delivery<E>, Response<Bytes>> {
        let (mut head, body) = request.into_parts();
        let answer = match self.open(&mut head, body).await {
            Ok(Received::Delivery(delivery)) => match E::take(delivery) {
                Ok(Some(delivery)) => return Ok(delivery),
                Ok(None) => {
                    tracing::debug!("delivery acknowledged, but not of the type asked for");
                    Answer::Acknowledged(Outcome::Unhandled)
                }
                Err(misfit) => Answer::refused(misfit),
            },
            Ok(Received::Challenge(signature)) => Answer::challenge(signature),
            Err(err) => Answer::refused(err),
        };
        Err(answer.into_response())
    }

    /// What a stranger's request turns out to be.
    ///
    /// By reference, for each future that a request is moved into keeps room for it.
    pub(crate) async fn open(&self, head: &mut Parts, body: Bytes) -> Result<Received, Error> {
        let received = self.judge(head, body).await;
        match &received {
            Ok(Received::Challenge(_)) => self.counters.challenge_answered(),
            Ok(Received::Delivery(it)) => self.counters.verified(it),
            Err(err) => self.counters.refused(err.kind()),
        }
        received
    }

    async fn judge(&self, head: &mut Parts, body: Bytes) -> Result<Received, Error> {
        self.admit(&head.method, u64::try_from(body.len()).ok())?;
        // Before the signature: VERIFY is not reliably signed, and a wrong signature on it does not count.
        let challenge = Challenge::find(&body);
        let challenge = challenge.map(|it| it.admitted_by(&self.challenges));
        let challenge = challenge.transpose()?;
        let signature = signature(&head.headers);
        if let (None, Err(err)) = (&challenge, &signature) {
            let err = err.clone();
            // One that is missing is no wonder, unless it always is.
            let past = self.counters.past();
            let never = past.challenge_answered && !past.verified;
            if err.kind() == ErrorKind::SignatureMalformed
                || (err.kind() == ErrorKind::SignatureMissing && never)
            {
                self.see_doctor(&head.headers, body, self.keys.shared());
            }
            return Err(err);
        }
        let request = Unverified { head, body: &body };
        let keys = self.keys.of(&request).await?;
        if let Some(challenge) = challenge {
            let keys = keys.ok_or_else(|| self.keys.unknown_tenant(&body))?;
            let signed_by = signature.and_then(|it| Ok(keys.signer(&body, &it)?.1));
            let answer = challenge.answer(signed_by.unwrap_or(keys.primary()));
            return Ok(Received::Challenge(answer));
        }
        // Over the bytes as received; only then are they read.
        let signer = match &keys {
            Some(keys) => signature.and_then(|it| Ok(keys.signer(&body, &it)?.0)),
            None => Err(self.keys.unknown_tenant(&body)),
        };
        let verified_by = match signer {
            Ok(label) => Arc::clone(label),
            Err(err) => {
                self.see_doctor(&head.headers, body, keys);
                return Err(err);
            }
        };
        let extensions = std::mem::take(&mut head.extensions);
        let delivery = Delivery::new(body, Some(verified_by), extensions, self.reads)?;
        if let Some(replay) = &self.replay {
            replay.admit(delivery.envelope())?;
        }
        Ok(Received::Delivery(delivery))
    }

    fn see_doctor(&self, headers: &HeaderMap, body: Bytes, keys: Option<Arc<Keyring>>) {
        let Some(doctor) = &self.doctor else {
            return;
        };
        let counters = Arc::clone(&self.counters);
        let patient = || {
            let header = headers.get(SC_SIGNATURE).map(HeaderValue::as_bytes);
            Patient {
                header: Bytes::copy_from_slice(header.unwrap_or_default()),
                body,
                said_compressed: (headers.get_all(CONTENT_ENCODING).iter())
                    .any(|it| !it.as_bytes().eq_ignore_ascii_case(b"identity")),
                keys,
                // That of one tenant says nothing about another.
                past: (self.keys.are_of_one_tenant()).then(|| self.counters.past()),
            }
        };
        doctor.see(patient, move |it| counters.diagnosed(it));
    }

    /// The keys, where they are not those of a source.
    #[cfg(feature = "testing")]
    pub(crate) fn keys(&self) -> Option<Arc<Keyring>> {
        self.keys.shared()
    }
}

/// The signature of a request; a repeated header must repeat itself.
fn signature(headers: &HeaderMap) -> Result<Signature, Error> {
    let mut values = headers.get_all(SC_SIGNATURE).iter();
    let first = values
        .next()
        .ok_or_else(|| Error::new(ErrorKind::SignatureMissing))?;
    if values.any(|it| it != first) {
        return Err(Error::new(ErrorKind::SignatureAmbiguous));
    }
    Signature::from_hex(first)
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("keys", &self.keys)
            .field("body_limit", &self.body_limit)
            .field("challenges", &self.challenges)
            .field("replay", &self.replay)
            .field("doctor", &self.doctor)
            .finish_non_exhaustive()
    }
}
