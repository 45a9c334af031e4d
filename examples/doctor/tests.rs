//! The program, asked about pairs of files.

use clap::Parser;

use super::{Args, examine, report};

const BODY: &[u8] = br#"{"pizza":"pasta"}"#;
/// That of the body under `amt`, from the tests of Smartcar's SDKs.
const SIGNATURE: &str = "4c05a8da471f05156ad717baa4017acd13a3a809850b9ca7d3301dcaaa854f70";

/// What is printed for a token, a signature and a body in files.
fn printed(token: &str, signature: &str, body: &[u8], flags: &[&str]) -> String {
    let folder = std::env::temp_dir().join(format!("doctor-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir(&folder).unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let file = folder.join(name);
        std::fs::write(&file, bytes).unwrap();
        file.display().to_string()
    };
    let files = [
        file("body", body),
        "--token-file".to_owned(),
        file("token", token.as_bytes()),
        "--signature-file".to_owned(),
        file("signature", signature.as_bytes()),
    ];
    let flags = flags.iter().map(|it| (*it).to_owned());
    let args = ["doctor".to_owned()].into_iter().chain(files).chain(flags);
    let args = Args::try_parse_from(args).unwrap();
    let mut out = Vec::new();
    report(examine(&args).unwrap().as_ref(), args.json, &mut out).unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn it_says_what_is_wrong_with_files() {
    let fits = printed("amt", &format!("{SIGNATURE}\r\n"), BODY, &[]);
    assert_eq!(fits, "The signature fits.\n");
    let padded = printed("amt\n", SIGNATURE, br#"{"pizza": "pasta"}"#, &[]);
    assert_eq!(
        padded,
        "The signature does not fit, but it does for the token once this is undone:\n\
        \n  token_padded\n    the token has white space around it.\n    \
        To do: take away the white space or the line break around the token.\n\
        \n  body_reserialised\n    the body was parsed and written anew, in another order or with other spaces, escapes or numbers.\n    \
        To do: hand on the bytes as received: mount the receiver before anything that parses JSON.\n"
    );
    let wrong = printed("another", SIGNATURE, BODY, &["--after-challenge"]);
    assert!(wrong.contains("perhaps:\n\n  never_verified\n"), "{wrong}");
    assert!(!wrong.contains("another"));
}

#[test]
fn it_prints_json() {
    let line = printed("amt", &SIGNATURE[..40], BODY, &["--json"]);
    let report: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(report["fits"], false);
    assert_eq!(report["certain"], true);
    assert_eq!(report["causes"][0]["code"], "header_truncated");
    let line = printed("amt", SIGNATURE, BODY, &["--json"]);
    let report: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(
        (report["fits"].clone(), report["key"].clone()),
        (true.into(), ().into())
    );
}

#[test]
fn what_cannot_be_read_is_said() {
    let args = [
        "doctor",
        "/no/such/body",
        "--signature",
        "x",
        "--token-file",
        "/no/such/token",
    ];
    let args = Args::try_parse_from(args).unwrap();
    let err = examine(&args).unwrap_err().to_string();
    assert!(err.starts_with("/no/such/token: "), "{err}");
    assert!(Args::try_parse_from(["doctor", "body"]).is_err());
}
