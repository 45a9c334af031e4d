//! Keys by request.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use http::request::Parts;

use crate::error::BoxError;
use crate::json::{RawJson, Text};
use crate::payload::Envelope;
use crate::token::Keyring;

/// Gives the keys for a request: those of the tenant it is for, say; those of a secret manager come from [`CachedKeys`](crate::CachedKeys), which is one.
///
/// Give each tenant's keys a label to know the tenant by: handlers find it in [`Delivery::verified_by`](crate::Delivery::verified_by).
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Arc;
///
/// use smartcar_webhook_core::{
///     BoxError, EventRouter, KeySource, Keyring, Unverified, Verifier, Webhook, async_trait,
/// };
///
/// struct Tenants(HashMap<String, Arc<Keyring>>);
///
/// #[async_trait]
/// impl KeySource for Tenants {
///     async fn keys(&self, request: &Unverified<'_>) -> Result<Option<Arc<Keyring>>, BoxError> {
///         let tenant = request.path().rsplit('/').next().unwrap_or_default();
///         Ok(self.0.get(tenant).cloned())
///     }
/// }
///
/// # fn webhook(tenants: Tenants) -> Webhook {
/// Webhook::new(Verifier::with_source(tenants), EventRouter::new())
/// # }
/// ```
#[async_trait]
pub trait KeySource: Send + Sync + 'static {
    /// The keys for this request; `None` for a tenant that is not known.
    ///
    /// A request for an unknown tenant is answered as one with a wrong signature, after as much work.
    /// A challenge is the exception, which only a tenant's keys can answer: whoever may send one finds out who is a tenant, so give tenants paths that nobody guesses, if that matters.
    /// Only requests with the form of a signature, and challenges, come here.
    ///
    /// # Errors
    ///
    /// When the keys cannot be had now: answered 503, so that Smartcar tries again.
    async fn keys(&self, request: &Unverified<'_>) -> Result<Option<Arc<Keyring>>, BoxError>;
}

/// A request before anything in it was verified: whoever sent it chose what it says.
#[derive(Clone, Copy)]
pub struct Unverified<'a> {
    pub(crate) head: &'a Parts,
    pub(crate) body: &'a Bytes,
}

impl Unverified<'_> {
    /// The path of the request as the host passes it on, percent-encoded: axum's `nest` takes off its prefix.
    pub fn path(&self) -> &str {
        self.head.uri.path()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// The id of the webhook that the body names, where [`Envelope`] has it; it takes a look through all of the body.
    pub fn webhook_id(&self) -> Option<Text> {
        let body = RawJson::trusted(Text::from_utf8(self.body.clone())?);
        Envelope::read(&body).ok()?.webhook_id
    }
}

/// Without the path, which may be one that nobody is to guess.
impl fmt::Debug for Unverified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unverified").finish_non_exhaustive()
    }
}

#[async_trait]
impl<S: KeySource + ?Sized> KeySource for Arc<S> {
    async fn keys(&self, request: &Unverified<'_>) -> Result<Option<Arc<Keyring>>, BoxError> {
        (**self).keys(request).await
    }
}
