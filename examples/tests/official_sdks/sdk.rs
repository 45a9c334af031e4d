//! The SDKs, as programs that answer.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// Where the programs lie.
pub(crate) const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/official_sdks");

/// One of Smartcar's SDKs, found by `PYTHONPATH` or `NODE_PATH`.
pub(crate) struct Sdk {
    program: Child,
    calls: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Sdk {
    pub(crate) fn python() -> Self {
        Self::start("python3", "sdk.py")
    }

    pub(crate) fn node() -> Self {
        Self::start("node", "sdk.js")
    }

    fn start(program: &str, script: &str) -> Self {
        let mut command = Command::new(program);
        command.arg(script).current_dir(FOLDER);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut program = command.spawn().unwrap();
        Self {
            calls: program.stdin.take().unwrap(),
            answers: BufReader::new(program.stdout.take().unwrap()),
            program,
        }
    }

    fn call(&mut self, call: &Value) -> Value {
        writeln!(self.calls, "{call}").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap()
    }

    /// The bytes this SDK hashes for a body.
    pub(crate) fn body(&mut self, text: &str) -> String {
        let body = self.call(&json!(["body", text]));
        body.as_str().unwrap().to_owned()
    }

    /// A body as its language writes it once it is parsed.
    pub(crate) fn written(&mut self, body: &str) -> String {
        let written = self.call(&json!(["written", body]));
        written.as_str().unwrap().to_owned()
    }

    /// What answers a challenge and signs a body.
    pub(crate) fn hash(&mut self, token: &str, text: &str) -> String {
        let hash = self.call(&json!(["hash", token, text]));
        hash.as_str().unwrap().to_owned()
    }

    pub(crate) fn verifies(&mut self, token: &str, signature: &str, body: &str) -> bool {
        let verified = self.call(&json!(["verify", token, signature, body]));
        verified.as_bool().unwrap()
    }
}

impl Drop for Sdk {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
