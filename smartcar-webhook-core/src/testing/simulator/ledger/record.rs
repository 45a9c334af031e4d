//! What is known of one event, and of one webhook.

use std::fmt;
use std::time::Duration;

use super::super::answer::Answer;
use super::super::event::Event;

/// An event that was not acknowledged.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq)]
pub struct EventRecord {
    /// The event, as [`Delivery::idempotency_key`](crate::Delivery::idempotency_key) has it.
    pub key: String,
    /// `VEHICLE_STATE`, `schedule` and so on.
    pub event_type: &'static str,
    /// The name of its webhook.
    pub webhook: String,
    /// The vehicle, if it is about one.
    pub vehicle_id: Option<String>,
    /// When it was to be sent first, counted from the start of the simulation.
    pub since: Duration,
    /// How often it was sent.
    pub attempts: u64,
    /// What came back last.
    pub last_answer: Option<Answer>,
    /// What becomes of it.
    pub fate: Fate,
}

impl EventRecord {
    pub(super) fn new(event: &Event, webhook: String, since: Duration) -> Self {
        Self {
            key: event.key.clone(),
            event_type: event.kind,
            webhook,
            vehicle_id: event.vehicle_id.clone(),
            since,
            attempts: 0,
            last_answer: None,
            fate: Fate::Waiting {
                next_attempt: Some(since),
            },
        }
    }
}

impl fmt::Display for EventRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            event_type,
            key,
            attempts,
            fate,
            ..
        } = self;
        write!(f, "{event_type} {key}: ")?;
        match fate {
            Fate::Waiting {
                next_attempt: Some(at),
            } if *attempts == 0 => write!(f, "to be sent at {at:.0?}")?,
            Fate::Waiting {
                next_attempt: Some(at),
            } => write!(f, "to be sent again at {at:.0?}")?,
            Fate::Waiting { next_attempt: None } => write!(f, "under way")?,
            Fate::Dropped => write!(f, "dropped")?,
            Fate::Discarded => write!(f, "discarded, for its webhook was disabled")?,
        }
        write!(f, " after attempt {attempts}")?;
        match self.last_answer {
            Some(answer) => write!(f, " ({answer})"),
            None => Ok(()),
        }
    }
}

/// What becomes of an event that is not acknowledged.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fate {
    /// It is sent, or sent again.
    Waiting {
        /// When, counted from the start of the simulation; `None` while an attempt is under way.
        next_attempt: Option<Duration>,
    },
    /// Its last attempt failed.
    Dropped,
    /// Its webhook was disabled before its last attempt.
    Discarded,
}

/// A webhook, and how it fared.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WebhookRecord {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it sends.
    pub status: WebhookStatus,
    /// How often it was disabled.
    pub disabled: u64,
}

impl fmt::Display for WebhookRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.status {
            WebhookStatus::Unverified => "not verified: its challenge was not answered rightly",
            WebhookStatus::Active => "active",
            WebhookStatus::Disabled => "disabled",
        })?;
        match self.disabled {
            0 => Ok(()),
            1 => f.write_str(", disabled once"),
            times => write!(f, ", disabled {times} times"),
        }
    }
}

/// Whether a webhook sends.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WebhookStatus {
    /// Its challenge was not answered rightly: nothing is sent.
    Unverified,
    /// It sends.
    Active,
    /// It was disabled after too many failures: nothing is sent and nothing kept for later.
    Disabled,
}
