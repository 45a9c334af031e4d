//! A receiver at the other end of connections.

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{HeaderName, Method, Response};

use super::answers::answers;
use super::{Case, Departure};
use crate::testing::SMARTCAR;
use crate::token::ManagementToken;

/// No answer is read any further.
const ANSWER_LIMIT: usize = 1024 * 1024;

pub(super) trait Connection: Read + Write {}

impl<C: Read + Write> Connection for C {}

pub(super) type Connect = dyn Fn() -> io::Result<Box<dyn Connection>> + Send + Sync;

/// A receiver at the other end of connections.
pub(super) struct Peer {
    pub(super) connect: Box<Connect>,
    pub(super) host: String,
    pub(super) path: String,
    pub(super) token: ManagementToken,
    events: AtomicUsize,
}

/// What came back, and why no more did.
#[derive(Default)]
pub(super) struct Reply {
    pub(super) answers: Vec<Response<Vec<u8>>>,
    pub(super) broke: Option<io::Error>,
}

impl Reply {
    /// Why there is no answer, or no further one.
    pub(super) fn reason(&self) -> String {
        match &self.broke {
            // A read that times out is told as either.
            Some(err) if matches!(err.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                "no answer in time".to_owned()
            }
            Some(err) if err.kind() != ErrorKind::UnexpectedEof => format!("no answer: {err}"),
            // TLS takes it for an error if nobody said goodbye.
            _ => "a connection closed without an answer".to_owned(),
        }
    }
}

impl Peer {
    pub(super) fn new(
        connect: Box<Connect>,
        host: String,
        path: String,
        token: ManagementToken,
    ) -> Self {
        Self {
            connect,
            host,
            path,
            token,
            events: AtomicUsize::new(0),
        }
    }

    /// A delivery of an event of its own, for a receiver may refuse a copy of one it is at work on.
    pub(super) fn state(&self) -> String {
        let number = self.events.fetch_add(1, Ordering::Relaxed);
        let data = r#"{"vehicle":{"id":"v1"},"signals":[]}"#;
        format!(r#"{{"eventId":"e{number}","eventType":"VEHICLE_STATE","data":{data}}}"#)
    }

    pub(super) fn case(&self, case: &Case) -> Result<(), Departure> {
        let length = case.body().len();
        let mut sent = format!(
            "{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {length}\r\n",
            case.method(),
            self.path,
            self.host
        )
        .into_bytes();
        for (name, value) in case.headers() {
            sent.extend(as_sent(name).bytes());
            sent.extend(b": ");
            sent.extend(value.as_bytes());
            sent.extend(b"\r\n");
        }
        sent.extend(b"\r\n");
        sent.extend(case.body());
        let reply = self.attempt(|stream, received| {
            let written = stream.write_all(&sent).and_then(|()| stream.flush());
            let has_no_body = case.method() == Method::HEAD;
            let done = |received: &[u8]| !answers(received, has_no_body).is_empty();
            read_until(stream, received, done).and(written)
        });
        match reply.answers.first() {
            Some(answer) => case.check(answer),
            None => Err(case.unanswered(&reply.reason())),
        }
    }

    /// A POST with the signature of `state`; `head` goes on after that.
    pub(super) fn post(&self, state: &str, head: &str, body: &[u8]) -> Vec<u8> {
        self.signed("HTTP/1.1", "SC-Signature", state, head, body)
    }

    pub(super) fn signed(
        &self,
        version: &str,
        name: &str,
        state: &str,
        head: &str,
        body: &[u8],
    ) -> Vec<u8> {
        let Self { host, path, .. } = self;
        let signature = self.token.sign(state.as_bytes()).to_hex();
        let head = format!(
            "POST {path} {version}\r\nHost: {host}\r\nContent-Type: application/json\r\n\
             User-Agent: {SMARTCAR}\r\n{name}: {signature}\r\n{head}\r\n"
        );
        [head.as_bytes(), body].concat()
    }

    /// A delivery as Smartcar would send it.
    pub(super) fn whole(&self, connection: &str) -> Vec<u8> {
        let state = self.state();
        let length = state.len();
        let head = format!("Connection: {connection}\r\nContent-Length: {length}\r\n");
        self.post(&state, &head, state.as_bytes())
    }

    /// Writes all, then reads as many answers.
    pub(super) fn exchange(&self, sent: &[u8], count: usize) -> Reply {
        self.attempt(|stream, received| {
            // Who refuses what is not yet written has answered, perhaps.
            let written = stream.write_all(sent).and_then(|()| stream.flush());
            read_answers(stream, received, count).and(written)
        })
    }

    /// Does something over a connection of its own.
    pub(super) fn attempt(
        &self,
        exchange: impl FnOnce(&mut dyn Connection, &mut Vec<u8>) -> io::Result<()>,
    ) -> Reply {
        let mut received = Vec::new();
        let done = (self.connect)().and_then(|mut it| exchange(&mut it, &mut received));
        Reply {
            answers: answers(&received, true),
            broke: done.err(),
        }
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, path, .. } = self;
        let mut peer = f.debug_struct("Peer");
        peer.field("host", host).field("path", path);
        peer.finish_non_exhaustive()
    }
}

/// Reads on until as many answers are there.
pub(super) fn read_answers(
    stream: &mut dyn Connection,
    received: &mut Vec<u8>,
    count: usize,
) -> io::Result<()> {
    let done = |received: &[u8]| answers(received, false).len() >= count;
    read_until(stream, received, done)
}

fn read_until(
    stream: &mut dyn Connection,
    received: &mut Vec<u8>,
    done: impl Fn(&[u8]) -> bool,
) -> io::Result<()> {
    let mut piece = [0; 4096];
    while !done(received) {
        if received.len() > ANSWER_LIMIT {
            return Err(io::Error::other("it is too long"));
        }
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => received.extend(&piece[..length]),
            Err(err) if err.kind() == ErrorKind::Interrupted => {}
            Err(err) => return Err(err),
        }
    }
    Ok(())
}

/// A name as Smartcar spells it, which is in no [`HeaderName`]: some receivers look for that spelling alone.
fn as_sent(name: &HeaderName) -> String {
    let words = name.as_str().split('-').map(|word| match word {
        "sc" => "SC".to_owned(),
        word => word[..1].to_ascii_uppercase() + &word[1..],
    });
    words.collect::<Vec<_>>().join("-")
}
