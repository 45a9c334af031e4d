//! A server of Redis.

use std::process::Command;

use super::{Process, find, free_port};
use crate::place::Place;

/// A server that can be killed and started again with what it has on disk.
pub(crate) struct Redis {
    place: Place,
    port: u16,
    process: Option<Process>,
}

impl Redis {
    pub(crate) fn start() -> Self {
        let mut server = Self {
            place: Place::new(),
            port: free_port(),
            process: None,
        };
        server.restart();
        server
    }

    pub(crate) fn restart(&mut self) {
        let mut command = Command::new(find("redis-server", &[], "redis-server"));
        command.args(["--bind", "127.0.0.1", "--port", &self.port.to_string()]);
        command.arg("--dir").arg(self.place.path());
        command.args([
            "--appendonly",
            "yes",
            "--appendfsync",
            "always",
            "--save",
            "",
        ]);
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
        format!("redis://127.0.0.1:{}/", self.port)
    }
}
