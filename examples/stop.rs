//! How a server stops without losing what it is at.
//!
//! First deliveries are refused and the work under way is waited for, while the server still answers; then the server stops.
//! The other way round, work whose client is gone would end with the server's runtimes.

use std::time::Duration;

use smartcar_webhook_core::Webhook;

/// How long the work under way may hold up the end; the core logs what is left then.
const WORK: Duration = Duration::from_secs(8);

/// How long open connections may hold it up, from the signal on; `docker stop` kills after that time.
const CONNECTIONS: Duration = Duration::from_secs(10);

/// What a server stops at: [`interrupted`], and then the end of the webhook's work.
pub async fn drained(webhook: Webhook) {
    interrupted().await;
    let _ = webhook.shutdown(WORK).await;
}

/// Some seconds after [`interrupted`]: as long as open connections may hold up the end.
pub async fn out_of_patience() {
    interrupted().await;
    tokio::time::sleep(CONNECTIONS).await;
}

/// Ctrl-C, or the signal service managers send.
pub async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
