//! Challenges, and whether their answers are right.

use bytes::Bytes;
use serde_json::{Value, json};
use smartcar_webhook_core::ManagementToken;
use uuid::Uuid;

use crate::client::Exchange;

/// A challenge of some generation, with a text nobody has seen before.
#[derive(Debug)]
pub(crate) struct Challenge {
    pub(crate) version: &'static str,
    text: String,
    pub(crate) body: Bytes,
}

impl Challenge {
    /// One of 4.0.
    pub(crate) fn v4() -> Self {
        let text = text();
        let body = json!({
            "eventId": Uuid::new_v4().to_string(),
            "eventType": "VERIFY",
            "data": {"challenge": text},
            "meta": {
                "version": "4.0",
                "webhookId": Uuid::new_v4().to_string(),
                "webhookName": "Simulator",
                "deliveryId": Uuid::new_v4().to_string(),
                "deliveredAt": 1_772_402_400_000_u64,
            },
        });
        Self::new("4.0", text, &body)
    }

    /// One of 2.0.
    pub(crate) fn v2() -> Self {
        let text = text();
        let body = json!({
            "version": "2.0",
            "webhookId": Uuid::new_v4().to_string(),
            "eventName": "verify",
            "payload": {"challenge": text},
        });
        Self::new("2.0", text, &body)
    }

    fn new(version: &'static str, text: String, body: &Value) -> Self {
        let body = body.to_string().into();
        Self {
            version,
            text,
            body,
        }
    }

    /// Checks an answer as Smartcar does, and says what was done instead where that can be told.
    pub(crate) fn check(&self, exchange: &Exchange, token: &str) -> Result<(), String> {
        let answer = exchange.answer.as_ref().map_err(Clone::clone)?;
        if !exchange.acknowledges() {
            let answered = [exchange.in_short(), exchange.body()].join(" ");
            return Err(format!("answered {} in place of 200", answered.trim_end()));
        }
        let sent = String::from_utf8_lossy(answer.body());
        let read: Option<Value> = serde_json::from_str(&sent).ok();
        let hash = read.as_ref().and_then(|it| it["challenge"].as_str());
        let expected = signed(token, &self.text)?;
        match hash {
            Some(hash) if hash == expected => Ok(()),
            Some(hash) => Err(self.mistake(hash, &expected, token)?.to_owned()),
            None if sent.contains(&expected) => Err(
                r#"the hash is right, but it has to be sent as JSON: {"challenge":"…"}"#.to_owned(),
            ),
            None => Err(r#"the answer is not JSON with a text "challenge" in it"#.to_owned()),
        }
    }

    /// How a wrong hash came to be.
    fn mistake(&self, hash: &str, expected: &str, token: &str) -> Result<&'static str, String> {
        let of = |text: &str| signed(token, text);
        let body = String::from_utf8_lossy(&self.body);
        Ok(match hash {
            it if it == self.text => "the challenge was sent back as it is; its hash is wanted",
            it if it.eq_ignore_ascii_case(expected) => {
                "the hash is right, but its digits have to be in lower case"
            }
            it if !it.is_empty() && expected.starts_with(it) => "the hash is right, but cut off",
            it if it == of(&body)? => {
                "it is the hash of the whole body; that of the challenge alone is wanted"
            }
            it if it == of(&format!("\"{}\"", self.text))? => {
                "it is the hash of the challenge with its quotes"
            }
            it if it == of(&format!("{}\n", self.text))? => {
                "it is the hash of the challenge with a line break behind it"
            }
            it if it == signed(&self.text, token)? => {
                "key and message are swapped: the token is the key"
            }
            _ => {
                "the answer is not the hash of the challenge under this token; perhaps the receiver has another one"
            }
        })
    }
}

/// The signature of a text under a token.
fn signed(token: &str, text: &str) -> Result<String, String> {
    let key = ManagementToken::new(token).map_err(|err| err.to_string())?;
    Ok(key.sign(text.as_bytes()).to_hex())
}

/// Sixteen letters and digits.
fn text() -> String {
    let text = Uuid::new_v4().simple().to_string();
    text[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::Response;

    use super::*;

    type Answered = fn(&Challenge) -> String;

    fn wrong(status: u16, answer: impl Fn(&Challenge) -> String) -> String {
        let challenge = Challenge::v4();
        let mut response = Response::new(answer(&challenge).into());
        *response.status_mut() = status.try_into().unwrap();
        let exchange = Exchange {
            answer: Ok(response),
            took: Duration::ZERO,
        };
        challenge.check(&exchange, "amt").unwrap_err()
    }

    /// The hash of `a3Vq90ZtLwXe12Pm` under `test`, by `openssl dgst -sha256 -hmac test`.
    #[test]
    fn the_right_hash_is_right() {
        let hash = "bedf508187b9b1e623219909a5670685cc4407c11b92af2882fd9f660c9f4526";
        for mut challenge in [Challenge::v4(), Challenge::v2()] {
            challenge.text = "a3Vq90ZtLwXe12Pm".to_owned();
            let answer = Response::new(format!(r#"{{"challenge":"{hash}"}}"#).into());
            let exchange = Exchange {
                answer: Ok(answer),
                took: Duration::ZERO,
            };
            assert!(challenge.check(&exchange, "test").is_ok());
            assert!(challenge.check(&exchange, "tess").is_err());
        }
    }

    #[test]
    fn what_was_done_instead_is_said() {
        let hash = |text: &str| signed("amt", text).unwrap();
        let hashes: [(Answered, _); 8] = [
            (|it| it.text.clone(), "sent back"),
            (
                |it| signed("amt", &it.text).unwrap().to_uppercase(),
                "lower case",
            ),
            (
                |it| signed("amt", &it.text).unwrap()[..40].to_owned(),
                "cut off",
            ),
            (
                |it| signed("amt", std::str::from_utf8(&it.body).unwrap()).unwrap(),
                "whole body",
            ),
            (
                |it| signed("amt", &format!("\"{}\"", it.text)).unwrap(),
                "quotes",
            ),
            (
                |it| signed("amt", &format!("{}\n", it.text)).unwrap(),
                "line break",
            ),
            (|it| signed(&it.text, "amt").unwrap(), "swapped"),
            (|it| signed("other", &it.text).unwrap(), "another one"),
        ];
        for (hash, expected) in hashes {
            let said = wrong(200, |it| format!(r#"{{"challenge":"{}"}}"#, hash(it)));
            assert!(said.contains(expected), "{said}");
        }
        assert!(wrong(200, |it| hash(&it.text)).contains("as JSON"));
        assert!(wrong(200, |_| "[]".to_owned()).contains("not JSON with"));
        assert_eq!(
            wrong(500, |_| String::new()),
            "answered 500 in place of 200"
        );
    }
}
