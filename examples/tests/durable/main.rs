//! What was acknowledged is handled, whatever happens to the process: `durable` and `inbox`, run as a user does.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod programs;

use std::time::{Duration, Instant};

use smartcar_webhook_core::ManagementToken;
use smartcar_webhook_core::testing::HttpTarget;
use smartcar_webhook_core::testing::simulator::{RetrySchedule, SimulatedWebhook, Simulator};
use tokio::time::sleep;

use self::programs::{Durable, Folder, simulator};

/// Long enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until it is so.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_handled_after_kills() {
    let folder = Folder::new();
    // More comes than is handled: when it is killed, some have waited, and some are under way.
    let flags = ["--slow", "300ms"];
    let mut durable = Some(Durable::start(&folder, "127.0.0.1:0", &flags));
    let address = durable.as_ref().unwrap().address().to_owned();
    let url = durable.as_ref().unwrap().url();

    let second = Duration::from_secs(1);
    let webhook = SimulatedWebhook::signals("Fleet")
        .callback(url.parse().unwrap())
        .retries(RetrySchedule::dropping([second; 30]));
    let fleet = Simulator::new(ManagementToken::new("test").unwrap())
        .seed(1)
        .vehicles(50)
        .rate(80.0)
        .webhook(webhook);
    let mut waited = Vec::new();
    let kills = async {
        for _ in 0..2 {
            sleep(2 * second).await;
            durable.take().unwrap().kill();
            waited.push(
                folder
                    .keys("stored")
                    .difference(&folder.keys("handled"))
                    .count(),
            );
            sleep(second / 2).await;
            durable = Some(Durable::start(&folder, &address, &flags));
        }
        sleep(second).await;
    };
    let ledger = fleet.run_until(HttpTarget::new().unwrap(), kills).await;

    ledger.assert_nothing_lost();
    let acknowledged = ledger.acknowledged();
    assert!(acknowledged.len() > 200, "{}", acknowledged.len());
    assert!(waited.iter().all(|it| *it > 0), "{waited:?}");
    assert!(ledger.totals().redelivered > 0, "nobody missed it");
    until("some were acknowledged and never handled", || {
        acknowledged.is_subset(&folder.keys("handled"))
    });
    durable.unwrap().stop();
    assert!(folder.inbox(&["list", "--json"]).lines().is_empty());
}

#[test]
fn a_dead_letter_is_looked_at_replayed_and_handled() {
    let folder = Folder::new();
    let flags = ["--fail-every", "1", "--attempts", "2", "--backoff", "100ms"];
    let durable = Durable::start(&folder, "127.0.0.1:0", &flags);
    for vehicle in ["car-1", "car-2", "car-3"] {
        let url = durable.url();
        let line = ["send", &url, "vehicle-state", "--token", "test"];
        let sent = simulator(&[&line[..], &["--vehicle", vehicle]].concat());
        assert_eq!(sent.code, 0, "{sent:?}");
    }
    let list = || folder.inbox(&["list", "--json"]).lines();
    until("they are no dead letters", || list().len() == 3);
    assert!(folder.keys("handled").is_empty());
    let letters = list();
    let ids: Vec<_> = letters.iter().map(|it| it["id"].to_string()).collect();
    for letter in &letters {
        assert_eq!(letter["attempts"], 2, "{letter}");
        assert_eq!(letter["event_type"], "VEHICLE_STATE");
        assert_eq!(letter["error"], "handler failed");
        assert!(letter.get("body").is_none());
    }
    let page = folder.inbox(&["list", "--limit", "1", "--after", &ids[0]]);
    assert!(
        page.out.contains(&format!("and more: --after {}", ids[1])),
        "{page:?}"
    );

    let user = r#""user":{"id":""#;
    let shown = folder.inbox(&["show", &ids[0]]);
    assert_eq!(shown.code, 0);
    assert!(shown.out.contains("VehicleState"), "{shown:?}");
    let revealed = folder.inbox(&["show", &ids[0], "--reveal"]);
    let id = revealed.out.split(user).nth(1).unwrap();
    let id = id.split('"').next().unwrap();
    assert!(!id.is_empty() && !shown.out.contains(id), "{shown:?}");

    durable.stop();
    let durable = Durable::start(&folder, "127.0.0.1:0", &[]);
    assert_eq!(folder.inbox(&["replay", &ids[0]]).out, "replayed 1\n");
    let key = letters[0]["key"].as_str().unwrap();
    until("it was not handled", || {
        folder.keys("handled").contains(key)
    });
    assert_eq!(folder.inbox(&["delete", &ids[1]]).out, "deleted 1\n");
    assert_eq!(
        folder.inbox(&["prune", "--older-than", "1d"]).out,
        "deleted 0\n"
    );
    let replayed = folder.inbox(&["replay-all", "--json"]);
    assert_eq!(replayed.lines()[0]["replayed"], 1);
    until("not all were handled", || folder.keys("handled").len() == 2);
    assert_eq!(folder.inbox(&["list"]).out, "no dead letters\n");
    durable.stop();

    for gone in [["show", &ids[0]], ["replay", &ids[0]], ["delete", &ids[1]]] {
        assert_eq!(folder.inbox(&gone).code, 1, "{gone:?}");
    }
    std::fs::remove_file(folder.file()).unwrap();
    assert_eq!(folder.inbox(&["list"]).code, 2);
    assert!(!std::path::Path::new(&folder.file()).exists());
}
