//! An engine on servers of NATS. Behind the feature `nats`.

mod options;
mod version;
mod log;
mod workers;
mod receipt;
mod store;
mod queue;
mod dead_letters;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use async_nats::connection::State;
use async_nats::jetstream::context::ContextBuilder;
use smartcar_webhook_core::BoxError;
use tokio::time::timeout;

use self::log::Log;
use self::workers::Workers;

pub use self::options::NatsOptions;
pub use self::receipt::NatsReceipt;

/// Keeps deliveries on servers of NATS, in streams of [`JetStream`](https://docs.nats.io/nats-concepts/jetstream).
///
/// Receivers and workers may be on as many machines as you like; each connects once, and clones are the same inbox.
///
/// # What it promises
///
/// * What was stored was acknowledged by the server, and with [replicas](NatsOptions::replicas) by most of those. It survives the death of processes, and with 3 replicas that of any one machine. What it takes to survive a power cut is below.
/// * An event is stored once within the time it is [remembered](NatsOptions::remember), whatever number of copies come by whatever number of receivers.
/// * What nobody has handled yet is kept for as long as it takes.
/// * While no server can be reached, stores and claims fail at once; while one hangs, or too few of a cluster are there, within 3 s. A receiver answers 503 to that. Both go on by themselves when the servers are back; nothing is stored up in the process.
/// * A lease is counted from the moment a worker asks for deliveries, by its own clock, and is over for it before it is for the server. The server would take the word of a worker that came too late, so none is given. A word that is on its way when the lease ends may still count.
///
/// # Servers
///
/// It takes a server with `JetStream` and room on its disk; a stream that is full refuses what comes, and loses nothing.
/// The oldest that is tested is 2.9.10; for replicas it takes 2.10.23, for clusters of older ones lose deliveries.
///
/// **A server acknowledges what it has not synced to the disk yet**: unless told otherwise, it syncs every two minutes. So what the last two minutes brought is lost when the power of a single server goes, or that of all at once. To survive that:
///
/// ```text
/// jetstream {
///   store_dir: /var/lib/nats
///   sync_interval: always   # 2.10 or later
/// }
/// ```
///
/// and better three replicas that do not share power, disk or rack; only with both does it survive a power cut of all *and* the loss of a disk.
///
/// What is done is written a moment after the server says so: one that is killed may hand out again what was done last.
///
/// The server does not say whether a worker died of a delivery or only failed, so one that kills its workers is not handled alone, as it is by the other engines: it may take those with it, as dead letters, that it was claimed with.
///
/// Each delivery that is [remembered](NatsOptions::remember) takes its size on disk, and some 270 bytes of memory, on every server that keeps it.
///
/// # How it works
///
/// A delivery is a message whose subject is its key, in a stream that takes no second message of a subject; so a copy is refused for as long as the message is there.
/// Workers share one consumer of the stream, called `workers`. It has one length of lease, that of the last claim: let all workers of an inbox use the same.
/// Messages that are done and old enough are deleted by workers, now and then; until then they stay, to refuse copies. If somebody deletes the consumer, all of them are handed out again.
/// Dead letters are in a stream of their own, with the headers `Smartcar-Error` and `Smartcar-Attempts`, until they are replayed or deleted.
///
/// The streams are made when they are not there, with limits as retention, on disk, `max_msgs_per_subject` 1, `discard` new and `discard_new_per_subject`, without `max_age`; those that are there must be so.
/// You may give them a `max_bytes`.
///
/// # Examples
///
/// ```no_run
/// use smartcar_webhook_core::inbox::Inbox;
/// use smartcar_webhook_core::{EventRouter, ManagementToken, Webhook};
/// use smartcar_webhook_inbox::{NatsInbox, NatsOptions, Worker};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// let servers = "nats://n1:4222,nats://n2:4222,nats://n3:4222";
/// let engine = NatsInbox::connect(NatsOptions::new(servers).replicas(3)).await?;
/// let webhook = Webhook::new(ManagementToken::new("amt")?, Inbox::new(engine.clone()));
/// // Mount the webhook, and beside it, or on another machine:
/// let worker = Worker::new(engine, EventRouter::new());
/// # let shutdown = std::future::ready(());
/// worker.run(shutdown).await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct NatsInbox {
    inner: Arc<Inner>,
}

struct Inner {
    client: async_nats::Client,
    deliveries: Log,
    dead: Log,
    workers: Workers,
    remembered: Duration,
    /// When old deliveries are to be looked for.
    forget_at: Mutex<Instant>,
}

impl NatsInbox {
    /// How long the servers may take for one call.
    const PATIENCE: Duration = Duration::from_secs(3);

    /// Connects, and makes the streams unless they are there.
    ///
    /// Once it is connected, it stays so by itself.
    ///
    /// # Errors
    ///
    /// When no server can be reached, or it refuses the login; when it has no `JetStream`, is too old for replicas, or has not so many servers beside it; when a stream of the name is there that is set up otherwise, for none is altered.
    pub async fn connect(options: impl Into<NatsOptions>) -> Result<Self, BoxError> {
        let options = options.into();
        let client = options.connect_options().connect(&options.servers).await?;
        version::check(&client.server_info().version, options.replicas)?;
        let context = ContextBuilder::new()
            .timeout(Self::PATIENCE)
            .ack_timeout(Self::PATIENCE)
            .build(client.clone());
        let (name, replicas) = (&options.name, options.replicas);
        let dead = Log::open(&context, &format!("{name}-dead"), replicas).await?;
        let deliveries = Log::open(&context, name, replicas).await?;
        let workers = Workers::open(&deliveries).await?;
        Ok(Self {
            inner: Arc::new(Inner {
                client,
                deliveries,
                dead,
                workers,
                remembered: options.remembered,
                forget_at: Mutex::new(Instant::now()),
            }),
        })
    }

    /// Makes a call that ends in time, and at once if there is no connection: the client would keep it until there is one.
    async fn call<T>(
        &self,
        call: impl Future<Output = Result<T, BoxError>>,
    ) -> Result<T, BoxError> {
        self.is_connected()?;
        timeout(Self::PATIENCE, call).await?
    }

    fn is_connected(&self) -> Result<(), BoxError> {
        match self.inner.client.connection_state() {
            State::Connected => Ok(()),
            _ => Err("no server of NATS is connected".into()),
        }
    }

    /// Begins to delete what is old, if that was not done lately.
    fn forget_now_and_then(&self) {
        let now = Instant::now();
        let pause = (self.inner.remembered / 24).clamp(Duration::from_secs(1), FORGET_PAUSE);
        {
            let forget_at = self.inner.forget_at.lock();
            let mut forget_at = forget_at.unwrap_or_else(PoisonError::into_inner);
            if now < *forget_at {
                return;
            }
            *forget_at = now + pause;
        }
        let inbox = self.clone();
        tokio::spawn(async move {
            if let Err(err) = inbox.forget().await {
                tracing::warn!(error = &*err, "old deliveries could not be deleted");
            }
        });
    }

    /// Deletes deliveries whose keys were remembered long enough, up to the first that is not done.
    async fn forget(&self) -> Result<(), BoxError> {
        let Some(until) = SystemTime::now().checked_sub(self.inner.remembered) else {
            return Ok(());
        };
        let done = self.inner.workers.done().await?;
        self.inner.deliveries.delete_until(until, done).await?;
        Ok(())
    }
}

const FORGET_PAUSE: Duration = Duration::from_secs(5 * 60);

/// Tells a message from all others, also from one of a stream of the same name that was there before.
fn origin(sequence: u64, time: SystemTime) -> String {
    let nanos = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{sequence}.{}", nanos.as_nanos())
}

impl fmt::Debug for NatsInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsInbox")
            .field("connection", &self.inner.client.connection_state())
            .field("remembered", &self.inner.remembered)
            .finish_non_exhaustive()
    }
}
