//! Where the database is.

use std::fmt;
use std::time::Duration;

use smartcar_webhook_core::BoxError;
use tokio_postgres::Config;

use super::tls::{self, Tls};

/// Where the database is, and how it is talked to.
///
/// Any PostgreSQL from version 12 on will do; no extension is needed.
/// Connections keep state, so a pooler in between must be in its session mode.
///
/// With the feature `tls`, connections are encrypted if the server can, and must be with `?sslmode=require`; its certificate is verified in either case; a server with a certificate of its own making wants `trust` or `sslmode=disable`.
/// Without it none is, and `sslmode=require` is refused.
///
/// ```
/// use smartcar_webhook_inbox::postgres::Postgres;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// let database = Postgres::new("postgres://app:secret@db.internal/app")?.connections(8);
/// assert!(!format!("{database:?}").contains("secret"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct Postgres {
    pub(super) config: Config,
    pub(super) tls: Tls,
    pub(super) connections: usize,
    pub(super) timeout: Duration,
    pub(super) name: String,
}

impl Postgres {
    /// How many connections are held at most unless told otherwise, for each inbox or store that is opened; an inbox that is waited on has one more.
    pub const DEFAULT_CONNECTIONS: usize = 16;

    /// How long a call may take unless told otherwise.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(3);

    /// The name of the tables and of the queue unless told otherwise.
    pub const DEFAULT_NAME: &str = "smartcar_webhook";

    /// The database at this URL, as libpq takes it: `postgres://user:password@host:port/database`, or `host=… user=…`.
    ///
    /// # Errors
    ///
    /// When it is no such URL.
    pub fn new(url: &str) -> Result<Self, BoxError> {
        let mut config: Config = url.parse()?;
        if config.get_application_name().is_none() {
            config.application_name("smartcar-webhook");
        }
        // Who hears nothing of a server that vanished would wait for hours.
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(Duration::from_secs(10));
        }
        if config.get_keepalives_interval().is_none() {
            let second = Duration::from_secs(1);
            config.keepalives_idle(15 * second);
            config.keepalives_interval(5 * second);
            config.keepalives_retries(3);
        }
        Ok(Self {
            config,
            #[cfg(feature = "tls")]
            tls: tls::trusting(&[])?,
            #[cfg(not(feature = "tls"))]
            tls: tls::NO_TLS,
            connections: Self::DEFAULT_CONNECTIONS,
            timeout: Self::DEFAULT_TIMEOUT,
            name: Self::DEFAULT_NAME.to_owned(),
        })
    }

    /// Trusts the issuers of these certificates, in PEM, beside those that the system trusts.
    ///
    /// # Errors
    ///
    /// When one of them cannot be read.
    #[cfg(feature = "tls")]
    pub fn trust(mut self, pem: &[u8]) -> Result<Self, BoxError> {
        self.tls = tls::trusting(pem)?;
        Ok(self)
    }

    /// Sets how many connections are held at most.
    ///
    /// # Panics
    ///
    /// When there is to be none.
    #[track_caller]
    pub fn connections(mut self, connections: usize) -> Self {
        assert!(connections > 0, "a pool needs a connection");
        self.connections = connections;
        self
    }

    /// Sets how long a call may take, from the wait for a connection to the answer; the server gives up by itself after the same time.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the name of the schema that the tables are in, and of the queue; apps that share a database and not their deliveries need one each.
    ///
    /// # Panics
    ///
    /// When it is not made of 1 to 47 lower-case letters, digits and underscores, or begins with a digit.
    #[track_caller]
    pub fn name(mut self, name: &str) -> Self {
        let is_plain = |it: u8| matches!(it, b'a'..=b'z' | b'0'..=b'9' | b'_');
        assert!(
            name.bytes().all(is_plain)
                && (1..=47).contains(&name.len())
                && !name.starts_with(|it: char| it.is_ascii_digit()),
            "a name is made of lower-case letters, digits and underscores"
        );
        name.clone_into(&mut self.name);
        self
    }

    /// A statement, written with the default name, with the name.
    pub(super) fn statement(&self, sql: &str) -> String {
        sql.replace(Self::DEFAULT_NAME, &self.name)
    }
}

/// Shows neither user nor password.
impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres")
            .field("connections", &self.connections)
            .field("timeout", &self.timeout)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
