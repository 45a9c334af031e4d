//! The contract over connections.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use http::{Response, StatusCode};

use super::{Case, Departure, cases_signed_by};
use crate::token::ManagementToken;
use crate::webhook::Webhook;

/// Runs the cases that hold for [any receiver](cases_signed_by) against what listens at an address, over HTTP/1.1, and whatever only a connection can try.
///
/// It blocks for some seconds; what listens has to run on another thread.
/// It sends bodies of the default limit, 1 MiB, and beyond: give the receiver no other limit.
///
/// # Errors
///
/// Every case that was not answered as it is to be.
pub fn over_tcp(
    address: SocketAddr,
    path: &str,
    token: &ManagementToken,
) -> Result<(), Vec<Departure>> {
    let peer = Peer {
        address,
        path: path.to_owned(),
        token: token.clone(),
    };
    let cases = cases_signed_by(token);
    let mut found: Vec<_> = cases.iter().filter_map(|it| peer.case(it).err()).collect();
    let only_here: [Try; 9] = [
        Peer::chunked,
        Peer::oversized,
        Peer::expecting,
        Peer::http_10,
        Peer::keep_alive,
        Peer::pipelined,
        Peer::gone_before_the_end,
        Peer::gone_before_the_answer,
        Peer::many_at_once,
    ];
    found.extend(only_here.iter().filter_map(|it| it(&peer).err()));
    if found.is_empty() { Ok(()) } else { Err(found) }
}

type Try = fn(&Peer) -> Result<(), Departure>;

/// A receiver at an address.
struct Peer {
    address: SocketAddr,
    path: String,
    token: ManagementToken,
}

const STATE: &str =
    r#"{"eventId":"e1","eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"v1"},"signals":[]}}"#;

impl Peer {
    fn case(&self, case: &Case) -> Result<(), Departure> {
        let first = format!("{} {} HTTP/1.1", case.method(), self.path);
        let length = case.body().len();
        let head = format!(
            "{first}\r\nhost: receiver\r\nconnection: close\r\ncontent-length: {length}\r\n"
        );
        let mut sent = head.into_bytes();
        for (name, value) in case.headers() {
            sent.extend(name.as_str().bytes());
            sent.extend(b": ");
            sent.extend(value.as_bytes());
            sent.extend(b"\r\n");
        }
        sent.extend(b"\r\n");
        sent.extend(case.body());
        let answers = self.exchange(&sent);
        match &answers[..] {
            [answer] => case.check(answer),
            _ => Err(Departure::new(case.name(), "an answer", "none")),
        }
    }

    /// A request with a right signature; `head` goes on after its first line.
    fn signed(&self, first: &str, head: &str, body: &[u8]) -> Vec<u8> {
        let signature = self.token.sign(STATE.as_bytes()).to_hex();
        let head = format!("{first}\r\nhost: receiver\r\nsc-signature: {signature}\r\n{head}\r\n");
        [head.as_bytes(), body].concat()
    }

    fn post(&self, head: &str, body: &[u8]) -> Vec<u8> {
        self.signed(&format!("POST {} HTTP/1.1", self.path), head, body)
    }

    fn whole(&self, connection: &str) -> Vec<u8> {
        let head = format!(
            "connection: {connection}\r\ncontent-length: {}\r\n",
            STATE.len()
        );
        self.post(&head, STATE.as_bytes())
    }

    fn chunked(&self) -> Result<(), Departure> {
        for size in [1, 7, 4096] {
            let head = "connection: close\r\ntransfer-encoding: chunked\r\n";
            let sent = self.post(head, &chunks(STATE.as_bytes(), size));
            expect(
                &format!("a body in chunks of {size}"),
                &self.exchange(&sent),
                &[200],
            )?;
        }
        Ok(())
    }

    /// Who still sends when the answer is known gets to see it.
    fn oversized(&self) -> Result<(), Departure> {
        let body = vec![b' '; 4 * Webhook::DEFAULT_BODY_LIMIT];
        let announced = format!("connection: close\r\ncontent-length: {}\r\n", body.len());
        let answers = self.exchange(&self.post(&announced, &body));
        expect("a body far over the limit", &answers, &[413])?;
        let head = "connection: close\r\ntransfer-encoding: chunked\r\n";
        let answers = self.exchange(&self.post(head, &chunks(&body, 10_000)));
        expect("a body far over the limit, in chunks", &answers, &[413])
    }

    fn expecting(&self) -> Result<(), Departure> {
        let length = format!("content-length: {}\r\n", 4 * Webhook::DEFAULT_BODY_LIMIT);
        let head = format!("connection: close\r\nexpect: 100-continue\r\n{length}");
        let answers = self.exchange(&self.post(&head, b""));
        expect(
            "a body over the limit that is not asked for",
            &answers,
            &[413],
        )
    }

    fn http_10(&self) -> Result<(), Departure> {
        let first = format!("POST {} HTTP/1.0", self.path);
        let length = format!("content-length: {}\r\n", STATE.len());
        let answers = self.exchange(&self.signed(&first, &length, STATE.as_bytes()));
        expect("HTTP/1.0", &answers, &[200])
    }

    fn keep_alive(&self) -> Result<(), Departure> {
        let answered = || -> std::io::Result<Vec<u16>> {
            let mut stream = self.connect()?;
            let mut statuses = Vec::new();
            for connection in ["keep-alive", "keep-alive", "close"] {
                stream.write_all(&self.whole(connection))?;
                let mut first = [0; 12];
                stream.read_exact(&mut first)?;
                statuses.push(status(&first));
                if connection == "keep-alive" {
                    let mut rest = vec![0; 64 * 1024];
                    let _ = stream.read(&mut rest)?;
                }
            }
            Ok(statuses)
        };
        match answered() {
            Ok(statuses) if statuses == [200; 3] => Ok(()),
            other => Err(Departure::new(
                "keep-alive",
                "200 three times",
                format!("{other:?}"),
            )),
        }
    }

    fn pipelined(&self) -> Result<(), Departure> {
        let mut sent = self.whole("keep-alive");
        sent.extend(self.post("connection: keep-alive\r\ncontent-length: 2\r\n", b"{}"));
        sent.extend(self.whole("close"));
        expect("pipelining", &self.exchange(&sent), &[200, 401, 200])
    }

    fn gone_before_the_end(&self) -> Result<(), Departure> {
        let part = &STATE.as_bytes()[..20];
        let length = format!("content-length: {}\r\n", STATE.len());
        for head in [&length[..], "transfer-encoding: chunked\r\n"] {
            if let Ok(mut stream) = self.connect() {
                let _ = stream.write_all(&self.post(head, part));
                let _ = stream.shutdown(Shutdown::Both);
            }
            self.serves_on("a client that goes away before the end of the body")?;
        }
        Ok(())
    }

    fn gone_before_the_answer(&self) -> Result<(), Departure> {
        for _ in 0..10 {
            if let Ok(mut stream) = self.connect() {
                let _ = stream.write_all(&self.whole("close"));
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
        self.serves_on("a client that goes away before the answer")
    }

    fn many_at_once(&self) -> Result<(), Departure> {
        let statuses: Vec<_> = std::thread::scope(|scope| {
            let exchange = || scope.spawn(|| self.exchange(&self.whole("close")));
            let all: Vec<_> = (0..100).map(|_| exchange()).collect();
            all.into_iter()
                .flat_map(|it| it.join().unwrap_or_default())
                .collect()
        });
        expect("100 deliveries at once", &statuses, &[200; 100])
    }

    fn serves_on(&self, after: &str) -> Result<(), Departure> {
        expect(after, &self.exchange(&self.whole("close")), &[200])
    }

    fn connect(&self) -> std::io::Result<TcpStream> {
        let stream = TcpStream::connect_timeout(&self.address, Duration::from_secs(5))?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        stream.set_write_timeout(Some(Duration::from_secs(20)))?;
        Ok(stream)
    }

    /// Writes all, then reads all answers until the receiver closes.
    fn exchange(&self, sent: &[u8]) -> Vec<Response<Vec<u8>>> {
        let mut received = Vec::new();
        if let Ok(mut stream) = self.connect() {
            let _ = stream.write_all(sent);
            let _ = stream.read_to_end(&mut received);
        }
        answers(&received)
    }
}

fn chunks(body: &[u8], size: usize) -> Vec<u8> {
    let mut sent = Vec::new();
    for chunk in body.chunks(size) {
        sent.extend(format!("{:x}\r\n", chunk.len()).bytes());
        sent.extend(chunk);
        sent.extend(b"\r\n");
    }
    sent.extend(b"0\r\n\r\n");
    sent
}

/// The responses of one connection; those of receivers have a length or end with it.
fn answers(mut received: &[u8]) -> Vec<Response<Vec<u8>>> {
    let mut answers = Vec::new();
    while let Some(end) = received.windows(4).position(|it| it == b"\r\n\r\n") {
        let head = String::from_utf8_lossy(&received[..end]).into_owned();
        received = &received[end + 4..];
        let mut response = Response::new(Vec::new());
        let code = StatusCode::from_u16(status(head.as_bytes()));
        *response.status_mut() = code.unwrap_or_default();
        let mut length = None;
        for line in head.lines().skip(1) {
            let Some((name, value)) = line.split_once(": ") else {
                continue;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.parse().ok();
            }
            if let (Ok(name), Ok(value)) = (http::HeaderName::try_from(name), value.parse()) {
                response.headers_mut().append(name, value);
            }
        }
        if response.status().is_informational() {
            continue;
        }
        let length = length.unwrap_or(received.len()).min(received.len());
        *response.body_mut() = received[..length].to_vec();
        received = &received[length..];
        answers.push(response);
    }
    answers
}

fn status(head: &[u8]) -> u16 {
    let digits = head.get(9..12).and_then(|it| std::str::from_utf8(it).ok());
    digits.and_then(|it| it.parse().ok()).unwrap_or_default()
}

fn expect(case: &str, answers: &[Response<Vec<u8>>], expected: &[u16]) -> Result<(), Departure> {
    let found: Vec<_> = answers.iter().map(|it| it.status().as_u16()).collect();
    if found == expected {
        return Ok(());
    }
    Err(Departure::new(
        case,
        format!("{expected:?}"),
        format!("{found:?}"),
    ))
}
