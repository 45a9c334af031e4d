use smartcar_webhook_core::{Keyring, ManagementToken};

#[test]
fn what_cannot_be_a_token_is_refused() {
    let cases = [
        ("", "management token: empty"),
        (" ", "management token: blank"),
        ("\u{a0}\t", "management token: blank"),
        (
            "amt\n",
            "management token: holds a control character, perhaps a line break",
        ),
        (
            "a\0mt",
            "management token: holds a control character, perhaps a line break",
        ),
        ("amt ", "management token: surrounded by white space"),
        ("\u{2003}amt", "management token: surrounded by white space"),
    ];
    for (text, message) in cases {
        let err = ManagementToken::new(text).unwrap_err();
        assert_eq!(err.to_string(), message, "{text:?}");
    }
    assert!(ManagementToken::new("any other text, even Zürich").is_ok());
}

#[test]
fn errors_of_the_environment_name_the_variable() {
    // Set by cargo for every test.
    assert!(ManagementToken::from_env("CARGO_PKG_NAME").is_ok());
    let err = ManagementToken::from_env("SMARTCAR_NO_SUCH").unwrap_err();
    assert_eq!(
        err.to_string(),
        "environment variable SMARTCAR_NO_SUCH: not set"
    );
    let err = ManagementToken::from_env("CARGO_PKG_HOMEPAGE").unwrap_err();
    assert_eq!(
        err.to_string(),
        "environment variable CARGO_PKG_HOMEPAGE: empty"
    );
}

#[test]
#[should_panic(expected = "the ring already has a key labelled `primary`")]
fn a_label_is_taken_once() {
    let token = ManagementToken::new("amt").unwrap();
    let _ = Keyring::from(token.clone()).with("primary", token);
}

#[test]
fn debug_shows_labels_and_no_token() {
    let token = ManagementToken::new("s3cr3t").unwrap();
    let keys = Keyring::new("a", token.clone()).with("b", token.clone());
    assert_eq!(format!("{token:?}"), "ManagementToken([redacted])");
    assert_eq!(format!("{keys:?}"), r#"Keyring["a", "b"]"#);
    assert_eq!(format!("{:?}", token.sign(b"x")), "Signature([redacted])");
}
