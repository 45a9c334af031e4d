//! What all attempts to deliver an event have in common.

use twox_hash::XxHash3_64;

use crate::payload::Delivery;

/// A digest of the body without `meta`, in which the id and the time of the attempt stand.
///
/// 2.0 has no such part: there, every attempt has the same body.
///
/// It is the same in every process and every version of this library.
/// Who can sign could choose two bodies of the same digest, and deceive nobody but themselves: it is compared under one [`Key`](crate::payload::Key) alone.
pub(crate) fn fingerprint(delivery: &Delivery) -> u64 {
    delivery.of_event().fold(0, XxHash3_64::oneshot_with_seed)
}
