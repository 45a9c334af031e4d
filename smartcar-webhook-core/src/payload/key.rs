//! What an event is known by.

use std::fmt;

use sha2::{Digest, Sha256};

use super::{Delivery, Envelope, VehicleRef};

/// What an event is remembered under: 16 bytes, in which no id of the event can be read.
///
/// `Display` writes them as 32 lower-case hexadecimal digits, the same in every process and every version of this library that reads a delivery alike.
///
/// Two events of the same key would be taken for one, and the second not handled.
/// The keys are SHA-256 cut to half its length: among a thousand million events, two share a key once in some 10²⁰ times.
/// Nobody who cannot sign a delivery can choose what goes into one.
///
/// ```
/// use smartcar_webhook_core::payload::Key;
///
/// let key = Key::from([7; 16]);
/// assert_eq!(key.to_string(), "07070707070707070707070707070707");
/// assert_eq!(key.as_bytes(), &[7; 16]);
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Key([u8; 16]);

impl Key {
    /// The key made of these parts, in this order.
    pub(crate) fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            // With its length, so that no two lists of parts look alike; in four bytes, for with eight a scope of more than ten characters would take a third block.
            let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
            hash.update(length.to_be_bytes());
            hash.update(part);
        }
        let digest: [u8; 32] = hash.finalize().into();
        Self(std::array::from_fn(|i| digest[i]))
    }

    /// The key of those deliveries with this key that also have this fingerprint.
    #[cfg(feature = "tokio")]
    pub(crate) fn with(&self, fingerprint: u64) -> Self {
        Self::of([&self.0[..], &fingerprint.to_be_bytes()])
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl From<[u8; 16]> for Key {
    fn from(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

impl<E> Delivery<E> {
    /// A key to tell a delivery by that was tried before.
    ///
    /// * `event:` and the event id, where there is one: 4.0, and 2.0 event-based;
    /// * `requests:` and a digest of the request ids of its vehicles: 2.0 scheduled and dynamic, which have no event id;
    /// * `body:` and a digest of the body for anything else; the times and ids of the attempt are part of a 4.0 body, so there each attempt has a key of its own.
    ///
    /// It does not tell webhooks or applications apart; prefix it where several share a store.
    /// 4.0 repeats the event id on every attempt, while the delivery id changes.
    /// See [Smartcar Docs/Delivery behavior](https://smartcar.com/docs/api-reference/webhooks/delivery-behavior).
    pub fn idempotency_key(&self) -> String {
        match self.known_by() {
            KnownBy::Event(event_id) => format!("event:{event_id}"),
            KnownBy::Requests(ids) => {
                let mut requests = Sha256::new();
                for id in ids {
                    // With its length, so that no two lists of ids look alike.
                    requests.update(id.len().to_string());
                    requests.update(":");
                    requests.update(id);
                }
                format!("requests:{}", hex::encode(requests.finalize()))
            }
            KnownBy::Body => format!("body:{}", hex::encode(Sha256::digest(self.raw()))),
        }
    }

    fn known_by(&self) -> KnownBy<'_, impl Iterator<Item = &str>> {
        let Envelope {
            event_id, vehicles, ..
        } = self.envelope();
        if let Some(event_id) = event_id {
            return KnownBy::Event(event_id);
        }
        let mut ids = vehicles.iter().map(VehicleRef::request_id);
        if vehicles.is_empty() || ids.any(|it| it.is_none()) {
            return KnownBy::Body;
        }
        KnownBy::Requests(vehicles.iter().filter_map(VehicleRef::request_id))
    }

    /// The key that all copies of this delivery have, told apart by webhook and by a scope.
    ///
    /// Who signs for one tenant can choose any id, so the scope, which is the label of the key unless the app says otherwise, keeps the events of tenants apart.
    pub(crate) fn event_key(&self, scope: &str) -> Key {
        match self.known_by() {
            KnownBy::Event(event_id) => self.key_of("event", scope, [event_id.as_bytes()]),
            KnownBy::Requests(ids) => self.key_of("requests", scope, ids.map(str::as_bytes)),
            KnownBy::Body => self.key_of("body", scope, [&**self.raw()]),
        }
    }

    /// The key of something else that this delivery has in common with others of its webhook and scope.
    pub(crate) fn key_of<'a>(
        &'a self,
        of: &'a str,
        scope: &'a str,
        id: impl IntoIterator<Item = &'a [u8]>,
    ) -> Key {
        let webhook_id = self.envelope().webhook_id.as_deref().unwrap_or_default();
        let about = [of, scope, webhook_id].map(str::as_bytes);
        Key::of(about.into_iter().chain(id))
    }

    /// The [label](Delivery::verified_by) of the key, as a scope.
    pub(crate) fn label(&self) -> &str {
        self.verified_by().unwrap_or_default()
    }
}

/// What all attempts to deliver an event have in common.
enum KnownBy<'a, I> {
    Event(&'a str),
    /// The ids of the requests, one for each vehicle.
    Requests(I),
    Body,
}
