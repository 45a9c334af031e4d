//! An engine on servers of NATS, with JetStream. Behind the feature `nats`.

mod options;
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
    /// When no server can be reached, or refuses the login; when it has no JetStream, or not so many servers as replicas are asked for; when a stream of the name is there that is set up otherwise, for none is altered.
    pub async fn connect(options: impl Into<NatsOptions>) -> Result<Self, BoxError> {
        let options = options.into();
        let client = options.connect_options().connect(&options.servers).await?;
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
