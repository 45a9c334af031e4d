//! The body around every payload of 2.0.

use crate::json::{Elsewhere, Odd, Text, Wire, object};
use crate::payload::Mode;
use crate::payload::envelope::{Head, PayloadHead};

object! {
    /// The body of a delivery with this payload.
    pub(crate) struct Body<P> keeps extra {
        version: Elsewhere<Text> = "version" expected,
        webhook_id: Elsewhere<Text> = "webhookId" expected,
        event_name: Elsewhere<Text> = "eventName" expected,
        mode: Elsewhere<Mode> = "mode" expected,
        pub(super) payload: Option<P> = "payload" expected,
    }
}

impl<P: Wire> Body<P> {
    /// What the envelope is made of, with what the payload shows of it; odd if not all is shown.
    pub(super) fn head(&self, payload: PayloadHead) -> Result<Head, Odd> {
        self.extra.only_unknown_to(Head::fields())?;
        Ok(Head {
            event_name: self.event_name.text()?,
            version: self.version.text()?,
            webhook_id: self.webhook_id.text()?,
            mode: self.mode.text()?.map(Mode::from),
            payload,
            extra: self.extra.clone(),
            ..Head::default()
        })
    }

    /// The same body around this payload.
    pub(super) fn around(&self, payload: P) -> Self {
        Self {
            payload: Some(payload),
            ..self.clone()
        }
    }
}
