//! Servers of engines, each a process for the time of a test.

#[cfg(feature = "nats")]
mod nats;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

#[cfg(feature = "nats")]
pub(crate) use self::nats::{Cluster, Nats};
#[cfg(feature = "postgres")]
pub(crate) use self::postgres::Postgres;
#[cfg(feature = "redis")]
pub(crate) use self::redis::Redis;

/// A process that dies with this value, and with this process if its command says so.
pub(crate) struct Process(Child);

impl Process {
    /// Starts it, and waits until it listens on this port.
    pub(crate) fn start(command: &mut Command, port: u16) -> Self {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut process = Self(command.spawn().unwrap());
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = process.0.try_wait().unwrap();
            assert!(ended.is_none(), "{command:?} ended: {ended:?}");
            let patience = Duration::from_secs(20);
            assert!(began.elapsed() < patience, "{command:?} does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        process
    }

    #[cfg(any(feature = "nats", feature = "redis"))]
    /// Has it stand still, with its connections open.
    pub(crate) fn pause(&self) {
        self.signal("STOP");
    }

    #[cfg(any(feature = "nats", feature = "redis"))]
    pub(crate) fn resume(&self) {
        self.signal("CONT");
    }

    #[cfg(any(feature = "nats", feature = "redis"))]
    fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.0.id());
        assert!(
            Command::new("sh")
                .args(["-c", &kill])
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for Process {
    /// Without giving it time for a last word.
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The path of a program, in one of these folders, in `PATH`, or where Debian puts servers.
pub(crate) fn find(program: &str, folders: &[PathBuf], package: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = folders
        .iter()
        .cloned()
        .chain(std::env::split_paths(&path))
        .chain([PathBuf::from("/usr/sbin")])
        .map(|it| it.join(program))
        .find(|it| it.is_file());
    found.unwrap_or_else(|| panic!("no `{program}` here: apt-get install -y {package}"))
}

/// A port that nobody listens on, below those that outgoing connections get, and another for each call.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let pid = u16::try_from(std::process::id() % 100).unwrap();
    loop {
        let port = 10_000 + 200 * pid + NEXT.fetch_add(1, Ordering::Relaxed) % 200;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
