//! How far something was handled.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::iter::zip;
use std::num::NonZeroI64;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::payload::Timestamp;
use crate::payload::v4::{Meta, Signal};
use crate::signal::KnownSignal;

/// How far one signal of one vehicle was handled: the times of the newest reading, and a digest of what it said.
///
/// Serde writes and reads it, for [stores](super::WatermarkStore).
// Not zero, for a zero is sent where a time is unknown.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Watermark {
    oem_updated_at: Option<NonZeroI64>,
    retrieved_at: Option<NonZeroI64>,
    sequence: Option<NonZeroI64>,
    delivered_at: Option<NonZeroI64>,
    body: u64,
}

impl Watermark {
    /// That of a reading; there is none of a signal that could not be read.
    pub(super) fn of(signal: &Signal, meta: &Meta) -> Option<Self> {
        let millis = |it: Option<&Timestamp>| NonZeroI64::new(it?.millis()?);
        let body = Sha256::digest(signal.body()?.as_str());
        let (body, _) = body.split_first_chunk()?;
        Some(Self {
            oem_updated_at: millis(signal.meta.oem_updated_at()),
            retrieved_at: millis(signal.meta.retrieved_at()),
            sequence: meta.sequence.and_then(NonZeroI64::new),
            delivered_at: millis(meta.delivered_at()),
            body: u64::from_be_bytes(*body),
        })
    }

    /// Whether it is of an older reading: by the first of its times that both have and that differ.
    pub(super) fn is_before(&self, other: &Self) -> bool {
        let known = zip(self.times(), other.times());
        let mut known = known.filter_map(|(own, other)| Some((own?, other?)));
        known
            .find(|(own, other)| own != other)
            .is_some_and(|(own, other)| own < other)
    }

    /// Whether both readings say the same.
    pub(super) fn says_the_same_as(&self, other: &Self) -> bool {
        self.body == other.body
    }

    fn times(&self) -> [Option<NonZeroI64>; 4] {
        [
            self.oem_updated_at,
            self.retrieved_at,
            self.sequence,
            self.delivered_at,
        ]
    }

    /// Puts one that is not older in its place; what that does not know is known from before.
    fn raise(&mut self, to: Self) {
        *self = Self {
            oem_updated_at: to.oem_updated_at.or(self.oem_updated_at),
            retrieved_at: to.retrieved_at.or(self.retrieved_at),
            sequence: to.sequence.or(self.sequence),
            delivered_at: to.delivered_at.or(self.delivered_at),
            body: to.body,
        };
    }
}

/// The [`Watermark`] of each signal of one vehicle.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Watermarks(BTreeMap<Cow<'static, str>, Watermark>);

impl Watermarks {
    /// That of the signal with this code.
    pub fn get(&self, code: &str) -> Option<&Watermark> {
        self.0.get(code)
    }

    /// The number of signals.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Raises them to these; those that are further already stay as they are.
    pub fn raise(&mut self, to: Self) {
        for (code, to) in to.0 {
            let own = self.0.entry(code).or_insert(to);
            if !to.is_before(own) {
                own.raise(to);
            }
        }
    }

    /// Adds that of a signal, unless there is one.
    pub(super) fn add(&mut self, code: &str, watermark: Watermark) {
        // The names of known signals take no memory.
        let code = match KnownSignal::by_code(code) {
            Some(known) => Cow::Borrowed(known.code()),
            None => Cow::Owned(code.to_owned()),
        };
        self.0.entry(code).or_insert(watermark);
    }
}
