//! What the contract says of receivers that are not made with this library.

use std::io::{self, Read, Write};
use std::sync::LazyLock;

use bytes::Bytes;
use http::{Method, Request, Response, Uri};
use smartcar_webhook_core::testing::conformance::{self, Severity, TOKEN, webhook};
use smartcar_webhook_core::{ManagementToken, Webhook};
use tower::ServiceExt;

type Receiver = fn(Request<Bytes>) -> Response<Bytes>;

/// A connection to a receiver in memory, which knows neither chunks nor a second request.
struct Wire {
    receiver: Receiver,
    sent: Vec<u8>,
    answer: Option<io::Cursor<Vec<u8>>>,
}

impl Write for Wire {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.sent.write(piece)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Wire {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        let Self { receiver, sent, .. } = self;
        let answered = || {
            io::Cursor::new(
                request(sent)
                    .map(receiver)
                    .as_ref()
                    .map(written)
                    .unwrap_or_default(),
            )
        };
        // Little by little, as a network may.
        let length = piece.len().min(7);
        self.answer
            .get_or_insert_with(answered)
            .read(&mut piece[..length])
    }
}

/// The request in what was sent, if it is one this receiver can read.
fn request(sent: &[u8]) -> Option<Request<Bytes>> {
    let end = sent.windows(4).position(|it| it == b"\r\n\r\n")?;
    let mut lines = sent[..end].split(|it| *it == b'\n');
    let first = std::str::from_utf8(lines.next()?).unwrap();
    let (method, rest) = first.split_once(' ')?;
    let path = rest.split(' ').next()?;
    assert_eq!(path, "/hook?tenant=1");
    let mut request = Request::builder().method(method).uri(path);
    for line in lines {
        let at = line.iter().position(|it| *it == b':').unwrap();
        request = request.header(&line[..at], line[at + 1..].trim_ascii());
    }
    let request = request.body(()).unwrap();
    let header = |name| Some(request.headers().get(name)?.to_str().unwrap());
    assert_eq!(header("host"), Some("receiver.example:8443"));
    let length = header("content-length").unwrap_or_default().parse().ok()?;
    let body = Bytes::copy_from_slice(sent[end + 4..].get(..length)?);
    Some(request.map(|()| body))
}

fn written(response: &Response<Bytes>) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {}\r\n", response.status()).into_bytes();
    for (name, value) in response.headers() {
        text.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    text.extend(b"\r\n");
    text.extend(response.body());
    text
}

/// The names of the cases of which `receiver` differs, and of which it falls short.
fn departures(receiver: Receiver) -> [Vec<String>; 2] {
    let uri = Uri::from_static("https://me@receiver.example:8443/hook?tenant=1");
    let token = ManagementToken::new(TOKEN).unwrap();
    let connect = move || {
        Ok(Wire {
            receiver,
            sent: Vec::new(),
            answer: None,
        })
    };
    let mut found = [Vec::new(), Vec::new()];
    for (name, result) in conformance::over(&uri, &token, connect).gentle() {
        let Err(departure) = result else { continue };
        assert_eq!(departure.case(), name);
        assert!(departure.why().ends_with('.'), "{name}");
        let is_short = departure.severity() == Severity::FallsShort;
        found[usize::from(is_short)].push(name);
    }
    found
}

static WEBHOOK: LazyLock<Webhook> = LazyLock::new(webhook);

/// What this library answers.
fn ours(request: Request<Bytes>) -> Response<Bytes> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let answered = async { WEBHOOK.clone().oneshot(request).await };
    let Ok(response) = runtime.block_on(answered);
    response
}

fn empty(status: u16) -> Response<Bytes> {
    let mut response = Response::default();
    *response.status_mut() = status.try_into().unwrap();
    response
}

/// All that this wire cannot do, and that harms nobody.
const CONNECTIONS: [&str; 5] = [
    "a body in chunks of 1",
    "a body in chunks of 7",
    "a body in chunks of 4096",
    "keep-alive",
    "pipelining",
];

#[test]
fn any_connection_will_do() {
    let [differs, falls_short] = departures(ours);
    assert_eq!(differs, CONNECTIONS);
    assert!(falls_short.is_empty(), "{falls_short:?}");
}

#[test]
fn other_words_are_as_good() {
    let [differs, falls_short] = departures(|request| {
        let response = ours(request);
        match response.status().as_u16() {
            200 if response.body().is_empty() => empty(204),
            200 => response,
            _ => empty(400),
        }
    });
    assert!(differs.len() > 50);
    assert!(falls_short.is_empty(), "{falls_short:?}");
}

#[test]
fn who_writes_a_body_again_before_it_is_verified_falls_short() {
    let [_, falls_short] = departures(|request| {
        ours(request.map(|body| {
            let read = serde_json::from_slice::<serde_json::Value>(&body);
            read.map_or(body, |it| it.to_string().into())
        }))
    });
    for case in [
        "a body with spaces and a line break",
        "numbers as re-serialising would not write them",
        "escapes that nobody needs",
        "a body whose compact form is signed",
        "keys in another order",
    ] {
        assert!(falls_short.iter().any(|it| it == case), "{case}");
    }
    assert!(!falls_short.iter().any(|it| it == "a 4.0 challenge"));
}

#[test]
fn who_acknowledges_everything_falls_short() {
    let [_, falls_short] = departures(|_| empty(200));
    for case in [
        "no signature",
        "a 4.0 challenge",
        "a challenge that is a forged delivery",
    ] {
        assert!(falls_short.iter().any(|it| it == case), "{case}");
    }
    for case in ["GET", "a JSON array", "a signature in upper case"] {
        assert!(!falls_short.iter().any(|it| it == case), "{case}");
    }
}

#[test]
fn who_redirects_or_breaks_falls_short() {
    let [_, falls_short] = departures(|_| empty(302));
    assert!(
        falls_short
            .iter()
            .any(|it| it == "a delivery that is handled")
    );
    assert!(!falls_short.iter().any(|it| it == "no signature"));

    let [_, falls_short] = departures(|request| {
        let has_signature = request.headers().contains_key("sc-signature");
        if has_signature || request.method() != Method::POST {
            ours(request)
        } else {
            empty(500)
        }
    });
    assert!(falls_short.iter().any(|it| it == "no signature"));
    assert!(!falls_short.iter().any(|it| it == "one byte changed"));
}

/// A signature of a forgery is not shown to whoever reads the report.
#[test]
fn who_signs_any_challenge_falls_short_and_is_not_quoted() {
    let forged = "a challenge that is a forged delivery";
    let cases = conformance::cases();
    let case = cases.iter().find(|it| it.name() == forged).unwrap();
    let departure = case.check(&Response::new(r#"{"challenge":"84bdd56205"}"#));
    let departure = departure.unwrap_err();
    assert_eq!(departure.severity(), Severity::FallsShort);
    let text = departure.to_string();
    assert!(
        text.ends_with("expected a refusal (4xx), found 200 with a body"),
        "{text}"
    );
}

#[test]
fn where_nobody_is_there_is_no_second_try() {
    let token = ManagementToken::new(TOKEN).unwrap();
    let connect = || Err::<Wire, _>(io::ErrorKind::ConnectionRefused.into());
    let run = conformance::over(
        &Uri::from_static("http://receiver.example"),
        &token,
        connect,
    );
    let results: Vec<_> = run.map(|it| it.1.unwrap_err()).collect();
    assert_eq!(results.len(), 1);
    assert_eq!(results[0].severity(), Severity::FallsShort);
    let text = results[0].to_string();
    assert!(
        text.ends_with("found no answer: connection refused"),
        "{text}"
    );
}

/// A type with a charset, a space and another member are no other answer.
#[test]
fn the_answer_to_a_challenge_is_compared_as_json() {
    let cases = conformance::cases();
    let case = cases
        .iter()
        .find(|it| it.name() == "a 4.0 challenge")
        .unwrap();
    let hash = "f0d44f5cc8363b5f5ca033d6a368bc371025b7c460af44159c6bb6eb30a2cfde";
    let severity = |body: String, content_type: &str| {
        let response = Response::builder().header("content-type", content_type);
        case.check(&response.body(body).unwrap())
            .err()
            .map(|it| it.severity())
    };
    let json = "application/json; charset=utf-8";
    let body = format!(r#"{{"ok": true, "challenge": "{hash}"}}"#);
    assert_eq!(severity(body.clone(), json), Some(Severity::Differs));
    assert_eq!(severity(body, "text/plain"), Some(Severity::FallsShort));
    let plain = severity(hash.to_owned(), json);
    assert_eq!(plain, Some(Severity::FallsShort));
    let exact = severity(format!(r#"{{"challenge":"{hash}"}}"#), "application/json");
    assert_eq!(exact, None);
}
