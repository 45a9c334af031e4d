//! One signature that does not fit, looked at from all sides.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::body;
use super::cause::Cause;
use super::diagnosis::Diagnosis;
use super::header::{self, Claim};
use super::token::meanings;
use crate::json::{RawJson, Text};
use crate::payload::{Envelope, Mode};
use crate::token::{Keyring, ManagementToken};

/// Finds out why a signature does not fit: takes what there is, tries every mistake that is known, and names those that explain it.
///
/// It takes time: a hundred hashes of the body for each key, and more for long bodies.
/// Never answer a request by what it finds: the search is not of constant time.
///
/// ```
/// use smartcar_webhook_core::doctor::{Cause, Examination};
///
/// // Signed: {"pizza":"pasta"}. Arrived: with a space, after somebody parsed it and wrote it anew.
/// let signature = b"4c05a8da471f05156ad717baa4017acd13a3a809850b9ca7d3301dcaaa854f70";
/// let examination = Examination::new(signature, br#"{"pizza": "pasta"}"#).token("mine", "amt\n");
///
/// let diagnosis = examination.diagnose().expect("it does not fit");
/// assert_eq!(diagnosis.causes(), [Cause::TokenPadded, Cause::BodyReserialised]);
/// assert!(diagnosis.is_certain());
/// println!("{diagnosis}");
/// ```
#[derive(Clone)]
#[must_use]
pub struct Examination<'a> {
    header: &'a [u8],
    body: &'a [u8],
    keys: Vec<Candidate>,
    said_compressed: bool,
    past: Past,
    rewrite: bool,
}

/// What happened with these keys before.
#[derive(Clone, Copy, Default)]
pub(crate) struct Past {
    pub(crate) verified: bool,
    pub(crate) verified_test_alone: bool,
    pub(crate) challenge_answered: bool,
}

#[derive(Clone)]
struct Candidate {
    label: Arc<str>,
    key: ManagementToken,
    cause: Option<Cause>,
    /// Where it is known: a `ManagementToken` does not keep it.
    text: Option<Zeroizing<String>>,
}

impl<'a> Examination<'a> {
    /// Examines the value of an `SC-Signature` header and the body it came with.
    pub fn new(header: &'a [u8], body: &'a [u8]) -> Self {
        Self {
            header,
            body,
            keys: Vec::new(),
            said_compressed: false,
            past: Past::default(),
            rewrite: true,
        }
    }

    /// Tries a token that is accepted, as its text stands in the configuration, with whatever is around it.
    pub fn token(self, label: &str, text: &str) -> Self {
        self.texts(label, text, None)
    }

    /// Tries a token that is known, but not accepted: that of another application, or the client secret.
    pub fn other_token(self, label: &str, text: &str) -> Self {
        self.texts(label, text, Some(Cause::OtherToken))
    }

    /// Tries the keys that are accepted.
    pub fn keys(self, keys: &Keyring) -> Self {
        self.ring(keys, None)
    }

    /// Tries keys that are known, but not accepted.
    pub fn other_keys(self, keys: &Keyring) -> Self {
        self.ring(keys, Some(Cause::OtherToken))
    }

    /// Says that the request had a `Content-Encoding`.
    pub fn said_compressed(mut self) -> Self {
        self.said_compressed = true;
        self
    }

    /// Says that a delivery of the dashboard's test button was verified with these tokens, and none of a real car.
    pub fn after_test(mut self) -> Self {
        self.past.verified = true;
        self.past.verified_test_alone = true;
        self
    }

    /// Says that a challenge was answered with these tokens.
    pub fn after_challenge(mut self) -> Self {
        self.past.challenge_answered = true;
        self
    }

    pub(super) fn after(mut self, past: Past) -> Self {
        self.past = past;
        self
    }

    /// Leaves out the many ways in which JSON may be written anew, which long bodies make costly.
    pub(super) fn without_rewriting(mut self) -> Self {
        self.rewrite = false;
        self
    }

    fn texts(mut self, label: &str, text: &str, other: Option<Cause>) -> Self {
        let label = Arc::<str>::from(label);
        let meanings = meanings(text).into_iter().map(|(text, cause)| Candidate {
            label: Arc::clone(&label),
            key: ManagementToken::of_any(text.as_bytes()),
            cause: other.or(cause),
            text: Some(text),
        });
        self.keys.extend(meanings);
        self
    }

    fn ring(mut self, keys: &Keyring, cause: Option<Cause>) -> Self {
        self.keys.extend(keys.iter().map(|(label, key)| Candidate {
            label: Arc::clone(label),
            key: key.clone(),
            cause,
            text: None,
        }));
        self
    }

    /// What is wrong; `None` when nothing is, for the signature fits.
    pub fn diagnose(&self) -> Option<Diagnosis> {
        let claims = Claim::all(self.header);
        let fit = body::originals(self.body, self.rewrite, |original, cause| {
            self.fit(&claims, original, cause)
        });
        match fit.or_else(|| self.swapped(&claims)) {
            Some((causes, _)) if causes.is_empty() => None,
            Some((causes, key)) => Some(Diagnosis::certain(causes, key)),
            None => Some(Diagnosis::suspicion(self.suspicion())),
        }
    }

    /// The key that signed `original`, and everything that has to be undone for that.
    fn fit(
        &self,
        claims: &[Claim],
        original: &[u8],
        cause: Option<Cause>,
    ) -> Option<(Vec<Cause>, Arc<str>)> {
        self.keys.iter().find_map(|key| {
            let signature = key.key.sign(original).to_hex();
            let claim = claims.iter().find(|it| it.fits(&signature))?;
            let causes = [key.cause, claim.cause, cause].into_iter().flatten();
            let causes: Vec<_> = causes.collect();
            // Anybody can have a text without `{` signed, as a challenge: then nothing was done to a delivery.
            let is_delivery = original.contains(&b'{');
            (causes.is_empty() || is_delivery).then(|| (causes, Arc::clone(&key.label)))
        })
    }

    fn swapped(&self, claims: &[Claim]) -> Option<(Vec<Cause>, Arc<str>)> {
        let by_body = ManagementToken::of_any(self.body);
        self.keys.iter().find_map(|key| {
            let signature = by_body.sign(key.text.as_ref()?.as_bytes()).to_hex();
            let claim = claims.iter().find(|it| it.fits(&signature))?;
            let causes = [key.cause, Some(Cause::Swapped), claim.cause];
            Some((
                causes.into_iter().flatten().collect(),
                Arc::clone(&key.label),
            ))
        })
    }

    fn suspicion(&self) -> Cause {
        if let Some(cause) = header::symptom(self.header) {
            return cause;
        }
        if self
            .keys
            .iter()
            .all(|it| it.cause == Some(Cause::OtherToken))
        {
            return Cause::UnknownTenant;
        }
        let symptom = body::symptom(self.body, self.said_compressed, self.rewrite);
        // What writes bodies anew would do it to all of them.
        let symptom = symptom.filter(|it| *it != Cause::BodyReserialised || !self.past.verified);
        symptom.unwrap_or_else(|| {
            if self.past.verified_test_alone && self.mode() == Some(Mode::LIVE) {
                Cause::LiveFails
            } else if self.past.challenge_answered && !self.past.verified {
                Cause::NeverVerified
            } else {
                Cause::Unexplained
            }
        })
    }

    /// What the body says, whoever wrote it.
    fn mode(&self) -> Option<Mode> {
        let text = Text::from(std::str::from_utf8(self.body).ok()?);
        Envelope::read(&RawJson::parse(text).ok()?).ok()?.mode
    }
}

impl fmt::Debug for Examination<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels = self.keys.iter().map(|it| &*it.label);
        f.debug_struct("Examination")
            .field("keys", &labels.collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
