//! A server of PostgreSQL.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use smartcar_webhook_inbox::postgres::{self, PostgresInbox, PostgresStore};
use tokio_postgres::{Client, NoTls};

use super::{Process, find, free_port};
use crate::place::Place;

/// A server that can be killed and started again with what it has on disk.
pub(crate) struct Postgres {
    pub(crate) place: Place,
    port: u16,
    process: Option<Process>,
    tls: bool,
}

impl Postgres {
    pub(crate) fn start() -> Self {
        let mut server = Self {
            place: Place::new(),
            port: free_port(),
            process: None,
            tls: false,
        };
        if is_root() {
            let folder = server.place.path();
            std::fs::set_permissions(folder, PermissionsExt::from_mode(0o711)).unwrap();
            let chown = Command::new("chown").arg("postgres").arg(folder).status();
            assert!(chown.unwrap().success());
        }
        let made = program("initdb")
            .args([
                "-A",
                "trust",
                "-U",
                "postgres",
                "-E",
                "UTF8",
                "--no-locale",
                "--no-sync",
                "-D",
            ])
            .arg(server.data())
            .stdout(Stdio::null())
            .status();
        assert!(made.unwrap().success());
        server.restart();
        server
    }

    /// With a certificate of its own making, which is given.
    #[cfg(feature = "tls")]
    pub(crate) fn start_with_tls() -> (Self, Vec<u8>) {
        let mut server = Self::start();
        server.kill();
        let file = |name: &str| server.data().join(name);
        let made = Command::new(find("openssl", &[], "openssl"))
            .args([
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=db",
            ])
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .args(["-addext", "subjectAltName=IP:127.0.0.1"])
            .arg("-keyout")
            .arg(file("server.key"))
            .arg("-out")
            .arg(file("server.crt"))
            .stderr(Stdio::null())
            .status();
        assert!(made.unwrap().success());
        if is_root() {
            let mut chown = Command::new("chown");
            chown.arg("postgres").arg(file("server.key"));
            assert!(chown.status().unwrap().success());
        }
        let certificate = std::fs::read(file("server.crt")).unwrap();
        server.tls = true;
        server.restart();
        (server, certificate)
    }

    fn data(&self) -> PathBuf {
        self.place.path().join("data")
    }

    pub(crate) fn restart(&mut self) {
        let began = Instant::now();
        // Those it had before it was killed take a moment to notice.
        while let Ok(pid) = std::fs::read_to_string(self.data().join("postmaster.pid"))
            && pid
                .lines()
                .next()
                .is_some_and(|it| Path::new("/proc").join(it).exists())
        {
            assert!(began.elapsed() < Duration::from_secs(20));
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut command = program("postgres");
        command.arg("-D").arg(self.data());
        command.args([
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
        ]);
        command.args(["-c", &format!("port={}", self.port)]);
        if self.tls {
            command.args(["-c", "ssl=on"]);
        }
        self.process = Some(Process::start(&mut command, self.port));
    }

    /// As `kill -9` does.
    pub(crate) fn kill(&mut self) {
        self.process = None;
        // Its children die of that, a moment later, and hold its memory until then.
        std::thread::sleep(Duration::from_millis(500));
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    pub(crate) fn settings(&self) -> postgres::Postgres {
        postgres::Postgres::new(&self.url()).unwrap()
    }

    pub(crate) async fn inbox(&self) -> PostgresInbox {
        drop(self.client().await);
        PostgresInbox::open(self.settings()).await.unwrap()
    }

    pub(crate) async fn store(&self) -> PostgresStore {
        drop(self.client().await);
        PostgresStore::open(self.settings()).await.unwrap()
    }

    /// Not through an inbox; once the server takes connections.
    pub(crate) async fn client(&self) -> Client {
        let began = Instant::now();
        loop {
            match tokio_postgres::connect(&self.url(), NoTls).await {
                Ok((client, connection)) => {
                    tokio::spawn(connection);
                    return client;
                }
                Err(err) => assert!(began.elapsed() < Duration::from_secs(20), "{err:?}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0)
}

/// The program of the newest version installed, run as somebody else than root, whom it refuses.
fn program(name: &str) -> Command {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut folders: Vec<_> = versions.flatten().map(|it| it.path().join("bin")).collect();
    folders.sort();
    folders.reverse();
    let program = find(name, &folders, "postgresql");
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args([
        "--reuid=postgres",
        "--regid=postgres",
        "--clear-groups",
        "--",
    ]);
    command.arg(program);
    command
}
