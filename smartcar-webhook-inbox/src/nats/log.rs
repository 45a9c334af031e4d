//! A stream of messages, each with a subject of its own.

use std::time::SystemTime;

use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::message::{PublishMessage, StreamMessage};
use async_nats::jetstream::stream::{
    Config, DeleteMessageErrorKind, DiscardPolicy, LastRawMessageErrorKind, PersistenceMode,
    RetentionPolicy, StorageType, Stream,
};
use async_nats::jetstream::{Context, ErrorCode};
use smartcar_webhook_core::BoxError;

/// A stream that keeps each message until it is deleted, and takes no second one with the same subject.
///
/// So whoever does not know whether a message was kept sends it again.
#[derive(Clone)]
pub(super) struct Log {
    context: Context,
    stream: Stream,
}

impl Log {
    /// Makes the stream, unless it is there; one that is there must be as it would be made.
    pub(super) async fn open(
        context: &Context,
        name: &str,
        replicas: usize,
    ) -> Result<Self, BoxError> {
        let wanted = config(name, replicas);
        let stream = context.get_or_create_stream(wanted.clone()).await?;
        if let Some(setting) = mismatch(&stream.cached_info().config, &wanted) {
            return Err(format!("stream `{name}` is there, but with another `{setting}`").into());
        }
        let context = context.clone();
        Ok(Self { context, stream })
    }

    pub(super) fn stream(&self) -> &Stream {
        &self.stream
    }

    /// Keeps the message under this subject, which is within the stream's own; says whether there was none before.
    pub(super) async fn keep(
        &self,
        subject: &str,
        message: PublishMessage,
    ) -> Result<bool, BoxError> {
        let name = &*self.stream.cached_info().config.name;
        let subject = format!("{name}.{subject}");
        let message = message.expected_stream(name);
        let ack = self.context.send_publish(subject.clone(), message).await?;
        let Err(err) = ack.await else {
            return Ok(true);
        };
        // The code of a second message is also that of a full disk, and its text is no promise.
        // A cluster may moreover refuse it for a first one that is not kept yet.
        if err.kind() == PublishErrorKind::Other && self.has(&subject).await? {
            return Ok(false);
        }
        Err(err.into())
    }

    async fn has(&self, subject: &str) -> Result<bool, BoxError> {
        match self.stream.get_last_raw_message_by_subject(subject).await {
            Ok(_) => Ok(true),
            Err(err) if err.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(false),
            Err(err) => Err(err.into()),
        }
    }

    /// The message of this number, or else the next.
    pub(super) async fn next(&self, sequence: u64) -> Result<Option<StreamMessage>, BoxError> {
        let request = self.stream.raw_message_builder().sequence(sequence.max(1));
        match request.next_by_subject(">").send().await {
            Ok(message) => Ok(Some(message)),
            Err(err) if err.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
            Err(err) => Err(err.into()),
        }
    }

    /// The numbers of the first and of the last message.
    pub(super) async fn bounds(&self) -> Result<(u64, u64), BoxError> {
        let state = self.stream.get_info().await?.state;
        Ok((state.first_sequence, state.last_sequence))
    }

    /// Says whether there was one.
    pub(super) async fn delete(&self, sequence: u64) -> Result<bool, BoxError> {
        let err = match self.stream.delete_message(sequence).await {
            Ok(is_deleted) => return Ok(is_deleted),
            Err(err) => err,
        };
        if let DeleteMessageErrorKind::JetStream(error) = err.kind() {
            let code = error.error_code();
            let gone = [
                ErrorCode::SEQUENCE_NOT_FOUND,
                ErrorCode::NO_MESSAGE_FOUND,
                // A server without a cluster has no other for it.
                ErrorCode::STREAM_MESSAGE_DELETE_FAILED,
            ];
            let next = self.next(sequence).await?;
            if gone.contains(&code) && next.is_none_or(|it| it.sequence != sequence) {
                return Ok(false);
            }
        }
        Err(err.into())
    }

    /// Deletes those kept up to this time, but none with a number greater than `last`; says how many those were.
    ///
    /// One by one: when a stream is purged, servers before 2.9.15 forget which others a consumer has yet to hand out again.
    pub(super) async fn delete_until(&self, until: SystemTime, last: u64) -> Result<u64, BoxError> {
        let (first, _) = self.bounds().await?;
        // Before `low` all are old, from `high` on all stay.
        let (mut low, mut high) = (first, last.saturating_add(1));
        while low < high {
            let middle = low + (high - low) / 2;
            match self.next(middle).await? {
                Some(it) if it.sequence < high && SystemTime::from(it.time) <= until => {
                    low = it.sequence + 1;
                }
                _ => high = middle,
            }
        }
        let mut deleted = 0;
        for sequence in first..high {
            deleted += u64::from(self.delete(sequence).await?);
        }
        Ok(deleted)
    }
}

/// With limits as its retention, so that what was handled is still there to refuse a copy: what a work queue knows of handled ones is gone when its server starts again.
/// With no limit of age, for that would drop what nobody has handled yet.
fn config(name: &str, replicas: usize) -> Config {
    Config {
        name: name.to_owned(),
        subjects: vec![format!("{name}.>")],
        retention: RetentionPolicy::Limits,
        storage: StorageType::File,
        discard: DiscardPolicy::New,
        max_messages_per_subject: 1,
        discard_new_per_subject: true,
        num_replicas: replicas,
        ..Config::default()
    }
}

/// The setting in which a stream is not what it must be.
fn mismatch(found: &Config, wanted: &Config) -> Option<&'static str> {
    let is_async = matches!(found.persist_mode, Some(PersistenceMode::Async));
    let settings = [
        ("subjects", found.subjects == wanted.subjects),
        ("retention", found.retention == wanted.retention),
        ("storage", found.storage == wanted.storage),
        ("discard", found.discard == wanted.discard),
        ("max_msgs_per_subject", found.max_messages_per_subject == 1),
        ("discard_new_per_subject", found.discard_new_per_subject),
        ("max_age", found.max_age.is_zero()),
        ("num_replicas", found.num_replicas >= wanted.num_replicas),
        ("no_ack", !found.no_ack),
        ("persist_mode", !is_async),
        ("sealed", !found.sealed),
        ("deny_delete", !found.deny_delete),
        ("deny_purge", !found.deny_purge),
        ("mirror", found.mirror.is_none()),
        ("sources", found.sources.as_ref().is_none_or(Vec::is_empty)),
    ];
    let wrong = settings.into_iter().find(|(_, is_right)| !is_right);
    wrong.map(|(setting, _)| setting)
}
