//! One dead letter.

use std::fmt::{Debug, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use smartcar_webhook_core::Delivery;
use smartcar_webhook_core::inbox::{DeadLetter, StoredDelivery};
use smartcar_webhook_core::payload::v2::{
    ChargingCompleted, ChargingStarted, ChargingStopped, Dynamic, Schedule,
};
use smartcar_webhook_core::payload::v4::{VehicleError, VehicleState};
use smartcar_webhook_core::payload::{Event, EventType};
use smartcar_webhook_examples::text::{millis, plain, spoken};

/// A dead letter, and what could be read of its row.
pub(crate) struct Letter<'a> {
    dead: &'a DeadLetter,
    stored: Option<StoredDelivery>,
    delivery: Option<Delivery>,
    /// Why the row or its body cannot be read.
    unreadable: Option<String>,
}

impl<'a> Letter<'a> {
    pub(crate) fn new(dead: &'a DeadLetter) -> Self {
        let stored = dead.stored();
        let delivery = stored.clone().map(StoredDelivery::into_delivery);
        let unreadable = match &delivery {
            Err(err) => Some(err.to_string()),
            Ok(Err(err)) => Some(err.to_string()),
            Ok(Ok(_)) => None,
        };
        Self {
            dead,
            stored: stored.ok(),
            delivery: delivery.ok().and_then(Result::ok),
            unreadable,
        }
    }

    pub(crate) fn row(&self) -> [String; 6] {
        let row = [
            self.dead.id.to_string(),
            ago(self.dead.buried_at),
            self.dead.attempts.to_string(),
            self.event_type().unwrap_or("-").to_owned(),
            self.event_id().unwrap_or("-").to_owned(),
            self.dead.error.clone(),
        ];
        row.map(|it| plain(&it))
    }

    /// All that is known of it: the body too, if it is to be revealed.
    pub(crate) fn json(&self, reveals: bool) -> Value {
        let stored = self.stored.as_ref();
        let mut json = json!({
            "id": self.dead.id,
            "buried_at_ms": since_1970(self.dead.buried_at),
            "received_at_ms": stored.map(|it| since_1970(it.received_at())),
            "attempts": self.dead.attempts,
            "error": self.dead.error,
            "unreadable": self.unreadable,
            "event_type": self.event_type(),
            "event_id": self.event_id(),
            "key": self.delivery.as_ref().map(Delivery::idempotency_key),
        });
        if reveals {
            json["body"] = self.body().into();
        }
        json
    }

    /// The same for people, with what the payload shows of itself.
    pub(crate) fn text(&self, reveals: bool) -> String {
        let received = self.stored.as_ref();
        let received = received.map_or("-".to_owned(), |it| ago(it.received_at()));
        let lines = [
            ("id", self.dead.id.to_string()),
            ("received", received),
            ("given up", ago(self.dead.buried_at)),
            ("attempts", self.dead.attempts.to_string()),
            ("why", self.dead.error.clone()),
            ("event type", self.event_type().unwrap_or("-").to_owned()),
            ("event", self.event_id().unwrap_or("-").to_owned()),
        ];
        let mut text = String::new();
        for (name, value) in lines {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{name:<10}  {}", plain(&value));
        }
        text.push('\n');
        text.push_str(&if reveals {
            self.body()
        } else {
            self.redacted()
        });
        text
    }

    fn event_type(&self) -> Option<&str> {
        let event_type = self.delivery.as_ref()?.envelope().event_type.as_ref();
        event_type.map(EventType::as_str)
    }

    fn event_id(&self) -> Option<&str> {
        self.delivery.as_ref()?.envelope().event_id.as_deref()
    }

    /// The body as it was sent; the row, if it cannot be read.
    fn body(&self) -> String {
        let body = self
            .stored
            .as_ref()
            .map_or(&self.dead.row, StoredDelivery::body);
        let body = String::from_utf8_lossy(body);
        // A terminal is drawn on by less than JSON may hold.
        body.replace(
            |it: char| it.is_control() && !it.is_whitespace(),
            "\u{fffd}",
        )
    }

    /// The payload as its `Debug` shows it, which hides persons and places.
    fn redacted(&self) -> String {
        let Some(delivery) = &self.delivery else {
            let why = self.unreadable.as_deref().unwrap_or_default();
            return format!("{why}; --reveal shows it as it is");
        };
        let shown = shown::<VehicleState>(delivery)
            .or_else(|| shown::<VehicleError>(delivery))
            .or_else(|| shown::<ChargingStarted>(delivery))
            .or_else(|| shown::<ChargingStopped>(delivery))
            .or_else(|| shown::<ChargingCompleted>(delivery))
            .or_else(|| shown::<Schedule>(delivery))
            .or_else(|| shown::<Dynamic>(delivery));
        shown.unwrap_or_else(|| "a type that is not known; --reveal shows it".to_owned())
    }
}

/// The payload, or why it cannot be read, if the delivery is of this type.
fn shown<E: Event + Debug>(delivery: &Delivery) -> Option<String> {
    let event_type = delivery.envelope().event_type.as_ref()?;
    // As a type, which regards neither case nor spelling.
    let wanted = EventType::from(E::TYPE);
    (*event_type == wanted).then(|| match delivery.read::<E>() {
        Ok(payload) => format!("{:#?}", &*payload),
        Err(err) => format!("{err}; --reveal shows it as it is"),
    })
}

fn ago(time: SystemTime) -> String {
    let age = SystemTime::now().duration_since(time).unwrap_or_default();
    format!("{} ago", spoken(age))
}

fn since_1970(time: SystemTime) -> u64 {
    millis(time.duration_since(UNIX_EPOCH).unwrap_or_default())
}
