//! The contract over connections.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::Response;

use super::answers::answers;
use super::{Case, Departure, cases_signed_by};
use crate::token::ManagementToken;
use crate::webhook::Webhook;

/// Runs the cases that hold for [any receiver](cases_signed_by) against what listens at an address, over HTTP/1.1, and whatever only a connection can try.
///
/// It blocks for some seconds; what listens has to run on another thread.
/// It sends bodies of the default limit, 1 MiB, and beyond: give the receiver no other limit.
/// Have the receiver itself answer methods other than POST: a framework's own 405 has no body.
///
/// # Errors
///
/// Every case that was not answered as it is to be; the first delivery alone, if that was not.
pub fn over_tcp(
    address: SocketAddr,
    path: &str,
    token: &ManagementToken,
) -> Result<(), Vec<Departure>> {
    let peer = Peer {
        address,
        path: path.to_owned(),
        token: token.clone(),
        events: AtomicUsize::new(0),
    };
    // Who does not answer this one is not waited for case by case.
    peer.serves_on("a first delivery").map_err(|it| vec![it])?;
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
    events: AtomicUsize,
}

impl Peer {
    /// A delivery of an event of its own, for a receiver may refuse a copy of one it is at work on.
    fn state(&self) -> String {
        let number = self.events.fetch_add(1, Ordering::Relaxed);
        let data = r#"{"vehicle":{"id":"v1"},"signals":[]}"#;
        format!(r#"{{"eventId":"e{number}","eventType":"VEHICLE_STATE","data":{data}}}"#)
    }

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
            _ => Err(Departure::new(
                case.name(),
                "one answer",
                answers.len().to_string(),
            )),
        }
    }

    /// A request with the signature of `state`; `head` goes on after its first line.
    fn signed(&self, first: &str, state: &str, head: &str, body: &[u8]) -> Vec<u8> {
        let signature = self.token.sign(state.as_bytes()).to_hex();
        let head = format!("{first}\r\nhost: receiver\r\nsc-signature: {signature}\r\n{head}\r\n");
        [head.as_bytes(), body].concat()
    }

    fn post(&self, state: &str, head: &str, body: &[u8]) -> Vec<u8> {
        let first = format!("POST {} HTTP/1.1", self.path);
        self.signed(&first, state, head, body)
    }

    fn whole(&self, connection: &str) -> Vec<u8> {
        let state = self.state();
        let length = state.len();
        let head = format!("connection: {connection}\r\ncontent-length: {length}\r\n");
        self.post(&state, &head, state.as_bytes())
    }

    fn chunked(&self) -> Result<(), Departure> {
        for size in [1, 7, 4096] {
            let head = "connection: close\r\ntransfer-encoding: chunked\r\n";
            let state = self.state();
            let sent = self.post(&state, head, &chunks(state.as_bytes(), size));
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
        let answers = self.exchange(&self.post("", &announced, &body));
        expect("a body far over the limit", &answers, &[413])?;
        let head = "connection: close\r\ntransfer-encoding: chunked\r\n";
        let answers = self.exchange(&self.post("", head, &chunks(&body, 10_000)));
        expect("a body far over the limit, in chunks", &answers, &[413])
    }

    fn expecting(&self) -> Result<(), Departure> {
        let length = format!("content-length: {}\r\n", 4 * Webhook::DEFAULT_BODY_LIMIT);
        let head = format!("connection: close\r\nexpect: 100-continue\r\n{length}");
        let answers = self.exchange(&self.post("", &head, b""));
        expect(
            "a body over the limit that is not asked for",
            &answers,
            &[413],
        )
    }

    fn http_10(&self) -> Result<(), Departure> {
        let first = format!("POST {} HTTP/1.0", self.path);
        let state = self.state();
        let length = format!("content-length: {}\r\n", state.len());
        let answers = self.exchange(&self.signed(&first, &state, &length, state.as_bytes()));
        expect("HTTP/1.0", &answers, &[200])
    }

    fn keep_alive(&self) -> Result<(), Departure> {
        let mut received = Vec::new();
        let mut exchange = || -> std::io::Result<()> {
            let mut stream = self.connect()?;
            for (before, connection) in ["keep-alive", "keep-alive", "close"].iter().enumerate() {
                stream.write_all(&self.whole(connection))?;
                while answers(&received, false).len() <= before {
                    let mut piece = [0; 1024];
                    let length = stream.read(&mut piece)?;
                    if length == 0 {
                        return Ok(());
                    }
                    received.extend(&piece[..length]);
                }
            }
            Ok(())
        };
        // What an error kept from coming is missing among the answers.
        let _ = exchange();
        expect("keep-alive", &answers(&received, true), &[200; 3])
    }

    fn pipelined(&self) -> Result<(), Departure> {
        let mut sent = self.whole("keep-alive");
        sent.extend(self.post("", "connection: keep-alive\r\ncontent-length: 2\r\n", b"{}"));
        sent.extend(self.whole("close"));
        expect("pipelining", &self.exchange(&sent), &[200, 401, 200])
    }

    fn gone_before_the_end(&self) -> Result<(), Departure> {
        let state = self.state();
        let part = &state[..20];
        let length = format!("content-length: {}\r\n", state.len());
        let chunk = format!("{:x}\r\n{part}", state.len());
        for (head, sent) in [
            (&length[..], part),
            ("transfer-encoding: chunked\r\n", &chunk),
        ] {
            if let Ok(mut stream) = self.connect() {
                let _ = stream.write_all(&self.post(&state, head, sent.as_bytes()));
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
        answers(&received, true)
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
