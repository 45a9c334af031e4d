//! Where the servers are, and what is asked of them.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use async_nats::ConnectOptions;

use super::NatsInbox;

/// How a [`NatsInbox`] reaches its servers, and what it keeps there.
///
/// ```
/// use std::time::Duration;
///
/// use smartcar_webhook_inbox::NatsOptions;
///
/// let options = NatsOptions::new("nats://n1:4222,nats://n2:4222,nats://n3:4222")
///     .user_and_password("receiver", "secret")
///     .replicas(3)
///     .remember(Duration::from_secs(7 * 24 * 3600));
/// assert!(!format!("{options:?}").contains("secret"));
/// ```
#[derive(Clone)]
#[must_use]
pub struct NatsOptions {
    pub(super) servers: Vec<String>,
    pub(super) name: String,
    pub(super) replicas: usize,
    pub(super) remembered: Duration,
    login: Option<Login>,
    requires_tls: bool,
    root_certificates: Option<PathBuf>,
    client_certificate: Option<(PathBuf, PathBuf)>,
}

#[derive(Clone)]
enum Login {
    Token(String),
    User(String, String),
}

impl NatsOptions {
    /// What the streams are called unless told otherwise.
    pub const DEFAULT_NAME: &str = "smartcar-webhook";

    /// How long the key of an event is remembered unless told otherwise: 24 hours.
    pub const DEFAULT_REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);

    /// These servers with the defaults: addresses such as `nats://host:4222` or `tls://host`, with commas between them; others of the same cluster are found through them.
    pub fn new(servers: impl AsRef<str>) -> Self {
        let servers = servers.as_ref().split(',').map(str::trim);
        Self {
            servers: servers.map(str::to_owned).collect(),
            name: Self::DEFAULT_NAME.to_owned(),
            replicas: 1,
            remembered: Self::DEFAULT_REMEMBERED,
            login: None,
            requires_tls: false,
            root_certificates: None,
            client_certificate: None,
        }
    }

    /// Sets what the streams are called: one of this name, and one of it with `-dead` after it.
    ///
    /// # Panics
    ///
    /// When it is empty, or has other characters than letters, digits, `-` and `_`.
    #[track_caller]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        let is_plain = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
        assert!(
            !self.name.is_empty() && self.name.chars().all(is_plain),
            "a name is of letters, digits, `-` and `_`"
        );
        self
    }

    /// Sets on how many servers of a cluster each delivery is kept: 1 unless told otherwise, and 3 for an inbox that outlives a server.
    ///
    /// Streams that are there must have as many or more; this does not change them.
    ///
    /// # Panics
    ///
    /// When it is not from 1 to 5.
    #[track_caller]
    pub fn replicas(mut self, servers: usize) -> Self {
        assert!((1..=5).contains(&servers), "replicas are 1 to 5");
        self.replicas = servers;
        self
    }

    /// Sets how long the key of an event is remembered after it was stored, at the least.
    ///
    /// Until then the server keeps the delivery on disk, and some 270 bytes in memory: with 10 deliveries a second, 230 MB for a day.
    /// Workers see to it that older ones go; all of them should be told the same.
    pub fn remember(mut self, time: Duration) -> Self {
        self.remembered = time;
        self
    }

    /// Sets the token to log in with.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.login = Some(Login::Token(token.into()));
        self
    }

    /// Sets the user and the password to log in with.
    pub fn user_and_password(
        mut self,
        user: impl Into<String>,
        password: impl Into<String>,
    ) -> Self {
        self.login = Some(Login::User(user.into(), password.into()));
        self
    }

    /// Has connections refused that are not encrypted, whatever the addresses say.
    pub fn require_tls(mut self) -> Self {
        self.requires_tls = true;
        self
    }

    /// Sets the PEM file with the certificates of those who vouch for the servers, beside those of the system.
    pub fn root_certificates(mut self, file: impl Into<PathBuf>) -> Self {
        self.root_certificates = Some(file.into());
        self
    }

    /// Sets the PEM files of the certificate to log in with, and of its key.
    pub fn client_certificate(
        mut self,
        certificate: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Self {
        self.client_certificate = Some((certificate.into(), key.into()));
        self
    }

    pub(super) fn connect_options(&self) -> ConnectOptions {
        let mut options = ConnectOptions::new()
            .name("smartcar-webhook-inbox")
            .connection_timeout(Duration::from_secs(2))
            .request_timeout(Some(NatsInbox::PATIENCE))
            // A server that hangs is left after three of them.
            .ping_interval(Duration::from_secs(2))
            .reconnect_delay_callback(|attempt| {
                let factor = u32::try_from(attempt.min(20)).unwrap_or(20);
                Duration::from_millis(50) * factor
            })
            // What waits here when a connection breaks is all that is ever buffered.
            .client_capacity(256);
        options = match self.login.clone() {
            Some(Login::Token(token)) => options.token(token),
            Some(Login::User(user, password)) => options.user_and_password(user, password),
            None => options,
        };
        if self.requires_tls {
            options = options.require_tls(true);
        }
        if let Some(file) = &self.root_certificates {
            options = options.add_root_certificates(file.clone());
        }
        if let Some((certificate, key)) = &self.client_certificate {
            options = options.add_client_certificate(certificate.clone(), key.clone());
        }
        options
    }
}

impl From<&str> for NatsOptions {
    fn from(servers: &str) -> Self {
        Self::new(servers)
    }
}

impl From<String> for NatsOptions {
    fn from(servers: String) -> Self {
        Self::new(servers)
    }
}

/// Shows no address, for passwords may be in it.
impl fmt::Debug for NatsOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsOptions")
            .field("servers", &self.servers.len())
            .field("name", &self.name)
            .field("replicas", &self.replicas)
            .field("remembered", &self.remembered)
            .field("requires_tls", &self.requires_tls)
            .finish_non_exhaustive()
    }
}
