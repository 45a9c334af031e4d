//! Genuine deliveries in the middle of it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::task::JoinSet;

use super::report::{COPIES, GENUINE, OVERTAKEN, REDELIVERED};
use super::weather::Weather;
use crate::client::signed;

/// How often what was not acknowledged is sent again, as often as Smartcar does for 4.0.
const RETRIES: u32 = 3;

/// How long that may take: a receiver that answers nothing any more has lost.
const PATIENCE: Duration = Duration::from_secs(60);

/// Genuine events: how many there were, and those that are not acknowledged.
#[derive(Default)]
pub(super) struct Genuine {
    count: AtomicUsize,
    open: Mutex<Vec<Bytes>>,
}

impl Genuine {
    pub(super) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    async fn send(&self, weather: &Weather, kind: &'static str, event: Bytes) {
        self.count.fetch_add(1, Ordering::Relaxed);
        let request = signed(&weather.url, &weather.token, event.clone());
        if !weather.send(kind, request).await.acknowledges() {
            self.open
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(event);
        }
    }

    /// Sends again what was not acknowledged; how many were not acknowledged then either.
    pub(super) async fn redeliver(&self, weather: &Weather) -> usize {
        let mut open =
            std::mem::take(&mut *self.open.lock().unwrap_or_else(PoisonError::into_inner));
        let end = Instant::now() + PATIENCE;
        for wait in (0..RETRIES).map(|it| Duration::from_secs(1 << it)) {
            if open.is_empty() {
                break;
            }
            tokio::time::sleep(wait).await;
            let mut still_open = Vec::new();
            for event in open {
                if Instant::now() >= end {
                    still_open.push(event);
                    continue;
                }
                let request = signed(&weather.url, &weather.token, event.clone());
                if !weather.send(REDELIVERED, request).await.acknowledges() {
                    still_open.push(event);
                }
            }
            open = still_open;
        }
        open.len()
    }
}

/// Delivers until the end: one after another, every one in three copies, and the younger before the older.
pub(super) fn deliver(weather: &Arc<Weather>, genuine: &Arc<Genuine>, works: &mut JoinSet<()>) {
    for _ in 0..4 {
        let (weather, genuine) = (Arc::clone(weather), Arc::clone(genuine));
        works.spawn(async move {
            while !weather.is_over() {
                genuine.send(&weather, GENUINE, Weather::event()).await;
                weather.pause(Duration::from_millis(20)).await;
            }
        });
    }
    let (sky, all) = (Arc::clone(weather), Arc::clone(genuine));
    works.spawn(async move {
        while !sky.is_over() {
            let event = Weather::event();
            let copy = || sky.send(COPIES, signed(&sky.url, &sky.token, event.clone()));
            tokio::join!(all.send(&sky, GENUINE, event.clone()), copy(), copy());
            sky.pause(Duration::from_millis(20)).await;
        }
    });
    let (sky, all) = (Arc::clone(weather), Arc::clone(genuine));
    works.spawn(async move {
        let mut older = None;
        while !sky.is_over() {
            let held = older.replace(Weather::event());
            all.send(&sky, OVERTAKEN, Weather::event()).await;
            if let Some(event) = held {
                all.send(&sky, OVERTAKEN, event).await;
            }
            sky.pause(Duration::from_millis(20)).await;
        }
    });
}

/// Whether a delivery is acknowledged.
pub(super) async fn deliver_one(weather: &Weather) -> bool {
    let request = signed(&weather.url, &weather.token, Weather::event());
    weather.client.send(request).await.acknowledges()
}
