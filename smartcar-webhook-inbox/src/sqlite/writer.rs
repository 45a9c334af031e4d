//! The thread that owns the file.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use honker::{Database, Transaction};
use smartcar_webhook_core::BoxError;
use tokio::sync::oneshot;

/// Runs calls in the order they come, as many as wait in one transaction.
pub(super) struct Writer {
    calls: SyncSender<Box<dyn Call>>,
}

/// How many calls may wait: more than receivers let through, and than workers have slots.
const LIMIT: usize = 4096;

/// How many calls share a transaction: with bodies of 50 KB, of which it keeps the sender of the first waiting for a few MB.
const GROUP: usize = 128;

impl Writer {
    pub(super) fn start(database: Database) -> std::io::Result<Self> {
        let (calls, waiting) = sync_channel(LIMIT);
        let thread = thread::Builder::new().name("smartcar-inbox".to_owned());
        thread.spawn(move || run(&database, &waiting))?;
        Ok(Self { calls })
    }

    /// Has the thread do this, perhaps more than once, of which the last time counts; not at all if this future is dropped before.
    pub(super) async fn call<T: Send + 'static>(
        &self,
        work: impl FnMut(&Transaction<'_>) -> honker::Result<T> + Send + 'static,
    ) -> Result<T, BoxError> {
        let (reply, replied) = oneshot::channel();
        let call = Box::new(Waiting {
            work,
            value: None,
            reply,
        });
        let sent = self.calls.try_send(call);
        sent.map_err(|_| "too many calls wait for the file")?;
        let value = replied.await.map_err(|_| "thread of the file has ended")?;
        value.map_err(BoxError::from)
    }
}

trait Call: Send {
    /// Whether anybody waits for it.
    fn is_wanted(&self) -> bool;

    fn run(&mut self, transaction: &Transaction<'_>) -> honker::Result<()>;

    fn reply(self: Box<Self>, committed: Result<(), String>);
}

struct Waiting<F, T> {
    work: F,
    value: Option<T>,
    reply: oneshot::Sender<Result<T, String>>,
}

impl<F, T> Call for Waiting<F, T>
where
    F: FnMut(&Transaction<'_>) -> honker::Result<T> + Send,
    T: Send,
{
    fn is_wanted(&self) -> bool {
        !self.reply.is_closed()
    }

    fn run(&mut self, transaction: &Transaction<'_>) -> honker::Result<()> {
        self.value = Some((self.work)(transaction)?);
        Ok(())
    }

    fn reply(self: Box<Self>, committed: Result<(), String>) {
        let Self { value, reply, .. } = *self;
        let value = committed.and_then(|()| value.ok_or_else(|| "call was not run".to_owned()));
        // Whoever asked may have gone meanwhile.
        drop(reply.send(value));
    }
}

fn run(database: &Database, waiting: &Receiver<Box<dyn Call>>) {
    let watched = database.update_events();
    while let Ok(first) = waiting.recv() {
        let mut group: Vec<_> = std::iter::once(first)
            .chain(waiting.try_iter().take(GROUP - 1))
            .filter(|it| it.is_wanted())
            .collect();
        // honker ends its watch when another file has the name of this one.
        if watched.recv_timeout(Duration::ZERO).is_err() {
            refuse(group, "file was replaced; open it anew");
            continue;
        }
        match commit(database, &mut group) {
            Ok(()) => group.into_iter().for_each(|it| it.reply(Ok(()))),
            Err(Failed::Locked(err)) => refuse(group, &err),
            Err(Failed::Call(_)) => one_by_one(database, group),
        }
    }
}

/// So that of those that came together, none fails for another: on a full disk, results may find room where deliveries do not.
fn one_by_one(database: &Database, group: Vec<Box<dyn Call>>) {
    let mut left = group.into_iter();
    while let Some(mut call) = left.next() {
        match commit(database, std::slice::from_mut(&mut call)) {
            Ok(()) => call.reply(Ok(())),
            Err(Failed::Call(err)) => call.reply(Err(err)),
            Err(Failed::Locked(err)) => {
                call.reply(Err(err.clone()));
                return refuse(left, &err);
            }
        }
    }
}

fn refuse(calls: impl IntoIterator<Item = Box<dyn Call>>, reason: &str) {
    for call in calls {
        call.reply(Err(reason.to_owned()));
    }
}

enum Failed {
    /// There was no transaction to be had, which took its time already.
    Locked(String),
    /// A call, or the commit.
    Call(String),
}

fn commit(database: &Database, group: &mut [Box<dyn Call>]) -> Result<(), Failed> {
    if group.is_empty() {
        return Ok(());
    }
    let transaction = database.transaction();
    let transaction = transaction.map_err(|err| Failed::Locked(err.to_string()))?;
    let mut run = || group.iter_mut().try_for_each(|it| it.run(&transaction));
    run()
        .and_then(|()| transaction.commit())
        .map_err(|err| Failed::Call(err.to_string()))
}
