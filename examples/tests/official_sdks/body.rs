//! What is signed and delivered.

/// Spellings that a program which parses a body and writes it again may change.
const SPELLINGS: &[&str] = &[
    "{}",
    r#"{"pizza":"pasta"}"#,
    "\t{ \"b\" : 1 ,\r\n \"a\" : [ true , null ] }\n",
    r#"{"10":"ten","9":"nine","b":2,"a":1}"#,
    r#"{"a":1,"b":2,"a":3}"#,
    r#"{"__proto__":{"a":1},"constructor":null,"":""}"#,
    r#"{"numbers":[1.0,1e2,1E+2,-0,-0.0,0.1,0.30000000000000004,5e-7,1e21,1e400,123456789012345678901234567890]}"#,
    r#"{"escapes":"\u00eb\/\b\f\n\r\t\\\"\u0000\u001f\u007f\u2028\ud83d\ude97\ud800"}"#,
    "{\"plain\":\"Citroën ë-C4 漢 🚗 \u{7f}\u{2028}\u{feff}\"}",
    r#"{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v1","model":"\u00eb-C4"},"signals":[{"code":"odometer-traveleddistance","body":{"value":1.20e4,"unit":"km"}}]}}"#,
];

/// Deliveries in every shape known, and in odd spellings.
pub(crate) fn bodies() -> Vec<String> {
    let fixtures = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../smartcar-webhook-core/tests/fixtures"
    );
    let files = std::fs::read_dir(fixtures).unwrap();
    let files = files.map(|it| it.unwrap().path());
    let files = files.filter(|it| it.extension().is_some_and(|it| it == "json"));
    let fixtures: Vec<_> = files
        .map(|it| std::fs::read_to_string(it).unwrap())
        .collect();
    assert!(!fixtures.is_empty());
    let spellings = SPELLINGS.iter().map(|&it| it.to_owned());
    fixtures.into_iter().chain(spellings).collect()
}
