//! A keyring that can be replaced.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::token::Keyring;

/// A [`Keyring`] that can be replaced while receivers use it: a handle, of which every clone is the same.
///
/// A token is rotated without a gap in three steps: accept the new one beside the old, make it the one that Smartcar signs with, and drop the old one.
/// A request that is being verified goes on with the keys it began with.
///
/// ```
/// use smartcar_webhook_core::{EventRouter, Keyring, ManagementToken, SharedKeyring, Webhook};
///
/// # fn main() -> Result<(), smartcar_webhook_core::TokenError> {
/// let old = ManagementToken::new("1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed")?;
/// let new = ManagementToken::new("8f0c2e1a-4d5b-4c6d-9e7f-0a1b2c3d4e5f")?;
/// let keys = SharedKeyring::new(Keyring::new("october", old.clone()));
/// let webhook = Webhook::new(keys.clone(), EventRouter::new());
///
/// keys.replace(Keyring::new("november", new.clone()).with("october", old));
/// // Smartcar signs with the new token from here on.
/// keys.replace(Keyring::new("november", new));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SharedKeyring(Arc<ArcSwap<Keyring>>);

impl SharedKeyring {
    /// A handle to these keys.
    pub fn new(keys: impl Into<Keyring>) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(keys.into())))
    }

    /// Has every receiver with this handle use these keys from now on.
    pub fn replace(&self, keys: impl Into<Keyring>) {
        self.0.store(Arc::new(keys.into()));
    }

    /// The keys as they are now.
    pub fn load(&self) -> Arc<Keyring> {
        self.0.load_full()
    }
}

impl fmt::Debug for SharedKeyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedKeyring").field(&self.load()).finish()
    }
}
