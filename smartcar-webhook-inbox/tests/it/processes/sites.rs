//! Where engines keep what they have, so that several processes may open one.

use crate::engine::Engine;
#[cfg(feature = "sqlite")]
use crate::place::Place;
#[cfg(any(feature = "nats", feature = "postgres"))]
use crate::servers;

pub(super) trait Site {
    type Engine: Engine;

    /// Whether a delivery whose worker died is handed out alone.
    const ISOLATES: bool;

    async fn start() -> Self;

    /// What a child opens the engine by.
    fn address(&self) -> String;

    async fn open(address: &str) -> Self::Engine;
}

/// A site that is a process of its own.
#[cfg(any(feature = "nats", feature = "postgres"))]
pub(super) trait Server: Site {
    /// Whether what is done is on disk before it says so.
    const IS_SYNCHRONOUS: bool;

    /// As `kill -9` does.
    fn kill(&mut self);

    fn restart(&mut self);
}

#[cfg(feature = "sqlite")]
impl Site for Place {
    type Engine = smartcar_webhook_inbox::SqliteInbox;

    const ISOLATES: bool = true;

    async fn start() -> Self {
        Self::new()
    }

    fn address(&self) -> String {
        format!("file://{}", self.path().join("inbox.db").display())
    }

    async fn open(address: &str) -> Self::Engine {
        Self::Engine::open(address.strip_prefix("file://").unwrap()).unwrap()
    }
}

#[cfg(feature = "nats")]
impl Site for servers::Nats {
    type Engine = smartcar_webhook_inbox::NatsInbox;

    // The server does not say whether it heard of the attempt before.
    const ISOLATES: bool = false;

    async fn start() -> Self {
        Self::start()
    }

    fn address(&self) -> String {
        self.url()
    }

    async fn open(address: &str) -> Self::Engine {
        Self::Engine::connect(address).await.unwrap()
    }
}

#[cfg(feature = "nats")]
impl Server for servers::Nats {
    const IS_SYNCHRONOUS: bool = false;

    fn kill(&mut self) {
        self.kill();
    }

    fn restart(&mut self) {
        self.restart();
    }
}

#[cfg(feature = "postgres")]
impl Site for servers::Postgres {
    type Engine = smartcar_webhook_inbox::postgres::PostgresInbox;

    const ISOLATES: bool = true;

    async fn start() -> Self {
        let server = Self::start();
        drop(server.client().await);
        server
    }

    fn address(&self) -> String {
        self.url()
    }

    async fn open(address: &str) -> Self::Engine {
        let settings = smartcar_webhook_inbox::postgres::Postgres::new(address).unwrap();
        Self::Engine::open(settings).await.unwrap()
    }
}

#[cfg(feature = "postgres")]
impl Server for servers::Postgres {
    const IS_SYNCHRONOUS: bool = true;

    fn kill(&mut self) {
        self.kill();
    }

    fn restart(&mut self) {
        self.restart();
    }
}
