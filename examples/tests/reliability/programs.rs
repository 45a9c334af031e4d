//! The programs, told to end under load.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use tokio::sync::Notify;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::timeout;

use crate::LONG;
use crate::client::deliver;

const PROGRAMS: [&str; 2] = [
    env!("CARGO_BIN_EXE_receiver"),
    env!("CARGO_BIN_EXE_receiver-actix"),
];

/// A program that does not outlive its test.
struct Program(Child);

impl Program {
    fn start(path: &str) -> Self {
        let child = Command::new(path)
            .args(["--token", "test", "--listen", "127.0.0.1:0", "--json"])
            // Nobody reads it under way.
            .env("RUST_LOG", "off")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        Self(child.unwrap())
    }

    fn terminate(&self) {
        let mut kill = Command::new("kill");
        kill.args(["-TERM", &self.0.id().to_string()]);
        assert!(kill.status().unwrap().success());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may be over.
        let _ = self.0.kill();
    }
}

async fn what_is_acknowledged_is_done(path: &str) {
    const CLIENTS: usize = 20;
    const ENOUGH: usize = 200;
    let mut program = Program::start(path);
    let mut said = BufReader::new(program.0.stderr.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    let (_, url) = line.split_once("http://").unwrap();
    let address = url.split_once('/').unwrap().0.parse().unwrap();
    let printed = BufReader::new(program.0.stdout.take().unwrap());
    let printed = spawn_blocking(move || {
        let events = printed.lines().map(|line| {
            let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
            line["event_id"].as_str().unwrap().to_owned()
        });
        events.collect::<Vec<_>>()
    });

    let acknowledged = Arc::new(AtomicUsize::new(0));
    let enough = Arc::new(Notify::new());
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let (acknowledged, enough) = (Arc::clone(&acknowledged), Arc::clone(&enough));
        clients.spawn(async move {
            let mut mine = Vec::new();
            for number in 0.. {
                let event = format!("{client} {number}");
                // Until there is no server any more.
                let Ok(answer) = deliver(address, &event).await else {
                    break;
                };
                if answer.status != 200 {
                    assert_eq!(answer.status, 503);
                    continue;
                }
                mine.push(event);
                if acknowledged.fetch_add(1, Ordering::Relaxed) == ENOUGH {
                    enough.notify_one();
                }
            }
            mine
        });
    }
    enough.notified().await;
    program.terminate();
    let acknowledged: BTreeSet<_> = clients.join_all().await.into_iter().flatten().collect();
    let events = printed.await.unwrap();
    let done: BTreeSet<_> = events.iter().cloned().collect();
    assert_eq!(done.len(), events.len(), "each once");
    let undone: Vec<_> = acknowledged.difference(&done).collect();
    assert!(undone.is_empty(), "{path}: {undone:?}");
    assert!(program.0.wait().unwrap().success(), "{path}");
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("stopped\n"), "{path}: {rest}");
}

#[tokio::test]
async fn what_a_program_acknowledged_is_done_when_it_is_terminated() {
    for path in PROGRAMS {
        let played = timeout(LONG, what_is_acknowledged_is_done(path)).await;
        played.unwrap_or_else(|_| panic!("{path} hangs"));
    }
}
