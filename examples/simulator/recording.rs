//! A delivery that was recorded, as a file.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use smartcar_webhook_core::testing::conformance::TOKEN;
use smartcar_webhook_core::{ManagementToken, TokenError};

/// A delivery that was recorded: redacted, and signed with a token that everybody knows.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Recording {
    /// What it is, so that other JSON is not taken for one.
    format: Format,
    pub(crate) event_type: String,
    /// In ms since the epoch.
    pub(crate) received_at: u64,
    /// In ms since the recording began.
    pub(crate) after: u64,
    /// The status the receiver answered.
    pub(crate) answer: Option<u16>,
    /// Of the body, under the token of the conformance suite.
    pub(crate) signature: String,
    /// Byte for byte as it is signed.
    pub(crate) body: String,
}

#[derive(Debug, Deserialize, Serialize)]
enum Format {
    #[serde(rename = "smartcar-webhook recording 1")]
    Recording,
}

impl Recording {
    pub(crate) fn new(event_type: &str, body: String) -> Result<Self, TokenError> {
        let signature = ManagementToken::new(TOKEN)?.sign(body.as_bytes()).to_hex();
        Ok(Self {
            format: Format::Recording,
            event_type: event_type.to_owned(),
            received_at: 0,
            after: 0,
            answer: None,
            signature,
            body,
        })
    }
}

/// The body in a file, and when it came, if it is a recording; other files are bodies themselves.
pub(crate) fn read(file: Bytes) -> (Bytes, Option<u64>) {
    match serde_json::from_slice::<Recording>(&file) {
        Ok(recording) => (recording.body.into(), Some(recording.after)),
        Err(_) => (file, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_a_recording_or_a_body() {
        let recording = Recording::new("VEHICLE_STATE", r#"{"pizza":"pasta"}"#.to_owned()).unwrap();
        let file = serde_json::to_vec_pretty(&recording).unwrap();
        assert_eq!(read(file.into()), (r#"{"pizza":"pasta"}"#.into(), Some(0)));
        for body in [r#"{"body":"x"}"#, "no JSON"] {
            assert_eq!(read(body.into()), (body.into(), None));
        }
    }
}
