//! The programs, none of which outlives its test.

use std::collections::HashSet;
use std::fs::{File, OpenOptions, read_to_string};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};

use serde_json::Value;
use uuid::Uuid;

/// What came of a command line.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
}

impl Ran {
    /// Every line that was printed.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let lines = self.out.lines().map(serde_json::from_str);
        lines.collect::<Result<_, _>>().unwrap()
    }
}

fn run(program: &str, args: &[&str]) -> Ran {
    let output = Command::new(program).args(args).output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
    }
}

pub(crate) fn simulator(args: &[&str]) -> Ran {
    run(env!("CARGO_BIN_EXE_simulator"), args)
}

/// A folder with an inbox, and with what `durable` printed; it is gone after the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("durable-{}", Uuid::new_v4()));
        std::fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn file(&self) -> String {
        self.0.join("inbox.db").display().to_string()
    }

    fn printed(&self) -> PathBuf {
        self.0.join("printed.jsonl")
    }

    /// The keys of the lines of this type.
    pub(crate) fn keys(&self, of: &str) -> HashSet<String> {
        let printed = read_to_string(self.printed()).unwrap();
        // One that was killed may have died within a line.
        let lines = printed
            .lines()
            .filter_map(|it| serde_json::from_str::<Value>(it).ok());
        let lines = lines.filter(|it| it["type"] == of);
        lines
            .map(|it| it["key"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The dead letters of the inbox, asked about as a user does.
    pub(crate) fn inbox(&self, args: &[&str]) -> Ran {
        let file = self.file();
        run(
            env!("CARGO_BIN_EXE_inbox"),
            &[args, &["--file", &file]].concat(),
        )
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The program `durable`, under the token `test`.
pub(crate) struct Durable {
    child: Child,
    address: String,
    /// Read by nobody; a program whose standard error is gone cannot say anything.
    _said: BufReader<ChildStderr>,
}

impl Durable {
    pub(crate) fn start(folder: &Folder, listen: &str, flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_durable"))
            .args(["--token", "test", "--listen", listen, "--json"])
            .args(["--lease", "1s", "--file", &folder.file()])
            .args(flags)
            .env("RUST_LOG", "off")
            .stdout(appended(&folder.printed()))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let address = loop {
            let mut line = String::new();
            assert!(said.read_line(&mut line).unwrap() > 0, "durable ended");
            if let Some((_, url)) = line.split_once("http://") {
                break url.split('/').next().unwrap().to_owned();
            }
        };
        Self {
            child,
            address,
            _said: said,
        }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/webhooks/smartcar", self.address)
    }

    /// Ends it at once, as `kill -9` does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it as a service manager does.
    pub(crate) fn stop(mut self) {
        let mut kill = Command::new("kill");
        kill.args(["-TERM", &self.child.id().to_string()]);
        assert!(kill.status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Durable {
    fn drop(&mut self) {
        // It may be over.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn appended(file: &Path) -> File {
    let mut options = OpenOptions::new();
    options.append(true).create(true).open(file).unwrap()
}
