//! Keys by request.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use http::request::Parts;

use crate::error::BoxError;
use crate::json::{RawJson, Text, object, read};
use crate::token::Keyring;

/// Gives the keys for a request: those of the tenant it is for, or those a secret manager has now.
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
    /// A request for an unknown tenant is verified with a key that nobody has and answered as one with a wrong signature, and its challenges are answered with that key: neither tells whether the tenant exists, if the lookup takes the same time.
    ///
    /// # Errors
    ///
    /// When the keys cannot be had now: answered 503, so that Smartcar tries again.
    async fn keys(&self, request: &Unverified<'_>) -> Result<Option<Arc<Keyring>>, BoxError>;
}

/// A request before anything in it was verified: whoever sent it chose what it says.
#[derive(Clone, Copy, Debug)]
pub struct Unverified<'a> {
    pub(crate) head: &'a Parts,
    pub(crate) body: &'a Bytes,
}

impl Unverified<'_> {
    /// The path of the request.
    pub fn path(&self) -> &str {
        self.head.uri.path()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// What layers further out put beside the request.
    pub fn extensions(&self) -> &http::Extensions {
        &self.head.extensions
    }

    /// The id of the webhook that the body names, which takes a look through all of it.
    pub fn webhook_id(&self) -> Option<Text> {
        let body = RawJson::trusted(Text::from_utf8(self.body.clone())?);
        let body: Body = read(&body).ok()?;
        body.meta.webhook_id.or(body.webhook_id)
    }
}

object! {
    struct Body {
        webhook_id: Option<Text> = "webhookId",
        meta: Meta = "meta",
    }
}

object! {
    struct Meta {
        webhook_id: Option<Text> = "webhookId",
    }
}
