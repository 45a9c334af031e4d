//! What is kept of a delivery.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::Extensions;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::layer::idempotency::fingerprint;
use crate::payload::{Delivery, Key, Reads};

/// A verified delivery on its way through an engine.
///
/// An engine keeps what [`encode`](Self::encode) gives, which it need not understand, under the [`key`](Self::key).
///
/// The body is kept as it was signed, and everything that can be read from it is read again when it is handled.
/// So a release that knows more event types, or reads them better, does so for what was stored before it.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use smartcar_webhook_core::Delivery;
/// use smartcar_webhook_core::inbox::StoredDelivery;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let delivery = Delivery::assume_verified(r#"{"eventType":"VEHICLE_STATE","eventId":"e1"}"#.into())?;
/// let received_at = UNIX_EPOCH + Duration::from_millis(1_763_761_000_123);
/// let stored = StoredDelivery::new(&delivery, "", received_at);
///
/// let again = StoredDelivery::decode(&stored.encode())?;
/// assert_eq!(again.key(), stored.key());
/// assert_eq!(again.received_at(), received_at);
/// assert_eq!(again.into_delivery()?.envelope().event_id.as_deref(), Some("e1"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct StoredDelivery {
    key: Key,
    received_at: SystemTime,
    verified_by: Option<Arc<str>>,
    body: Bytes,
}

/// The first form of a row, in JSON; a test holds it to a file that never changes.
///
/// The body is a string, for databases that take JSON write objects in another way than they were given them.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    v: u32,
    key: Cow<'a, str>,
    /// In milliseconds since 1970.
    received_at: u64,
    #[serde(borrow, skip_serializing_if = "Option::is_none", default)]
    verified_by: Option<Cow<'a, str>>,
    #[serde(borrow)]
    body: Cow<'a, str>,
}

/// What a row of any version has.
#[derive(Deserialize)]
struct Version {
    v: u32,
}

const VERSION: u32 = 1;

impl StoredDelivery {
    /// What is kept of this delivery.
    ///
    /// Its key is that of no delivery of another `scope`; see [`Inbox::scope`](super::Inbox::scope).
    /// The time is kept in whole milliseconds, and one before 1970 as 1970.
    pub fn new(delivery: &Delivery, scope: &str, received_at: SystemTime) -> Self {
        Self {
            key: delivery.event_key(scope).with(fingerprint(delivery)),
            received_at: from_millis(to_millis(received_at)),
            verified_by: delivery.verified_by().map(Arc::from),
            body: delivery.raw().clone(),
        }
    }

    /// What all copies of the delivery are known by: webhook, event id and all of the body that is not of the attempt.
    ///
    /// A delivery with the id of another event but with another body has another key, so that neither is lost.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// When it was received.
    pub fn received_at(&self) -> SystemTime {
        self.received_at
    }

    /// The label of the key that verified the signature.
    pub fn verified_by(&self) -> Option<&str> {
        self.verified_by.as_deref()
    }

    /// The bytes as received and signed.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The row to keep: a JSON object that says which version it is of.
    pub fn encode(&self) -> Vec<u8> {
        let row = Row {
            v: VERSION,
            key: self.key.to_string().into(),
            received_at: to_millis(self.received_at),
            verified_by: self.verified_by().map(Cow::from),
            body: String::from_utf8_lossy(&self.body),
        };
        // Strings and numbers are always written.
        serde_json::to_vec(&row).unwrap_or_default()
    }

    /// Reads a row of this version or of an earlier one.
    ///
    /// # Errors
    ///
    /// When it is no such row; see [`RowError`].
    pub fn decode(row: &[u8]) -> Result<Self, RowError> {
        let Version { v } = serde_json::from_slice(row).map_err(|_| RowError::MALFORMED)?;
        if v != VERSION {
            return Err(RowError { version: Some(v) });
        }
        let row: Row<'_> = serde_json::from_slice(row).map_err(|_| RowError::MALFORMED)?;
        let mut key = [0; 16];
        hex::decode_to_slice(&*row.key, &mut key).map_err(|_| RowError::MALFORMED)?;
        Ok(Self {
            key: Key::from(key),
            received_at: from_millis(row.received_at),
            verified_by: row.verified_by.map(Arc::from),
            body: Bytes::from(row.body.into_owned()),
        })
    }

    /// The delivery, read again, with the label of the key that verified it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotAnObject`](crate::ErrorKind::NotAnObject) when the body is not a JSON object.
    pub fn into_delivery(self) -> Result<Delivery, Error> {
        Delivery::new(
            self.body,
            self.verified_by,
            Extensions::new(),
            Reads::Payload,
        )
    }
}

fn to_millis(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn from_millis(millis: u64) -> SystemTime {
    let time = UNIX_EPOCH.checked_add(Duration::from_millis(millis));
    time.unwrap_or(UNIX_EPOCH)
}

impl fmt::Debug for StoredDelivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredDelivery")
            .field("key", &self.key)
            .field("received_at", &self.received_at)
            .field("verified_by", &self.verified_by)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Why a row cannot be read.
///
/// It says nothing of what is in the row.
///
/// ```
/// use smartcar_webhook_core::inbox::StoredDelivery;
///
/// let err = StoredDelivery::decode(br#"{"v":7}"#).unwrap_err();
/// assert_eq!(err.to_string(), "row is of version 7, which this release does not read");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RowError {
    version: Option<u32>,
}

impl RowError {
    const MALFORMED: Self = Self { version: None };
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.version {
            Some(v) => write!(f, "row is of version {v}, which this release does not read"),
            None => f.write_str("row is not that of a delivery"),
        }
    }
}

impl std::error::Error for RowError {}
