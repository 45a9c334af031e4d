//! Where a verifier has its keys from.

use std::fmt;
use std::hint::black_box;
use std::sync::Arc;

use bytes::Bytes;

use super::{KeySource, SharedKeyring, Unverified};
use crate::error::{Error, ErrorKind};
use crate::token::{Keyring, ManagementToken};

/// One ring for every request, or a source to ask.
#[derive(Clone)]
pub(crate) enum Keys {
    Shared(SharedKeyring),
    Source(Arc<dyn KeySource>),
}

impl Keys {
    /// The keys, where they are not those of a source.
    pub(crate) fn shared(&self) -> Option<Arc<Keyring>> {
        match self {
            Self::Shared(keys) => Some(keys.load()),
            Self::Source(_) => None,
        }
    }

    /// The keys for a request; `None` for one of a tenant that is not known.
    pub(crate) async fn of(&self, request: &Unverified<'_>) -> Result<Option<Arc<Keyring>>, Error> {
        match self {
            Self::Shared(keys) => Ok(Some(keys.load())),
            Self::Source(source) => {
                let keys = source.keys(request).await;
                keys.map_err(|err| Error::with_source(ErrorKind::KeysUnavailable, err))
            }
        }
    }
}

/// As much work as a wrong signature makes.
pub(crate) fn unknown_tenant(body: &Bytes) -> Error {
    black_box(ManagementToken::of_any(b"nobody").sign(body));
    Error::new(ErrorKind::SignatureMismatch)
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shared(keys) => keys.fmt(f),
            Self::Source(_) => f.write_str("KeySource"),
        }
    }
}
