//! The only way from HTTP to a delivery.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, Request, Response};

use crate::answer::Answer;
use crate::challenge::Challenge;
use crate::error::{Error, ErrorKind};
use crate::keys::{KeySource, SharedKeyring, Unverified};
use crate::outcome::Outcome;
use crate::payload::{Delivery, Payload};
use crate::signature::Signature;
use crate::token::{Keyring, ManagementToken};

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
}

#[derive(Clone)]
enum Keys {
    Shared(SharedKeyring),
    Source(Arc<dyn KeySource>),
}

/// What a request turned out to be.
pub(crate) enum Received {
    Challenge(Signature),
    Delivery(Delivery),
}

impl Verifier {
    /// The longest body read unless told otherwise, in bytes: 1 MiB.
    ///
    /// 4.0 deliveries have at most 50 KB; for 2.0 scheduled ones no bound is known.
    /// See [Smartcar Docs/Delivery behavior](https://smartcar.com/docs/api-reference/webhooks/delivery-behavior).
    pub const DEFAULT_BODY_LIMIT: usize = 1024 * 1024;

    /// A verifier of what these keys signed: one [`ManagementToken`], a [`Keyring`], or a [`SharedKeyring`] to replace while it runs.
    pub fn new(keys: impl Into<Self>) -> Self {
        keys.into()
    }

    /// A verifier of what the keys signed that this source gives for a request.
    pub fn with_source(source: impl KeySource) -> Self {
        Self::with_keys(Keys::Source(Arc::new(source)))
    }

    fn with_keys(keys: Keys) -> Self {
        Self {
            keys,
            body_limit: Self::DEFAULT_BODY_LIMIT,
        }
    }

    /// Sets the longest body to read, in bytes.
    #[must_use]
    pub fn with_body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
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
        let answer = match self.open(request).await {
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
    pub(crate) async fn open(&self, request: Request<Bytes>) -> Result<Received, Error> {
        let (head, body) = request.into_parts();
        self.admit(&head.method, u64::try_from(body.len()).ok())?;
        // Before the signature: VERIFY is not reliably signed, and a wrong signature on it does not count.
        let challenge = Challenge::find(&body);
        let signature = signature(&head.headers);
        if let (None, Err(err)) = (&challenge, &signature) {
            return Err(err.clone());
        }
        let keys = match &self.keys {
            Keys::Shared(keys) => keys.load(),
            Keys::Source(source) => {
                let request = Unverified {
                    head: &head,
                    body: &body,
                };
                let keys = source.keys(&request).await;
                let keys =
                    keys.map_err(|err| Error::with_source(ErrorKind::KeysUnavailable, err))?;
                match keys {
                    Some(keys) => keys,
                    None => return Err(unknown_tenant(&body)),
                }
            }
        };
        if let Some(challenge) = challenge {
            let signed_by = signature.and_then(|it| Ok(keys.signer(&body, &it)?.1));
            let answer = challenge.answer(signed_by.unwrap_or(keys.primary()));
            return answer.map(Received::Challenge);
        }
        // Over the bytes as received; only then are they read.
        let (verified_by, _) = keys.signer(&body, &signature?)?;
        let verified_by = Some(Arc::clone(verified_by));
        Delivery::new(body, verified_by, head.extensions).map(Received::Delivery)
    }

    /// The keys, where they are not those of a source.
    #[cfg(feature = "testing")]
    pub(crate) fn keys(&self) -> Option<Arc<Keyring>> {
        match &self.keys {
            Keys::Shared(keys) => Some(keys.load()),
            Keys::Source(_) => None,
        }
    }
}

/// As much work as a wrong signature makes.
fn unknown_tenant(body: &Bytes) -> Error {
    if let Ok(nobody) = ManagementToken::new("nobody") {
        std::hint::black_box(nobody.sign(body));
    }
    Error::new(ErrorKind::SignatureMismatch)
}

impl From<ManagementToken> for Verifier {
    fn from(token: ManagementToken) -> Self {
        Keyring::from(token).into()
    }
}

impl From<Keyring> for Verifier {
    fn from(keys: Keyring) -> Self {
        SharedKeyring::new(keys).into()
    }
}

impl From<SharedKeyring> for Verifier {
    fn from(keys: SharedKeyring) -> Self {
        Self::with_keys(Keys::Shared(keys))
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
        let mut debug = f.debug_struct("Verifier");
        if let Keys::Shared(keys) = &self.keys {
            debug.field("keys", keys);
        }
        debug
            .field("body_limit", &self.body_limit)
            .finish_non_exhaustive()
    }
}
