use serde_json::Value;
use smartcar_webhook_core::Delivery;
use smartcar_webhook_core::payload::EventType;
use smartcar_webhook_core::testing::Spelling;
use smartcar_webhook_examples::gist;

use super::*;

/// Everything at once; what is personal has the word `secret` or the digits 4711 in it.
const BODY: &str = r#"{"eventType":"VEHICLE_STATE","eventId":"e-4711","data":{"user":{"id":"secret-4711","externalId":"secret@example.org"},"vehicle":{"id":"secret","vin":"SECRET0000004711","make":"POLESTAR","model":"2","year":2023,"plate":"SECRET"},"signals":[
{"code":"vehicleidentification-vin","name":"VIN","group":"VehicleIdentification","body":{"value":"SECRET4711"},"status":{"value":"SUCCESS"}},
{"code":"vehicleidentification-nickname","name":"Nickname","group":"VehicleIdentification","body":{"value":"Secret"}},
{"code":"location-preciselocation","name":"PreciseLocation","group":"Location","body":{"latitude":0.4711,"longitude":-10.4711,"heading":4711}},
{"code":"location-isathome","name":"IsAtHome","group":"Location","body":{"value":true}},
{"code":"charge-chargerecords","name":"ChargeRecords","group":"Charge","body":{"values":[{"id":"secret","location":{"name":"secret","address":"secret 4711"},"energyAdded":12.50}]}},
{"code":"secret-thing","name":"Thing","group":"Secret","body":{"value":"secret","code":4711}},
{"code":"tractionbattery-stateofcharge","name":"StateOfCharge","group":"TractionBattery","body":{"value":64.50,"unit":"percent","note":"secret"}}]},
"triggers":[{"type":"SIGNAL_UPDATED","signal":{"code":"tractionbattery-stateofcharge","name":"StateOfCharge","group":"TractionBattery"}}],"unknown":[4711,"secret",{"4711":null}],
"meta":{"version":"4.0","deliveredAt":1772402400000,"webhookId":"secret","webhookName":"Secret","mode":"LIVE"}}"#;

fn redacted(body: &str) -> String {
    super::redacted(body.as_bytes(), &Disguise::new().unwrap()).unwrap()
}

#[test]
fn persons_and_places_are_gone_and_the_rest_is_as_it_was() {
    let redacted = redacted(BODY);
    // The code and the group of a signal nobody knows are names all the same.
    let rest = redacted
        .replace(r#""secret-thing""#, "")
        .replace(r#""group":"Secret""#, "");
    assert!(!rest.to_ascii_lowercase().contains("secret"), "{redacted}");
    assert!(!rest.contains("4711"), "{redacted}");
    for kept in [
        r#""value":64.50,"unit":"percent""#,
        r#""energyAdded":12.50"#,
        r#""make":"POLESTAR""#,
        r#""deliveredAt":1772402400000"#,
        r#""year":2023"#,
    ] {
        assert!(redacted.contains(kept), "{kept} in {redacted}");
    }
}

#[test]
fn the_same_is_the_same_afterwards() {
    let redacted =
        redacted(r#"{"vehicleId":"v1234","data":{"vehicle":{"id":"v1234"}},"a":"v12345"}"#);
    let read: Value = serde_json::from_str(&redacted).unwrap();
    assert_eq!(read["vehicleId"], read["data"]["vehicle"]["id"]);
    assert_ne!(read["vehicleId"], "v1234");
}

#[test]
fn what_is_no_json_or_too_deep_is_not_written() {
    let disguise = Disguise::new().unwrap();
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    for body in ["", "{", "\u{0}", &deep] {
        assert!(
            super::redacted(body.as_bytes(), &disguise).is_none(),
            "{body}"
        );
    }
}

/// Bodies of deliveries in every shape known.
fn fixtures() -> Vec<(String, String)> {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../smartcar-webhook-core/tests/fixtures"
    );
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path());
    let bodies = files.filter(|it| it.extension().is_some_and(|it| it == "json"));
    let fixtures: Vec<_> = bodies
        .map(|it| {
            (
                it.display().to_string(),
                std::fs::read_to_string(&it).unwrap(),
            )
        })
        .collect();
    assert!(fixtures.len() > 40);
    fixtures
}

/// Deliveries of every shape say the same afterwards, but about whom.
#[test]
fn every_shape_survives() {
    for (name, body) in fixtures() {
        let redacted = redacted(&body);
        let [before, after] =
            [body, redacted].map(|it| Delivery::assume_verified(it.into()).unwrap());
        let event_type = |it: &Delivery| {
            let event_type = it.envelope().event_type.as_ref();
            event_type.map(EventType::as_str).map(str::to_owned)
        };
        assert_eq!(event_type(&before), event_type(&after));
        let [said_before, said_after] = [&before, &after].map(gist::of);
        assert_eq!(said_before, said_after, "{name}");
    }
}

/// VINs, users, names and places of the fixtures, in whatever way they are spelled.
#[test]
fn no_shape_hides_a_person_or_a_place() {
    let secrets = [
        "YSMVIN",
        "5d6cbb1e",
        "customer-17",
        "Avenyn",
        "Harbour",
        "Rosalind",
        "57.7087",
        "11.9751",
        "0b6f6a0e",
        "0B6F6A0E",
    ];
    let mut seen = std::collections::HashSet::new();
    for (name, body) in fixtures() {
        let whole: Value = serde_json::from_str(&body).unwrap();
        let respelled = Spelling::ALL.iter().map(|spelling| {
            let mut body = whole.clone();
            spelling.respell(&mut body);
            body.to_string()
        });
        for body in respelled.chain([body]) {
            let redacted = redacted(&body);
            for secret in secrets {
                assert!(!redacted.contains(secret), "{secret} in {name}: {redacted}");
                seen.extend(body.contains(secret).then_some(secret));
            }
        }
    }
    assert_eq!(seen.len(), secrets.len(), "{seen:?}");
}
