//! The programs, none of which outlives its test.

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
    #[expect(dead_code, reason = "shown where a test fails")]
    said: String,
}

impl Ran {
    /// The one object that was printed.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }

    /// Every line that was printed.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let lines = self.out.lines().map(serde_json::from_str);
        lines.collect::<Result<_, _>>().unwrap()
    }
}

pub(crate) fn simulator(args: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulator"));
    command.env_remove("SMARTCAR_MANAGEMENT_TOKEN");
    let output = command.args(args).output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        said: String::from_utf8(output.stderr).unwrap(),
    }
}

struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // It may be over.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The receiver, under the token `test`.
pub(crate) struct Receiver {
    program: Program,
    address: String,
}

impl Receiver {
    pub(crate) fn start() -> Self {
        Self::start_at("127.0.0.1:0")
    }

    pub(crate) fn start_at(listen: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_receiver"))
            .args(["--token", "test", "--listen", listen])
            .env("RUST_LOG", "off")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (address, _) = address(&mut child);
        Self {
            program: Program(child),
            address,
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
        self.program.0.kill().unwrap();
        self.program.0.wait().unwrap();
    }
}

/// Starts a server that answers 200 to everything; where it is.
pub(crate) fn careless() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            let app = axum::Router::new().fallback(async || "fine");
            axum::serve(listener, app).await.unwrap();
        });
    });
    format!("http://{address}/hook")
}

/// The recording proxy.
pub(crate) struct Recorder {
    program: Program,
    address: String,
    /// Read by nobody; a program whose standard error is gone cannot say anything.
    _said: BufReader<ChildStderr>,
}

impl Recorder {
    pub(crate) fn start(to: &str, folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_simulator"))
            .args([
                "record",
                "--listen",
                "127.0.0.1:0",
                "--token",
                "test",
                "--json",
                "--to",
                to,
                "--dir",
            ])
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (address, said) = address(&mut child);
        Self {
            program: Program(child),
            address,
            _said: said,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/anywhere", self.address)
    }

    /// Has it end; what it counted.
    pub(crate) fn stop(mut self) -> Value {
        let mut kill = Command::new("kill");
        kill.args(["-INT", &self.program.0.id().to_string()]);
        assert!(kill.status().unwrap().success());
        let out = BufReader::new(self.program.0.stdout.take().unwrap());
        let last = out.lines().last().unwrap().unwrap();
        assert!(self.program.0.wait().unwrap().success());
        serde_json::from_str(&last).unwrap()
    }
}

/// The address a program says it listens at.
fn address(child: &mut Child) -> (String, BufReader<ChildStderr>) {
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    let (_, url) = line.split_once("http://").unwrap();
    let end = url.find(['/', ',', '\n']).unwrap_or(url.len());
    (url[..end].to_owned(), said)
}

/// A folder that is gone after the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("recordings-{}", Uuid::new_v4()));
        std::fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
