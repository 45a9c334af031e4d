//! Both receivers, run as a user does.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Output, Stdio};

const RECEIVERS: [&str; 2] = [
    env!("CARGO_BIN_EXE_receiver"),
    env!("CARGO_BIN_EXE_receiver-actix"),
];

fn receiver(program: &str, listen: &str) -> Command {
    let mut command = Command::new(program);
    command.args(["--token", "test", "--listen", listen]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env_remove("RUST_LOG");
    command
}

/// Plays the demo to its end; returns the receiver, still listening, and what it printed, without its address.
fn play(program: &str) -> (Child, Vec<String>) {
    let mut child = receiver(program, "127.0.0.1:0")
        .arg("--demo")
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let mut lines = Vec::new();
    for line in out.lines() {
        let line = line.unwrap();
        if line.starts_with("demo: over") {
            break;
        }
        lines.push(line);
    }
    (child, lines)
}

#[cfg(unix)]
fn stop(child: Child, signal: &str) -> Output {
    let mut kill = Command::new("kill");
    kill.args([signal, &child.id().to_string()]);
    assert!(kill.status().unwrap().success());
    child.wait_with_output().unwrap()
}

#[cfg(unix)]
#[test]
fn both_print_the_same_for_the_demo_and_end_when_told_to() {
    let mut printed = Vec::new();
    for program in RECEIVERS {
        for signal in ["-INT", "-TERM"] {
            let (child, lines) = play(program);
            printed.push(lines);
            let output = stop(child, signal);
            assert!(output.status.success(), "{output:?}");
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(said.ends_with("stopped\n"), "{said}");
        }
    }
    let first = &printed[0];
    assert!(printed.iter().all(|it| it == first), "{printed:#?}");

    let answered: Vec<_> = first.iter().filter(|it| it.starts_with("demo: ")).collect();
    assert_eq!(answered.len(), 11);
    assert_eq!(first.len(), 11 + 8);
    // By `printf %s a3Vq90ZtLwXe12Pm | openssl dgst -sha256 -hmac test`.
    assert!(answered[0].ends_with(r#"answered 200 {"challenge":"bedf508187b9b1e623219909a5670685cc4407c11b92af2882fd9f660c9f4526"}"#), "{}", answered[0]);
    for line in &answered[1..9] {
        assert!(line.trim_end().ends_with("answered 200"), "{line}");
    }
    assert!(answered[9].ends_with(r#"answered 401 {"error":"signature_mismatch"}"#));
    assert!(answered[10].ends_with(r#"answered 413 {"error":"body_too_large"}"#));
}

#[test]
fn a_port_in_use_is_said_so() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for program in RECEIVERS {
        let output = receiver(program, &address).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8(output.stderr).unwrap();
        let expected = format!("error: cannot listen on {address}: Address");
        assert!(said.starts_with(&expected), "{said}");
    }
}
