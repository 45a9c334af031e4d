//! The simulator, run as a user does against the receiver, likewise.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod programs;

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use self::programs::{Folder, Receiver, simulator};

#[test]
fn a_receiver_is_verified_and_takes_a_delivery_of_each_kind() {
    let receiver = Receiver::start();
    let url = receiver.url();
    let verified = simulator(&["verify", &url, "--token", "test", "--json"]);
    assert_eq!(verified.code, 0, "{verified:?}");
    let report = verified.json();
    assert_eq!(report["verified"], true);
    assert_eq!(report["challenges"].as_array().unwrap().len(), 2);

    for kind in [
        "vehicle-state",
        "first-delivery",
        "vehicle-error",
        "resolved-error",
        "test",
        "schedule",
        "dynamic",
        "charging-started",
        "charging-stopped",
        "charging-completed",
        "unknown",
    ] {
        let sent = simulator(&["send", &url, kind, "--token", "test", "--json"]);
        assert_eq!(
            (sent.code, sent.json()["status"].clone()),
            (0, 200.into()),
            "{kind}: {sent:?}"
        );
    }
    let forged = simulator(&["send", &url, "vehicle-state", "--token", "test", "--forged"]);
    assert_eq!(forged.code, 0);
    assert!(forged.out.starts_with("401 "), "{forged:?}");
}

#[test]
fn what_is_wrong_shows_in_the_exit_code_and_no_token_is_shown() {
    let receiver = Receiver::start();
    let url = receiver.url();
    let other = simulator(&["verify", &url, "--token", "other-token"]);
    assert_eq!(other.code, 1);
    assert!(other.out.contains("not verified"), "{other:?}");
    let refused = simulator(&["send", &url, "test", "--token", "other-token", "--json"]);
    assert_eq!(
        (refused.code, refused.json()["status"].clone()),
        (1, 401.into())
    );
    let refused = simulator(&["fleet", &url, "--for", "60s", "--token", "other-token"]);
    assert_eq!(refused.code, 1);
    assert!(refused.out.contains("not verified"), "{refused:?}");
    for output in [other, refused] {
        assert!(!format!("{output:?}").contains("other-token"));
    }

    let nobody = simulator(&["verify", "http://127.0.0.1:9/hook", "--token", "test"]);
    assert_eq!(nobody.code, 1);
    for line in [
        &["verify", "localhost:80", "--token", "test"][..],
        &["verify", &url],
        &["send", &url, "pizza", "--token", "test"],
        &["replay", "/no/such/file", &url, "--token", "test"],
        &["rain", &url],
    ] {
        assert_eq!(simulator(line).code, 2, "{line:?}");
    }
}

#[test]
fn a_printed_request_is_one_that_is_taken() {
    let receiver = Receiver::start();
    let url = receiver.url();
    let flags = ["--token", "test", "--print", "--seed", "7", "--json"];
    let printed = simulator(&[&["send", &url, "vehicle-state"][..], &flags].concat());
    let request = printed.json();
    assert_eq!(request["url"], url);
    assert_eq!(
        request["headers"]["SC-Signature"].as_str().unwrap().len(),
        64
    );
    let curl = simulator(&["send", &url, "vehicle-state", "--token", "test", "--print"]);
    assert!(curl.out.starts_with("curl -i -H "), "{curl:?}");
    let body = request["body"].as_str().unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(body).unwrap()["eventType"],
        "VEHICLE_STATE"
    );
}

#[test]
fn a_fleet_loses_nothing_to_a_receiver_that_stays() {
    let receiver = Receiver::start();
    let flags = [
        "--vehicles",
        "5",
        "--rate",
        "30",
        "--for",
        "3s",
        "--seed",
        "1",
        "--token",
        "test",
        "--json",
        "--any-spelling",
    ];
    let ran = simulator(&[&["fleet", &receiver.url()][..], &flags].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    let lines = ran.lines();
    let (summary, attempts) = lines.split_last().unwrap();
    assert_eq!(summary["complete"], true);
    assert!(summary["events"].as_u64().unwrap() > 20, "{summary}");
    assert_eq!(summary["events"], summary["acknowledged"]);
    assert!(attempts.iter().all(|it| it["type"] == "attempt"));
}

#[test]
fn what_a_killed_receiver_missed_is_told_exactly() {
    let receiver = Receiver::start();
    let address = receiver.address().to_owned();
    let url = receiver.url();
    let flags = [
        "--vehicles",
        "5",
        "--rate",
        "20",
        "--for",
        "4s",
        "--retries",
        "1s,2s,3s",
        "--token",
        "test",
        "--json",
    ];
    let line = [&["fleet", &*url][..], &flags].concat();
    let running = std::thread::scope(|scope| {
        let running = scope.spawn(|| simulator(&line));
        sleep(Duration::from_millis(1500));
        receiver.kill();
        sleep(Duration::from_millis(800));
        let again = Receiver::start_at(&address);
        let ran = running.join().unwrap();
        drop(again);
        ran
    });
    assert_eq!(running.code, 0, "{running:?}");
    let lines = running.lines();
    let summary = lines.last().unwrap();
    assert!(summary["redelivered"].as_u64().unwrap() > 0, "{summary}");
    assert_eq!(summary["waiting"], 0);
    assert_eq!(summary["dropped"], 0);
    // Counted from the attempts themselves.
    let late = lines
        .iter()
        .filter(|it| it["acknowledged"] == true && it["attempt"].as_u64() > Some(1));
    assert_eq!(
        late.count(),
        usize::try_from(summary["redelivered"].as_u64().unwrap()).unwrap()
    );

    // Nobody comes back, and nothing is sent again: all of it is dropped, and listed.
    let receiver = Receiver::start();
    let url = receiver.url();
    let flags = [
        "--vehicles",
        "5",
        "--rate",
        "20",
        "--for",
        "3s",
        "--retries",
        "none",
        "--token",
        "test",
        "--json",
    ];
    let line = [&["fleet", &*url][..], &flags].concat();
    let ran = std::thread::scope(|scope| {
        let running = scope.spawn(|| simulator(&line));
        sleep(Duration::from_millis(1500));
        receiver.kill();
        running.join().unwrap()
    });
    assert_eq!(ran.code, 1);
    let summary = ran.lines().pop().unwrap();
    assert!(summary["dropped"].as_u64().unwrap() > 0, "{summary}");
    assert_eq!(
        summary["dropped"],
        summary["lost"].as_array().unwrap().len()
    );
}

#[test]
fn a_storm_is_stood() {
    let receiver = Receiver::start();
    let ran = simulator(&[
        "storm",
        &receiver.url(),
        "--for",
        "3s",
        "--connections",
        "20",
        "--token",
        "test",
        "--json",
    ]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let report = ran.json();
    assert_eq!(report["genuine_lost"], 0);
    assert_eq!(report["strangers_accepted"], 0);
    assert!(
        report["requests"]["forged signature"]["401"].as_u64() > Some(10),
        "{report}"
    );
}

/// One that answers everything alike, as a receiver that is not finished does.
#[test]
fn a_careless_receiver_falls_short_of_everything() {
    let url = programs::careless();
    let verified = simulator(&["verify", &url, "--token", "test"]);
    assert_eq!(verified.code, 1, "{verified:?}");
    let flags = [
        "--for",
        "1s",
        "--connections",
        "2",
        "--token",
        "test",
        "--json",
    ];
    let storm = simulator(&[&["storm", &*url][..], &flags].concat());
    assert_eq!(storm.code, 1);
    let report = storm.json();
    assert!(report["strangers_accepted"].as_u64() > Some(10), "{report}");
    assert_eq!(report["challenge_afterwards"], false);
    let contract = simulator(&["conformance", &url, "--gentle", "--token", "test"]);
    assert_eq!(contract.code, 1);
    assert!(contract.out.starts_with("Falls short:\n"), "{contract:?}");
    let forged = simulator(&["send", &url, "test", "--forged", "--token", "test"]);
    assert_eq!(forged.code, 1, "{forged:?}");
}

#[test]
fn where_nobody_listens_everything_falls_short() {
    let url = "http://127.0.0.1:9/hook";
    for line in [
        &["send", url, "test"][..],
        &["fleet", url],
        &["storm", url, "--for", "1s", "--connections", "2"],
        &["conformance", url],
        &[
            "replay",
            concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../smartcar-webhook-core/tests/fixtures/v2-dynamic.json"
            ),
            url,
        ],
    ] {
        let ran = simulator(&[line, &["--token", "test"]].concat());
        assert_eq!(ran.code, 1, "{ran:?}");
        let ran = simulator(&[line, &["--token", "test", "--json"]].concat());
        assert!(!ran.lines().is_empty(), "{ran:?}");
    }
}

#[test]
fn the_contract_is_kept() {
    let receiver = Receiver::start();
    let ran = simulator(&[
        "conformance",
        &receiver.url(),
        "--gentle",
        "--strict",
        "--token",
        "test",
        "--json",
    ]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let lines = ran.lines();
    let (numbers, cases) = lines.split_last().unwrap();
    assert_eq!(numbers["falls_short"], 0);
    assert_eq!(numbers["cases"], cases.len());
}

#[test]
fn what_is_recorded_can_be_replayed() {
    let receiver = Receiver::start();
    let folder = Folder::new();
    let recorder = programs::Recorder::start(&receiver.url(), folder.path());
    let url = recorder.url();
    assert_eq!(simulator(&["verify", &url, "--token", "test"]).code, 0);
    for kind in ["vehicle-state", "vehicle-error", "schedule"] {
        let sent = simulator(&[
            "send",
            &url,
            kind,
            "--token",
            "test",
            "--vehicle",
            "0a1b2c3d-seen",
        ]);
        assert_eq!(sent.code, 0, "{sent:?}");
    }
    let refused = simulator(&["send", &url, "vehicle-state", "--token", "wrong"]);
    assert_eq!(refused.code, 1);
    assert!(refused.out.starts_with("401 "), "{refused:?}");
    let counts = recorder.stop();
    assert_eq!(counts["recorded"], 3, "{counts}");
    assert_eq!(counts["challenges"], 2);
    assert_eq!(counts["unverified"], 1);
    let files: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    assert_eq!(files.len(), 3);
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        assert!(
            !text.contains("0a1b2c3d-seen") && !text.contains("\"test\""),
            "{text}"
        );
    }

    let url = receiver.url();
    let folder = folder.path().display().to_string();
    let replayed = simulator(&[
        "replay",
        &folder,
        &url,
        "--new-ids",
        "--speed",
        "100",
        "--token",
        "test",
        "--json",
    ]);
    assert_eq!(replayed.code, 0, "{replayed:?}");
    assert_eq!(replayed.lines().last().unwrap()["acknowledged"], 3);
}

#[test]
fn nobody_who_reads_is_no_panic() {
    let receiver = Receiver::start();
    let flags = "--vehicles 5 --rate 50 --for 10s --token test";
    let line = format!(
        "{} fleet {} {flags} | head -n 2",
        env!("CARGO_BIN_EXE_simulator"),
        receiver.url()
    );
    let output = std::process::Command::new("sh")
        .args(["-c", &line])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains("panic"), "{said}");
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 2);
}
