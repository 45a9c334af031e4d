//! Where a verifier has its keys from.

use std::fmt;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;

use super::{CachedKeys, KeySource, SharedKeyring, Unverified};
use crate::error::{BoxError, Error, ErrorKind};
use crate::token::{Keyring, ManagementToken};

/// One ring for every request, or a source to ask.
#[derive(Clone)]
pub(crate) enum Keys {
    Shared(SharedKeyring),
    Cached(CachedKeys),
    Source(Source),
}

/// A source, and how many keys the largest ring had that it gave.
#[derive(Clone)]
pub(crate) struct Source {
    source: Arc<dyn KeySource>,
    most_keys: Arc<AtomicUsize>,
}

impl Keys {
    /// The keys, where they are not those of a source.
    pub(crate) fn shared(&self) -> Option<Arc<Keyring>> {
        match self {
            Self::Shared(keys) => Some(keys.load()),
            Self::Cached(keys) => keys.held(),
            Self::Source(_) => None,
        }
    }

    pub(crate) fn from_source(source: impl KeySource) -> Self {
        Self::Source(Source {
            source: Arc::new(source),
            most_keys: Arc::new(AtomicUsize::new(1)),
        })
    }

    /// Whether all requests are for one tenant.
    pub(crate) fn are_of_one_tenant(&self) -> bool {
        !matches!(self, Self::Source(_))
    }

    /// The refusal of a request for a tenant that is not known, after as much work as a wrong signature makes.
    pub(crate) fn unknown_tenant(&self, body: &Bytes) -> Error {
        let hashes = match self {
            Self::Source(source) => source.most_keys.load(Ordering::Relaxed),
            Self::Shared(_) | Self::Cached(_) => 1,
        };
        for _ in 0..hashes {
            black_box(ManagementToken::of_any(b"nobody").sign(body));
        }
        Error::new(ErrorKind::SignatureMismatch)
    }

    /// The keys for a request; `None` for one of a tenant that is not known.
    pub(crate) async fn of(&self, request: &Unverified<'_>) -> Result<Option<Arc<Keyring>>, Error> {
        match self {
            Self::Shared(keys) => Ok(Some(keys.load())),
            Self::Cached(keys) => keys.keys(request).await.map_err(unavailable),
            Self::Source(Source { source, most_keys }) => {
                let keys = source.keys(request).await.map_err(unavailable)?;
                let count = keys.as_ref().map_or(0, |it| it.iter().count());
                most_keys.fetch_max(count, Ordering::Relaxed);
                Ok(keys)
            }
        }
    }
}

fn unavailable(err: BoxError) -> Error {
    Error::with_source(ErrorKind::KeysUnavailable, err)
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shared(keys) => keys.fmt(f),
            Self::Cached(keys) => keys.fmt(f),
            Self::Source(_) => f.write_str("KeySource"),
        }
    }
}
