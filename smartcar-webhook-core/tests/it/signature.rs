use serde::Deserialize;
use smartcar_webhook_core::{ErrorKind, Keyring, ManagementToken, Signature};

use crate::TOKEN;

/// `Ok` when accepted, else the kind of the refusal.
fn verify(token: &str, body: impl AsRef<[u8]>, signature: &str) -> Result<(), ErrorKind> {
    let keys = Keyring::from(ManagementToken::new(token).unwrap());
    let signature = Signature::from_hex(signature).map_err(|err| err.kind())?;
    let verified = keys.verify(body.as_ref(), &signature);
    verified.map(drop).map_err(|err| err.kind())
}

/// Signatures published by Smartcar's SDKs, or computed with Python's `hmac`.
#[test]
fn signatures_of_other_implementations_are_accepted() {
    let vectors: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("../vectors/signatures.json")).unwrap();
    assert_eq!(vectors.len(), 15);
    for vector in vectors {
        let text = |key: &str| vector[key].as_str().unwrap();
        let (token, body, signature) = (text("token"), text("body"), text("signature"));
        assert_eq!(verify(token, body, signature), Ok(()), "{body}");
        let upper = signature.to_ascii_uppercase();
        assert_eq!(verify(token, body, &upper), Ok(()), "{body}");
        let ours = ManagementToken::new(token).unwrap().sign(body.as_bytes());
        assert_eq!(ours.to_hex(), signature, "{body}");
    }
}

/// In the form of the files of the project Wycheproof; all but the comments and results in hexadecimal.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vectors {
    number_of_tests: usize,
    test_groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    key_size: usize,
    tag_size: usize,
    tests: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    tc_id: usize,
    comment: String,
    key: String,
    msg: String,
    tag: String,
    result: String,
}

#[test]
fn a_tag_is_valid_or_not_as_the_vectors_say() {
    let vectors: Vectors =
        serde_json::from_str(include_str!("../vectors/hmac_sha256.json")).unwrap();
    let mut tests = 0;
    let mut valid = 0;
    for group in vectors.test_groups {
        for test in group.tests {
            tests += 1;
            let name = format!("{} {}", test.tc_id, test.comment);
            assert_eq!(test.tc_id, tests, "{name}");
            assert_eq!(4 * test.key.len(), group.key_size, "{name}");
            assert_eq!(4 * test.tag.len(), group.tag_size, "{name}");
            let key = String::from_utf8(hex::decode(&test.key).unwrap()).unwrap();
            let message = hex::decode(&test.msg).unwrap();
            let expected = match (&*test.result, group.tag_size) {
                ("valid", _) => Ok(()),
                ("invalid", 256) => Err(ErrorKind::SignatureMismatch),
                ("invalid", _) => Err(ErrorKind::SignatureMalformed),
                other => panic!("{name}: {other:?}"),
            };
            for tag in [&test.tag, &test.tag.to_ascii_uppercase()] {
                assert_eq!(verify(&key, &message, tag), expected, "{name}");
            }
            let ours = ManagementToken::new(key).unwrap().sign(&message).to_hex();
            assert_eq!(ours == test.tag, expected.is_ok(), "{name}");
            valid += usize::from(expected.is_ok());
        }
    }
    assert_eq!((tests, valid), (vectors.number_of_tests, 235));
}

#[test]
fn what_is_not_the_signature_is_refused() {
    let pizza = r#"{"pizza":"pasta"}"#;
    let right = "4c05a8da471f05156ad717baa4017acd13a3a809850b9ca7d3301dcaaa854f70";
    assert_eq!(verify("amt", pizza, right), Ok(()));
    let mismatch = [
        (
            "amt",
            pizza,
            "4c05a8da471f05156ad717baa4017acd13a3a809850b9ca7d3301dcaaa854f71",
        ),
        ("amt", r#"{"pizza": "pasta"}"#, right),
        ("Amt", pizza, right),
        // The existing Rust crate keys the hash with the message.
        (
            "amt",
            "challenge",
            "7ab7c12606f7e43a826cb6bd4dc45462fb90f5dc9ff83f796f90cc63aec14023",
        ),
    ];
    for (token, body, signature) in mismatch {
        let refused = verify(token, body, signature);
        assert_eq!(refused, Err(ErrorKind::SignatureMismatch), "{token} {body}");
    }
    let malformed = [
        "",
        &right[..63],
        &right[..32],
        &format!("{right}0"),
        &format!("{right}{right}"),
        "zz05a8da471f05156ad717baa4017acd13a3a809850b9ca7d3301dcaaa854f70",
        "TAWo2kcfBRVq1xe6pAF6zROjqAmFC5yn0zAdyqqFT3A=",
        &format!(" {right}"),
        &format!("0x{}", &right[2..]),
    ];
    for signature in malformed {
        let refused = verify("amt", pizza, signature);
        assert_eq!(refused, Err(ErrorKind::SignatureMalformed), "{signature}");
    }
    // Pasted with a space behind it, the token is refused before it can fail to fit.
    assert!(ManagementToken::new("amt ").is_err());
}

#[test]
fn any_key_of_the_ring_verifies_and_is_named() {
    let token = |text| ManagementToken::new(text).unwrap();
    let keys = Keyring::new("new", token(TOKEN)).with("old", token("amt"));
    let pizza = br#"{"pizza":"pasta"}"#;
    let by_old = "4c05a8da471f05156ad717baa4017acd13a3a809850b9ca7d3301dcaaa854f70";
    let by_old = Signature::from_hex(by_old).unwrap();
    assert_eq!(keys.verify(pizza, &by_old).unwrap(), "old");
    // By `openssl dgst -sha256 -hmac`, under the new token and under one of nobody's.
    let by_new = "615458bdca5b76676a47277ce8d4d75744aae8034c73b208dee9f99f17b13d2b";
    let by_new = Signature::from_hex(by_new).unwrap();
    assert_eq!(keys.verify(pizza, &by_new).unwrap(), "new");
    let by_none = "ac95e72b1cb8b56ff18d95afa0a4e2346d8d1d994dad62c74213d488a731bd32";
    let by_none = Signature::from_hex(by_none).unwrap();
    assert_eq!(
        keys.verify(pizza, &by_none).unwrap_err().kind(),
        ErrorKind::SignatureMismatch
    );
}
