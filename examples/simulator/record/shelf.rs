//! Where recordings are kept.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Instant, SystemTime};

use smartcar_webhook_core::BoxError;
use smartcar_webhook_examples::text::millis;

use super::disguise::Disguise;
use super::redaction::redacted;
use crate::recording::Recording;

/// Writes recordings into a folder, numbered in the order they came.
pub(super) struct Shelf {
    folder: PathBuf,
    began: Instant,
    next: Mutex<u32>,
    disguise: Disguise,
}

impl Shelf {
    pub(super) fn new(folder: PathBuf) -> Result<Self, BoxError> {
        let shown = folder.display().to_string();
        std::fs::create_dir_all(&folder).map_err(|err| format!("{shown}: {err}"))?;
        Ok(Self {
            folder,
            began: Instant::now(),
            next: Mutex::new(1),
            disguise: Disguise::new()?,
        })
    }

    /// Writes a delivery, redacted; the name of the file.
    pub(super) fn put(
        &self,
        event_type: &str,
        body: &[u8],
        answer: Option<u16>,
    ) -> Result<String, BoxError> {
        let body =
            redacted(body, &self.disguise).ok_or("the body is no JSON that can be redacted")?;
        let mut recording = Recording::new(event_type, body)?;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
        recording.received_at = millis(now);
        recording.after = millis(self.began.elapsed());
        recording.answer = answer;
        let text = serde_json::to_vec_pretty(&recording)?;
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let plain: String = event_type
            .chars()
            .filter(|it| it.is_ascii_alphanumeric() || *it == '_')
            .take(40)
            .collect();
        loop {
            let name = format!("{:05}-{}.json", *next, plain.to_ascii_lowercase());
            let taken = std::fs::read_dir(&self.folder)?.filter_map(Result::ok);
            let number = format!("{:05}-", *next);
            *next += 1;
            // An earlier recording stays as it is.
            if taken
                .into_iter()
                .any(|it| it.file_name().to_string_lossy().starts_with(&number))
            {
                continue;
            }
            std::fs::write(self.folder.join(&name), text)?;
            return Ok(name);
        }
    }
}
