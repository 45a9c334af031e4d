//! How workers hear of deliveries.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_postgres::AsyncMessage;

use super::Postgres;
use super::database::Database;

/// Tells the workers of this process, and by `NOTIFY` those of others, that there is something to be had.
///
/// A notification is not sent by the transaction that stores: those that send one commit one after the other, in all of the server.
/// So one may be lost when its process dies, and workers look from time to time, too.
pub(super) struct Wakeup {
    database: Arc<Database>,
    /// For workers of this process.
    here: Arc<Notify>,
    /// For the task that tells others.
    elsewhere: Arc<Notify>,
    is_listening: Arc<AtomicBool>,
    telling: OnceLock<Task>,
    listening: OnceLock<Task>,
}

/// How often a worker looks if nothing wakes it: for what is due again, and for what it was not told of.
const LOOK: Duration = Duration::from_secs(1);

/// The same while there is nobody to wake it.
const LOOK_DEAF: Duration = Duration::from_millis(100);

/// The least between two notifications.
const PAUSE: Duration = Duration::from_millis(10);

impl Wakeup {
    pub(super) fn new(database: &Arc<Database>) -> Self {
        Self {
            database: Arc::clone(database),
            here: Arc::default(),
            elsewhere: Arc::default(),
            is_listening: Arc::default(),
            telling: OnceLock::new(),
            listening: OnceLock::new(),
        }
    }

    /// Wakes all who wait.
    pub(super) fn wake(&self) {
        self.here.notify_waiters();
        self.telling.get_or_init(|| {
            let (database, told) = (Arc::clone(&self.database), Arc::clone(&self.elsewhere));
            Task(tokio::spawn(async move {
                loop {
                    told.notified().await;
                    // Whoever misses it looks by itself.
                    drop(database.query("NOTIFY smartcar_webhook", &[]).await);
                    sleep(PAUSE).await;
                }
            }))
        });
        self.elsewhere.notify_one();
    }

    /// Hears of what happens from here on.
    pub(super) fn woken(&self) -> Notified<'_> {
        self.listening.get_or_init(|| {
            let settings = self.database.settings.clone();
            let (here, is_listening) = (Arc::clone(&self.here), Arc::clone(&self.is_listening));
            Task(tokio::spawn(async move {
                loop {
                    listen(&settings, &here, &is_listening).await;
                    is_listening.store(false, Ordering::Relaxed);
                    sleep(Duration::from_secs(1)).await;
                }
            }))
        });
        self.here.notified()
    }

    /// How long a worker may wait to be woken.
    pub(super) fn patience(&self) -> Duration {
        if self.is_listening.load(Ordering::Relaxed) {
            LOOK
        } else {
            LOOK_DEAF
        }
    }
}

/// Wakes those who wait for as long as the connection lasts.
async fn listen(settings: &Postgres, here: &Notify, is_listening: &AtomicBool) {
    let Postgres { config, tls, .. } = settings.clone();
    let connect = timeout(settings.timeout, config.connect(tls));
    let Ok(Ok((client, mut connection))) = connect.await else {
        return;
    };
    let sql = settings.statement("LISTEN smartcar_webhook");
    let mut listen = pin!(client.batch_execute(&sql));
    let mut has_begun = false;
    loop {
        tokio::select! {
            message = poll_fn(|cx| connection.poll_message(cx)) => match message {
                Some(Ok(AsyncMessage::Notification(_))) => here.notify_waiters(),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            },
            result = &mut listen, if !has_begun => {
                if result.is_err() {
                    return;
                }
                has_begun = true;
                is_listening.store(true, Ordering::Relaxed);
                // For what came before.
                here.notify_waiters();
            }
        }
    }
}

/// A task that ends with its owner.
struct Task(JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}
